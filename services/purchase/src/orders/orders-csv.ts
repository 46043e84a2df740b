import { limits, type Order } from '@sunbeon/contracts';
import { CodedError, csvRecord, type RedisClient } from '@sunbeon/runtime';
import type { OrdersQuery } from '../scripts/read-orders.ts';
import { listOrders, type Orders } from './list-orders.ts';

const columns = [
  'purchaseId',
  'saleId',
  'visitorId',
  'seq',
  'quantity',
  'state',
  'reference',
  'purchasedAt',
  'checkedInAt',
  'cancelledAt',
  'reason',
] as const satisfies (keyof Order)[];

/**
 * All orders as CSV, one page of Redis at a time; `first`: the page from the newest order on. Throws when the sale is deleted meanwhile, also when there
 * is another one under its id: a list that ends early must not look whole.
 */
export async function* ordersCsv(
  redis: RedisClient,
  saleId: string,
  query: Omit<OrdersQuery, 'cursor' | 'most'>,
  first: Orders,
): AsyncGenerator<string> {
  yield csvRecord(columns);
  for (let page = first; ;) {
    yield page.orders.map((order) => csvRecord(columns.map((name) => order[name]))).join('');
    if (page.next === null) return;
    page = await listOrders(redis, saleId, { ...query, cursor: page.next, most: limits.ordersPerCall });
    if (page.generation !== first.generation) throw new CodedError('sale_not_found');
  }
}
