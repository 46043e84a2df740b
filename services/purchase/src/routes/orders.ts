import { keys, limits, publicRoutes, type Order, type TypeOf } from '@sunbeon/contracts';
import { CodedError, csvAnswer, defineRoute, redisBreakerOf } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { listOrders } from '../orders/list-orders.ts';
import { ordersCsv } from '../orders/orders-csv.ts';
import { cancelOrder } from '../scripts/cancel-order.ts';
import { checkIn } from '../scripts/check-in.ts';
import { orderOf } from '../scripts/outcome.ts';

const replay = { 'idempotency-replayed': 'true' };
/** 409 with the time of the first check-in. */
const alreadyCheckedIn = ({ checkedInAt }: Order): CodedError =>
  new CodedError('already_checked_in', `Checked in at ${checkedInAt}.`, {}, undefined, checkedInAt === undefined ? {} : { checkedInAt });

/** Orders of a sale, for operators: listed, found, read, cancelled and checked in. */
export const orders = (context: RouteContext): void => {
  const { redis, metrics } = context;

  defineRoute(context, publicRoutes.getOrders, async ({ params: { sale: saleId }, query: { cursor, limit, state, q, format } }) => {
    if (format === 'csv') {
      const first = await listOrders(redis, saleId, { cursor: null, most: limits.ordersPerCall, state, q });
      return csvAnswer<TypeOf<'OrdersList'>>(`orders-${saleId}`, ordersCsv(redis, saleId, { state, q }, first));
    }
    const most = Number(limit ?? limits.ordersPerPageDefault);
    const { orders: found, next } = await listOrders(redis, saleId, { cursor: cursor ?? null, most, state, q });
    return { status: 200, body: { orders: found, ...(next === null ? {} : { next }) } };
  });

  defineRoute(context, publicRoutes.getOrder, async ({ params: { sale: saleId, purchase } }) => {
    const [json, isSale] = await redisBreakerOf(redis).execute(
      () => Promise.all([redis.hget(keys.purchases(saleId), purchase), redis.exists(keys.sale(saleId))]),
      'read',
    );
    if (isSale === 0) throw new CodedError('sale_not_found');
    if (json === null) throw new CodedError('order_not_found');
    return { status: 200, body: orderOf(saleId)(json) };
  });

  defineRoute(context, publicRoutes.cancelOrder, async ({ params: { sale: saleId, purchase }, body: { reason, restock }, actor }) => {
    const done = await cancelOrder.run(redis, saleId, { purchaseId: purchase, reason, restock, by: actor });
    if (done.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (done.outcome === 'order_not_found') throw new CodedError('order_not_found');
    const order = orderOf(saleId)(done.json);
    if (done.outcome === 'already_checked_in') throw alreadyCheckedIn(order);
    if (done.outcome === 'already_cancelled')
      throw new CodedError('already_cancelled', `Cancelled ${restock ? 'without' : 'with'} a return of its tickets to the line.`);
    if (done.outcome === 'cancelled') metrics.cancelled(restock);
    return { status: 200, body: order, ...(done.outcome === 'replayed' ? { headers: replay } : {}) };
  });

  defineRoute(context, publicRoutes.checkInOrder, async ({ params: { sale: saleId, purchase }, headers, actor }) => {
    const done = await checkIn.run(redis, saleId, { purchaseId: purchase, key: headers['idempotency-key'] ?? null, by: actor });
    if (done.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (done.outcome === 'order_not_found') throw new CodedError('order_not_found');
    const order = orderOf(saleId)(done.json);
    if (done.outcome === 'order_cancelled') throw new CodedError('order_cancelled', `Cancelled at ${order.cancelledAt}.`);
    if (done.outcome === 'already_checked_in') throw alreadyCheckedIn(order);
    if (done.outcome === 'checked_in') metrics.checkedIn();
    return { status: 200, body: order, ...(done.outcome === 'replayed' ? { headers: replay } : {}) };
  });
};
