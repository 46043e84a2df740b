import type { PublicRoute, RpcResult } from '@sunbeon/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actorOf, credentialsOf, type Actor } from '../actor.ts';
import { logAction } from '../log/log-action.ts';
import { repeatHeader } from '../log/request-id.ts';
import { requireRole, requireRoleOfBody, type Credentials, type Operator, type OperatorCheck } from '../operators.ts';
import { codedErrorOf } from '../problems.ts';
import type { ShopCheck } from '../shop-keys.ts';
import { bearerOf, type Tokens, type VisitorToken } from '../tokens.ts';
import { authenticateVisitor } from './authenticate-visitor.ts';
import { responseSchemaOf } from './response-schema.ts';
import type { RouteAnswer, RouteContextOf, RouteRequest } from './route-types.ts';
import { serveRouteByRpc } from './route-by-rpc.ts';

/** Handlers and contexts without the entry's types, which were checked at their definition. */
interface UntypedContext {
  app: FastifyInstance;
  tokens: Tokens;
  checkOperator: OperatorCheck;
  checkShop: ShopCheck;
}
type UntypedHandler = (request: unknown) => Promise<RpcResult>;

/** The caller, as the handler receives it. */
interface Caller {
  visitor?: VisitorToken | null;
  shop?: string;
  /** Null: signed out. */
  operator?: Operator | null;
  credentials?: Credentials;
  actor?: Actor;
}

/** A shop is known by the name of its key, in events and in the audit log. */
const shopOf = (name: string, request: FastifyRequest): Caller => ({ shop: name, actor: actorOf(request, name) });

const ofOperator = (operator: Operator, request: FastifyRequest): Caller => ({ operator, actor: actorOf(request, operator.name) });

/** Signed out: without credentials, and with a session that is over. A wrong token stays wrong. */
const ofSession = async (checkOperator: OperatorCheck, credentials: Credentials): Promise<Caller> => {
  try {
    return { operator: await checkOperator(credentials), credentials };
  } catch (error) {
    if (credentials.authorization !== undefined || codedErrorOf(error).code !== 'invalid_token') throw error;
    return { operator: null, credentials };
  }
};

/** Throws `invalid_token` for a caller that the entry's `auth` does not admit. */
const authenticate = async (
  route: PublicRoute,
  { tokens, checkOperator, checkShop }: UntypedContext,
  request: FastifyRequest,
): Promise<Caller> => {
  const { headers, params } = request;
  const { auth } = route;
  switch (auth) {
    case 'none':
      return {};
    case 'operator':
      return ofOperator(await checkOperator(credentialsOf(request)), request);
    case 'sign-in':
      return { credentials: credentialsOf(request) };
    case 'session':
      return await ofSession(checkOperator, credentialsOf(request));
    case 'shop':
      return shopOf(checkShop(headers.authorization), request);
    case 'visitor-or-shop':
      try {
        return shopOf(checkShop(headers.authorization), request);
      } catch (error) {
        if (codedErrorOf(error).code !== 'invalid_token') throw error;
        return { visitor: authenticateVisitor(auth, tokens, bearerOf(headers.authorization), (params as { sale: string }).sale) };
      }
    case 'visitor':
    case 'visitor-if-any':
      return { visitor: authenticateVisitor(auth, tokens, bearerOf(headers.authorization), (params as { sale: string }).sale) };
  }
};

const schemaOf = (route: PublicRoute) => {
  const { params, query, headers, body } = route;
  return {
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(headers ? { headers } : {}),
    ...(body ? { body: { $ref: `${body}#` } } : {}),
    response: responseSchemaOf(route),
  };
};

const serveByHttp = (context: UntypedContext, route: PublicRoute, handler: UntypedHandler): void => {
  const callers = new WeakMap<FastifyRequest, Caller>();
  context.app.route({
    method: route.method,
    url: route.url,
    schema: schemaOf(route),
    ...(route.bodyBytes === undefined ? {} : { bodyLimit: route.bodyBytes }),
    // Authentication precedes validation, so that an unauthenticated caller learns nothing about the request.
    onRequest: async (request) => {
      const caller = await authenticate(route, context, request);
      callers.set(request, caller);
      if (route.auth === 'operator') requireRole(route, caller.operator!);
    },
    // A refusal of an operator's call, by whatever step of it.
    onError: async (request, _, error) => {
      logAction(route, request, callers.get(request), { code: codedErrorOf(error).code });
    },
    preValidation: async (request) => {
      if (route.bodyOptional) request.body ??= {};
      const operator = callers.get(request)?.operator;
      if (operator) requireRoleOfBody(route, operator, request.body);
    },
    handler: async (request, reply) => {
      const { params, query, headers, body } = request;
      const caller = callers.get(request);
      const isRepeated = headers[repeatHeader] !== undefined;
      const answer = await handler({ params, query, headers, body, isRepeated, ...caller });
      logAction(route, request, caller, answer);
      return reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .send(answer.body);
    },
  });
};

/**
 * Serves one route of the catalogue in its service. Authentication, validation, the schema of the answer and the transport (batched RPC
 * or HTTP) come from the entry, so that no route can omit them. The handler receives an authenticated, validated request.
 */
export const defineRoute = <const R extends PublicRoute, const A extends RouteAnswer<R>>(
  context: RouteContextOf<R>,
  route: R,
  handler: (request: RouteRequest<R>) => Promise<A>,
): void => {
  const untyped = context as unknown as UntypedContext;
  const handle = handler as unknown as UntypedHandler;
  if (route.rpc === undefined) serveByHttp(untyped, route, handle);
  else serveRouteByRpc(untyped, route, route.rpc, handle);
};
