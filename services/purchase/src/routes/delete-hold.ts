import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { release } from '../scripts/release.ts';

/** Returns the held tickets to the stock. */
export const deleteHold = (context: RouteContext): void => {
  const { redis, metrics } = context;
  defineRoute(context, publicRoutes.deleteHold, async ({ params, visitor: { saleId, visitorId } }) => {
    const outcome = await release.run(redis, saleId, { visitor: visitorId, holdId: params.hold });
    metrics.released(outcome);
    if (outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (outcome === 'hold_not_found') throw new CodedError('hold_not_found');
    return { status: 204 };
  });
};
