import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { holdOf, readableOf } from '../scripts/outcome.ts';
import { readHold } from '../scripts/read-hold.ts';

/** The visitor's living hold: none or one. */
export const getHolds = (context: RouteContext): void => {
  defineRoute(context, publicRoutes.getHolds, async ({ visitor: { saleId, visitorId } }) => {
    const found = await readHold.run(context.redis, saleId, visitorId);
    if (found.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return { status: 200, body: { holds: readableOf(found.holds, holdOf(saleId)) } };
  });
};
