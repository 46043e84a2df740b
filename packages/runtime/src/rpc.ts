import { encodeResults, rpcPaths, limits, type RpcResult, type RpcMethod, type RpcItem } from '@sunbeon/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CodedError, codedErrorOf, problemAnswer } from './problems.ts';
import type { Tokens } from './tokens.ts';
import { tracing } from './trace.ts';

/** Header of the gateway's RPC credential. */
export const rpcHeader = 'x-sunbeon-rpc';

/**
 * Serves one route as batched RPC, to gateways only: every element is handled as a request of its own, with its token, answer and error.
 * `handle` batches them per sale into one script call.
 */
export const serveRpc = (
  app: FastifyInstance,
  tokens: Tokens,
  call: RpcMethod,
  handle: (item: RpcItem, request: FastifyRequest) => Promise<RpcResult>,
): void => {
  const answer = async (item: RpcItem, request: FastifyRequest): Promise<RpcResult> => {
    try {
      const traced = item.trace === undefined ? null : tracing();
      return await (traced
        ? traced.span(call, { kind: 'server', parent: item.trace }, () => handle(item, request))
        : handle(item, request));
    } catch (error) {
      const coded = codedErrorOf(error);
      if (coded.code === 'internal_error') app.log.error({ err: error }, `${call} failed`);
      return problemAnswer(coded);
    }
  };
  const onRequest = async ({ headers }: FastifyRequest): Promise<void> => tokens.verifyRpc(headers[rpcHeader]);
  app.post<{ Body: { items: RpcItem[] } }>(rpcPaths[call], { bodyLimit: limits.internalBodyBytes, onRequest }, async (request, reply) => {
    const { items } = request.body;
    if (!Array.isArray(items) || items.length > limits.batchItems)
      throw new CodedError('invalid_request', `at most ${limits.batchItems} items`);
    return reply.type('application/x-ndjson').send(encodeResults(await Promise.all(items.map((item) => answer(item, request)))));
  });
};
