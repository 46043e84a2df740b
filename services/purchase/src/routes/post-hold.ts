import { publicRoutes, type BuyRequest } from '@sunbeon/contracts';
import { newHoldId } from '@sunbeon/contracts/server';
import { bearerOf, CodedError } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { hold } from '../scripts/hold.ts';
import { decodeOutcome, holdOf } from '../scripts/outcome.ts';
import { answerOf } from './answer.ts';
import { requireVisitor } from './require-visitor.ts';

/** Sets tickets aside while a payment runs. */
export const postHold = ({ app, redis, tokens, metrics }: RouteContext): void => {
  const { url, params, headers } = publicRoutes.postHold;
  app.post<{ Params: { sale: string }; Body: BuyRequest; Headers: { 'idempotency-key': string } }>(
    url,
    { schema: { params, headers, body: { $ref: 'BuyRequest#' } }, onRequest: requireVisitor(tokens) },
    async (request, reply) => {
      const { sale } = request.params;
      const { quantity } = request.body;
      const { visitorId } = tokens.verify(bearerOf(request.headers.authorization), sale);
      const row = await hold.run(redis, sale, {
        visitor: visitorId, quantity, key: request.headers['idempotency-key'], fingerprint: `hold:${quantity}`, holdId: newHoldId(),
      });
      if (row.outcome === 'no_sale') throw new CodedError('sale_not_found');
      const outcome = decodeOutcome(row, holdOf(sale));
      metrics.held(outcome);
      const answer = answerOf(outcome);
      return reply.code(answer.status).headers(answer.headers ?? {}).send(answer.body);
    },
  );
};
