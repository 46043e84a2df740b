import { keys, limits, publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, redisBreakerOf } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { listOrders } from '../orders/list-orders.ts';
import { orderOf } from '../scripts/outcome.ts';

/** Orders of a sale, for operators: listed, found and read. */
export const orders = (context: RouteContext): void => {
  const { redis } = context;

  defineRoute(context, publicRoutes.getOrders, async ({ params: { sale: saleId }, query: { cursor, limit, state, q } }) => {
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
};
