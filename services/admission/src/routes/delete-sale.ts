import { keys, publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, type RedisClient } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { deleteSale } from '../scripts/delete-sale.ts';

/** Removes the id of a sale that does not exist from the list; true when it was listed. The id of a sale created again meanwhile stays. */
export const forgetSale = async (redis: RedisClient, saleId: string): Promise<boolean> => {
  const removed = await redis.srem(keys.sales, saleId);
  if ((await redis.type(keys.sale(saleId))) !== 'hash') return removed > 0;
  await redis.sadd(keys.sales, saleId);
  return false;
};

/** Deletes a closed sale with all its data, then its id. */
export const deleteSaleRoute = (context: RouteContext): void => {
  const { redis } = context;
  defineRoute(context, publicRoutes.deleteSale, async ({ params: { sale: saleId }, actor }) => {
    const outcome = await deleteSale.run(redis, saleId, { by: actor });
    if (outcome === 'not_closed') throw new CodedError('sale_not_closed');
    if (outcome === 'pass_is_live')
      throw new CodedError('pass_is_live', 'A pass of this sale is good until its stay is over; delete the sale then.');
    // Its keys may be gone and its id not, after a crash in between: deleting it again puts that right.
    const forgotten = await forgetSale(redis, saleId);
    if (outcome === 'no_sale' && !forgotten) throw new CodedError('sale_not_found');
    return { status: 204 };
  });
};
