import { publicRoutes } from '@sunbeon/contracts';
import { bearerOf, CodedError } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { leave } from '../scripts/leave.ts';

/** Gives the place or slot up; doing it again is the same answer. */
export const deletePlace = ({ app, redis, tokens, metrics }: RouteContext): void => {
  app.delete<{ Params: { sale: string } }>(publicRoutes.deletePlace.url, { schema: { params: publicRoutes.deletePlace.params } }, async (request, reply) => {
    const { visitorId, seq } = tokens.verify(bearerOf(request.headers.authorization), request.params.sale);
    const left = await leave.run(redis, request.params.sale, { visitor: visitorId, seq });
    if (left.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (left.outcome === 'absent') throw new CodedError('not_in_queue');
    if (left.outcome === 'left') metrics.left[left.from]();
    return reply.code(204).send();
  });
};
