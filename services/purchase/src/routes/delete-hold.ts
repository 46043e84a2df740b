import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { release } from '../scripts/release.ts';

/** Returns the held tickets to the stock. The gateway's repetition of a call whose answer was lost has the same answer; another call finds no hold. */
export const deleteHold = (context: RouteContext): void => {
  const { redis, metrics } = context;
  defineRoute(context, publicRoutes.deleteHold, async ({ params, isRepeated, visitor, shop, actor }) => {
    const outcome = await release.run(redis, params.sale, {
      visitor: visitor?.visitorId ?? null,
      generation: visitor?.generation,
      holdId: params.hold,
      shop,
      by: actor,
    });
    metrics.released(outcome);
    if (outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (outcome === 'replayed' && !isRepeated) throw new CodedError('hold_not_found');
    if (outcome !== 'released' && outcome !== 'replayed') throw new CodedError(outcome);
    return { status: 204 };
  });
};
