import { isRehearsalId, publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import { removeDeleted } from '../current-sales.ts';
import type { RouteContext } from '../context.ts';
import { forgetSale } from '../forget-sale.ts';
import { deleteSale } from '../scripts/delete-sale.ts';

/** Deletes a closed sale with all its data, then its id. */
export const deleteSaleRoute = (context: RouteContext): void => {
  const { redis, wake } = context;
  defineRoute(context, publicRoutes.deleteSale, async ({ params: { sale: saleId }, actor }) => {
    const outcome = await deleteSale.run(redis, saleId, { by: actor });
    if (outcome === 'not_closed') throw new CodedError('sale_not_closed');
    if (outcome === 'pass_is_live')
      throw new CodedError('pass_is_live', 'A pass of this sale is good until its stay is over; delete the sale then.');
    // Its keys may be gone and its id not, after a crash in between: deleting it again puts that right.
    const forgotten = await forgetSale(redis, saleId);
    // It counts as a rehearsal as long as it is listed.
    if (isRehearsalId(saleId)) {
      await removeDeleted(redis, saleId);
      wake(saleId);
    }
    if (outcome === 'no_sale' && !forgotten) throw new CodedError('sale_not_found');
    return { status: 204 };
  });
};
