import { encodeResponses, rpcPaths, limits, type RpcItem, type RpcMethod, type RpcResponse, type RpcResult } from '@sunbeon/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logCall } from './log/request-log.ts';
import { CodedError, codedErrorOf, problemAnswer } from './problems.ts';
import type { ResponseSchema } from './routes/response-schema.ts';
import type { Tokens } from './tokens.ts';
import { tracing } from './trace.ts';

/** Header of the gateway's RPC credential. */
export const rpcHeader = 'x-sunbeon-rpc';

/**
 * Serves one hot call in batches, to gateways only: every element is handled as if it had come alone, with its own token, answer and error.
 * The caller's `handle` gathers them again per sale into one script call. A body has the properties that `response` names for its status: the gateway
 * passes it on as it is.
 */
export const serveRpc = (
  app: FastifyInstance,
  tokens: Tokens,
  call: RpcMethod,
  response: ResponseSchema,
  handle: (item: RpcItem, request: FastifyRequest) => Promise<RpcResult>,
): void => {
  const answer = async (item: RpcItem, request: FastifyRequest, reply: FastifyReply): Promise<RpcResponse> => {
    const startedMs = performance.now();
    const said = (status: number): void => {
      if (app.events.requests) logCall(app.events, call, item, status, performance.now() - startedMs);
    };
    try {
      const traced = item.trace === undefined ? null : tracing();
      const { status, headers, token, body } = await (traced
        ? traced.span(call, { kind: 'server', parent: item.trace }, () => handle(item, request))
        : handle(item, request));
      said(status);
      return { status, headers, token, text: reply.serializeInput(body as Record<string, unknown>, String(status)) as string };
    } catch (error) {
      const coded = codedErrorOf(error);
      if (coded.code === 'internal_error') app.events.write('request_failed', { request_id: item.requestId, call, err: error });
      app.events.count('requests_refused', coded.code);
      const { body, ...head } = problemAnswer(coded);
      said(head.status);
      return { ...head, text: JSON.stringify(body) };
    }
  };
  const onRequest = async ({ headers }: FastifyRequest): Promise<void> => tokens.verifyRpc(headers[rpcHeader]);
  const options = { bodyLimit: limits.internalBodyBytes, onRequest, schema: { response } };
  app.post<{ Body: { items: RpcItem[] } }>(rpcPaths[call], options, async (request, reply) => {
    const { items } = request.body;
    if (!Array.isArray(items) || items.length > limits.batchItems)
      throw new CodedError('invalid_request', `at most ${limits.batchItems} items`);
    return reply.type('application/x-ndjson').send(encodeResponses(await Promise.all(items.map((item) => answer(item, request, reply)))));
  });
};
