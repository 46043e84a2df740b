import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { purchaseOf, readableOf } from '../scripts/outcome.ts';
import { readPurchases } from '../scripts/read-purchases.ts';

/** The visitor's purchases, oldest first. */
export const getPurchases = (context: RouteContext): void => {
  defineRoute(context, publicRoutes.getPurchases, async ({ visitor: { saleId, visitorId, generation } }) => {
    const found = await readPurchases.run(context.redis, saleId, { visitor: visitorId, generation });
    if (found.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return { status: 200, body: { purchases: readableOf(found.purchases, purchaseOf(saleId)) } };
  });
};
