import { pollAfterMs, publicRoutes } from '@sunbeon/contracts';
import { batchPerSale, CodedError, codedErrorOf, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { claim, type ClaimOutcome, type ClaimQuery } from '../scripts/claim.ts';

/** Starts the session of an admitted visitor. */
export const postClaim = (context: RouteContext): void => {
  const { redis, metrics } = context;
  const loadBatched = batchPerSale<ClaimQuery, ClaimOutcome>(async (saleId, queries) => {
    const reply = await claim.run(redis, saleId, queries);
    if (reply.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return reply.claims;
  }, metrics.batched);

  defineRoute(context, publicRoutes.postClaim, async ({ visitor: { saleId, visitorId, generation } }) => {
    const outcome = await loadBatched(saleId, { visitor: visitorId, generation }).catch((error: unknown) => {
      if (codedErrorOf(error).code !== 'sale_not_found') metrics.claimed.failed();
      throw error;
    });
    metrics.claimed[outcome.outcome]();
    if (outcome.outcome === 'not_admitted')
      throw new CodedError('not_admitted', 'The visitor is not admitted, or the deadline has passed.');
    const body = {
      saleId,
      visitorId,
      state: 'admitted' as const,
      generation,
      admittedUntil: new Date(outcome.untilMs).toISOString(),
      claimed: true,
      pollAfterMs: pollAfterMs('admitted', undefined),
    };
    return { status: 200, body };
  });
};
