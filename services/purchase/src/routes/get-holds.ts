import { publicRoutes } from '@sunbeon/contracts';
import { bearerOf, CodedError } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { holdOf, readableOf } from '../scripts/outcome.ts';
import { readHold } from '../scripts/read-hold.ts';

/** What is set aside for this visitor now: none or one. */
export const getHolds = ({ app, redis, tokens }: RouteContext): void => {
  const { url, params } = publicRoutes.getHolds;
  app.get<{ Params: { sale: string } }>(url, { schema: { params } }, async (request) => {
    const { sale } = request.params;
    const { visitorId } = tokens.verify(bearerOf(request.headers.authorization), sale);
    const found = await readHold.run(redis, sale, visitorId);
    if (!found) throw new CodedError('sale_not_found');
    return { holds: readableOf(found, holdOf(sale)) };
  });
};
