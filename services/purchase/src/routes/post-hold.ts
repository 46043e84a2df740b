import { publicRoutes } from '@sunbeon/contracts';
import { newHoldId } from '@sunbeon/contracts/server';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { hold } from '../scripts/hold.ts';
import { decodeOutcome, holdOf } from '../scripts/outcome.ts';
import { answerOf } from './answer.ts';

/** Reserves tickets during a payment. */
export const postHold = (context: RouteContext): void => {
  const { durable, metrics } = context;
  defineRoute(context, publicRoutes.postHold, async ({ visitor: { saleId, visitorId, seq, generation }, headers, body: { quantity } }) => {
    const row = await durable.run(hold, saleId, {
      visitor: visitorId,
      quantity,
      key: headers['idempotency-key'],
      fingerprint: `hold:${quantity}`,
      holdId: newHoldId(),
      seq,
      generation,
    });
    if (row.outcome === 'no_sale') throw new CodedError('sale_not_found');
    const outcome = decodeOutcome(row, holdOf(saleId));
    metrics.held(outcome);
    return answerOf(outcome);
  });
};
