import type { PublicRoute, RpcItem, RpcMethod, RpcResult } from '@sunbeon/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { serveRpc } from '../rpc.ts';
import type { Tokens } from '../tokens.ts';
import { authenticateVisitor } from './authenticate-visitor.ts';
import { responseSchemaOf } from './response-schema.ts';

type Validator = ReturnType<FastifyRequest['compileValidationSchema']>;

/** Headers and body of an element, validated by the entry's schemas as Fastify validates those of a request; null when the entry has neither. */
const inputOf = ({ headers, body }: PublicRoute): ((item: RpcItem, request: FastifyRequest) => object) | null => {
  if (headers === undefined || body === undefined) return null;
  let validators: { headers: Validator; body: Validator } | undefined;
  return ({ idempotencyKey, quantity, proof, member, code }, request) => {
    validators ??= { headers: request.compileValidationSchema(headers), body: request.compileValidationSchema({ $ref: `${body}#` }) };
    const given = { quantity, proof, member, code };
    const input = {
      headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
      body: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    };
    for (const part of ['headers', 'body'] as const) {
      if (!validators[part](input[part]))
        throw Object.assign(new Error('an element is not valid'), { validation: validators[part].errors, validationContext: part });
    }
    return input;
  };
};

/** The batched door of a route. An element passes the same checks in the same order as a request over HTTP: sale id, caller, input; its answer is picked by the same schema. */
export const serveRouteByRpc = (
  { app, tokens }: { app: FastifyInstance; tokens: Tokens },
  route: PublicRoute,
  rpc: RpcMethod,
  handler: (request: unknown) => Promise<RpcResult>,
): void => {
  const readInput = inputOf(route);
  serveRpc(app, tokens, rpc, responseSchemaOf(route), (item, request) => {
    const { saleId: sale, token, operation, isLimited = false } = item;
    const visitor = authenticateVisitor(route.auth, tokens, token, sale);
    return handler({ params: { sale }, visitor, operation, isLimited, ...readInput?.(item, request) });
  });
};
