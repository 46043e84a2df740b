import { isSaleId, pollAfterMs, publicRoutes, type RpcResult, type RpcItem, type Visitor } from '@sunbeon/contracts';
import { batchPerSale, bearerOf, CodedError, codedErrorOf, serveRpc } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { claim, type ClaimOutcome } from '../scripts/claim.ts';

/** "I am here": starts the session of an admitted visitor. */
export const postClaim = ({ app, redis, tokens, metrics }: RouteContext): void => {
  const loadBatched = batchPerSale<string, ClaimOutcome>(async (saleId, visitors) => {
    const outcomes = await claim.run(redis, saleId, visitors);
    if (!outcomes) throw new CodedError('sale_not_found');
    return outcomes;
  }, metrics.batched);

  const handle = async ({ saleId, token }: RpcItem): Promise<RpcResult> => {
    if (!isSaleId(saleId)) throw new CodedError('invalid_request', 'that is no sale id');
    const { visitorId } = tokens.verify(token, saleId);
    const outcome = await loadBatched(saleId, visitorId).catch((error: unknown) => {
      if (codedErrorOf(error).code !== 'sale_not_found') metrics.claimed.failed();
      throw error;
    });
    metrics.claimed[outcome.outcome]();
    if (outcome.outcome === 'not_admitted') throw new CodedError('not_admitted', 'It is not your turn, or your time is over.');
    const visitor: Visitor = {
      saleId, visitorId, state: 'admitted',
      admittedUntil: new Date(outcome.untilMs).toISOString(),
      claimed: true,
      pollAfterMs: pollAfterMs('admitted', undefined),
    };
    return { status: 200, body: visitor };
  };

  serveRpc(app, tokens, 'claim', handle);
  app.post<{ Params: { sale: string } }>(publicRoutes.postClaim.url, { schema: { params: publicRoutes.postClaim.params } }, async (request, reply) => {
    const { status, body } = await handle({ saleId: request.params.sale, token: bearerOf(request.headers.authorization) });
    return reply.code(status).send(body);
  });
};
