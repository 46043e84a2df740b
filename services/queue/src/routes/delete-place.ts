import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { leave } from '../scripts/leave.ts';

/** Gives up the place or slot; a repeated call has the same answer. */
export const deletePlace = (context: RouteContext): void => {
  const { redis, metrics } = context;
  defineRoute(context, publicRoutes.deletePlace, async ({ visitor: { saleId, visitorId, seq, generation } }) => {
    const left = await leave.run(redis, saleId, { visitor: visitorId, seq, generation });
    if (left.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (left.outcome === 'absent') throw new CodedError('not_in_queue');
    if (left.outcome === 'pass_is_live') throw new CodedError('pass_is_live', 'The shop let you in; it ends your visit.');
    if (left.outcome === 'confirm_by_shop')
      throw new CodedError('confirm_by_shop', 'You have tickets on hold: the shop confirms or releases them.');
    if (left.outcome === 'left') metrics.left[left.from]();
    return { status: 204 };
  });
};
