import { publicRoutes } from '@sunbeon/contracts';
import { newPurchaseId } from '@sunbeon/contracts/server';
import { bearerOf, CodedError } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { confirm } from '../scripts/confirm.ts';
import { decodeOutcome, purchaseOf } from '../scripts/outcome.ts';
import { answerOf } from './answer.ts';

/** The payment came: the hold becomes a purchase; asked again, the same one. */
export const postConfirm = ({ app, redis, tokens, metrics }: RouteContext): void => {
  const { url, params } = publicRoutes.postConfirm;
  app.post<{ Params: { sale: string; hold: string } }>(url, { schema: { params } }, async (request, reply) => {
    const { sale, hold } = request.params;
    const { visitorId } = tokens.verify(bearerOf(request.headers.authorization), sale);
    const row = await confirm.run(redis, sale, { visitor: visitorId, holdId: hold, purchaseId: newPurchaseId() }).catch((error: unknown) => {
      metrics.failed();
      throw error;
    });
    if (row.outcome === 'no_sale') throw new CodedError('sale_not_found');
    const outcome = decodeOutcome(row, purchaseOf(sale));
    metrics.confirmed(outcome);
    metrics.bought(outcome);
    const answer = answerOf(outcome);
    return reply.code(answer.status).headers(answer.headers ?? {}).send(answer.body);
  });
};
