import { keys, type Order } from '@sunbeon/contracts';
import { CodedError, redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { readOrders, type OrdersQuery } from '../scripts/read-orders.ts';
import { orderOf, readableOf, type StoredPurchase } from '../scripts/outcome.ts';

export interface Orders {
  orders: Order[];
  next: string | null;
  /** Of the sale: another one under the same id has another. */
  generation: string;
}

/** `o<cursor of HSCAN>.<purchases of that step that were listed>`. */
const oldCursor = /^o(\d+)\.(\d+)$/;
/** A cursor of Redis has 64 bits; a longer one it refuses as an error. */
const isHashCursor = (digits: string): boolean => BigInt(digits) < 1n << 64n;

/**
 * Purchases that were made before the sale had a list of its orders: one step through the hash, in its order. What they are found by is their id; the
 * script finds them by visitor.
 */
const oldOrders = async (redis: RedisClient, saleId: string, [from, skip]: [string, number], query: OrdersQuery): Promise<Orders> => {
  const { most, state, q } = query;
  const [[end, flat], generation] = await redisBreakerOf(redis).execute(
    () => Promise.all([redis.hscan(keys.purchases(saleId), from, 'COUNT', most), redis.hget(keys.sale(saleId), 'createdAt')]),
    'read',
  );
  if (generation === null) throw new CodedError('sale_not_found');
  const old = readableOf(
    flat.filter((_, i) => i % 2 === 1),
    (json) => ({ json, stored: JSON.parse(json) as StoredPurchase }),
  ).filter(({ stored }) => stored.n === undefined);
  const listed = old.slice(skip, skip + most);
  const isAsked = ({ purchaseId, state: has }: Order): boolean =>
    (state === undefined || has === state) &&
    (q === undefined || (q.length >= 6 && purchaseId.startsWith(q)) || (q.length === 6 && purchaseId.startsWith(`p_${q}`)));
  const next = old.length > skip + most ? `o${from}.${skip + most}` : end === '0' ? null : `o${end}.0`;
  return { orders: listed.map(({ json }) => orderOf(saleId)(json)).filter(isAsked), next, generation };
};

/** A page of a sale's orders, newest first; those from before the list come last. Throws `sale_not_found`. */
export const listOrders = async (redis: RedisClient, saleId: string, query: OrdersQuery): Promise<Orders> => {
  const [, from, skip] = oldCursor.exec(query.cursor ?? '') ?? [];
  if (from !== undefined && !isHashCursor(from))
    throw new CodedError('invalid_request', 'The cursor is not `next` of an answer.', {}, [
      { path: 'query/cursor', detail: 'is not `next` of an answer' },
    ]);
  if (from !== undefined) return await oldOrders(redis, saleId, [from, Number(skip)], query);
  const page = await readOrders.run(redis, saleId, query);
  if (page.outcome === 'no_sale') throw new CodedError('sale_not_found');
  if (page.next === 'old' && page.orders.length === 0) return await oldOrders(redis, saleId, ['0', 0], query);
  return { orders: readableOf(page.orders, orderOf(saleId)), next: page.next === 'old' ? 'o0.0' : page.next, generation: page.generation };
};
