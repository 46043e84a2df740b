import { publicRoutes } from '@sunbeon/contracts';
import { bearerOf, CodedError } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { release } from '../scripts/release.ts';

/** Gives the held tickets back. */
export const deleteHold = ({ app, redis, tokens, metrics }: RouteContext): void => {
  const { url, params } = publicRoutes.deleteHold;
  app.delete<{ Params: { sale: string; hold: string } }>(url, { schema: { params } }, async (request, reply) => {
    const { sale, hold } = request.params;
    const { visitorId } = tokens.verify(bearerOf(request.headers.authorization), sale);
    const outcome = await release.run(redis, sale, { visitor: visitorId, holdId: hold });
    metrics.released(outcome);
    if (outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (outcome === 'hold_not_found') throw new CodedError('hold_not_found');
    return reply.code(204).send();
  });
};
