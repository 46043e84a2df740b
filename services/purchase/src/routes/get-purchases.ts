import { publicRoutes } from '@sunbeon/contracts';
import { bearerOf, CodedError } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { purchaseOf, readableOf } from '../scripts/outcome.ts';
import { readPurchases } from '../scripts/read-purchases.ts';

/** What this visitor bought, oldest first. */
export const getPurchases = ({ app, redis, tokens }: RouteContext): void => {
  const { url, params } = publicRoutes.getPurchases;
  app.get<{ Params: { sale: string } }>(url, { schema: { params } }, async (request) => {
    const { sale } = request.params;
    const { visitorId } = tokens.verify(bearerOf(request.headers.authorization), sale);
    const found = await readPurchases.run(redis, sale, visitorId);
    if (!found) throw new CodedError('sale_not_found');
    return { purchases: readableOf(found, purchaseOf(sale)) };
  });
};
