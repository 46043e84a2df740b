import { limits, publicRoutes, type AddStock } from '@sunbeon/contracts';
import { actorOf, CodedError, readSale } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { addStock } from '../scripts/add-stock.ts';

/** More tickets for a sale; admissions start again by themselves. */
export const postStock = ({ app, redis, checkOperator }: RouteContext): void => {
  const { url, params, headers } = publicRoutes.addStock;
  app.post<{ Params: { sale: string }; Body: AddStock; Headers: { 'idempotency-key'?: string } }>(
    url,
    { schema: { params, headers, body: { $ref: 'AddStock#' } }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async (request, reply) => {
      const { sale } = request.params;
      const outcome = await addStock.run(redis, sale, { add: request.body.add, key: request.headers['idempotency-key'] ?? null, by: actorOf(request) });
      if (outcome === 'no_sale') throw new CodedError('sale_not_found');
      if (outcome === 'too_many') throw new CodedError('invalid_request', `A sale has at most ${limits.stock} tickets.`);
      if (outcome === 'idempotency_conflict') throw new CodedError('idempotency_conflict');
      if (outcome === 'replayed') reply.header('idempotency-replayed', 'true');
      const after = await readSale(redis, sale);
      if (!after) throw new CodedError('sale_not_found');
      return reply.header('etag', `"${after.version}"`).send(after);
    },
  );
};
