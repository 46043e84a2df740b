import {
  cacheControl,
  limits,
  publicRoutes,
  renewedTokenHeader,
  type JoinRequest,
  type RpcItem,
  type RpcResponse,
  type PublicRoute,
} from '@sunbeon/contracts';
import { newVisitorId } from '@sunbeon/contracts/server';
import { CodedError } from '@sunbeon/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limitKeyOf } from '../client-address.ts';
import { setCookies, tokenOf, verdictOn } from '../identity.ts';
import type { RouteContext } from '../context.ts';
import { entranceItem } from './entrance.ts';
import { createWrongCodes, isWrongCode } from './wrong-codes.ts';
import { describeRoute, authOf } from './describe.ts';

/** Headers of an answer forwarded to the caller, beside its type; the others are internal. */
const forCaller = ['retry-after', 'idempotency-replayed'] as const;

/**
 * Forwards the serialised answer. It is a substring of its batch's text: a slow browser gets a copy,
 * so that its unread answer does not keep the whole batch in memory.
 */
const pass = (reply: FastifyReply, { status, text, headers }: RpcResponse): FastifyReply => {
  reply
    .code(status)
    .header('content-type', headers?.['content-type'] ?? 'application/json; charset=utf-8')
    .header('cache-control', status < 300 ? cacheControl.own : 'no-store');
  if (headers) for (const name of forCaller) if (headers[name] !== undefined) reply.header(name, headers[name]);
  return reply.send((reply.raw.socket?.writableLength ?? 0) === 0 ? text : Buffer.from(text).toString());
};

/** Claims take no body: none, or an empty object. */
const refuseBody = (request: FastifyRequest): void => {
  const { body } = request;
  if (body === undefined || body === null) return;
  if (typeof body !== 'object' || Array.isArray(body) || Object.keys(body).length > 0)
    throw new CodedError('invalid_request', 'this call takes no body');
};

const isExceeded = (count: Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>): boolean =>
  'isExceeded' in count && count.isExceeded;

/** A route served as batched RPC. */
type BatchedRoute = PublicRoute & { rpc: keyof RouteContext['rpcs'] };

/** Joins, places, claims and purchases: batched into RPCs to their service. */
export const batchedRoutes = ({ app, config, tokens, rpcs, sharedReads, knownSales, challenges }: RouteContext): void => {
  const joinLimit = { max: config.JOIN_LIMIT_PER_MINUTE, timeWindow: 60_000 };
  const isLimited = joinLimit.max > 0;
  const countJoin = app.createRateLimit(joinLimit);
  const showsToken = (request: FastifyRequest): boolean => {
    const { sale } = request.params as { sale: string };
    const token = tokenOf(tokens, request, sale);
    return token !== undefined && verdictOn(tokens, token, sale) === 'good';
  };
  /** A member token or a code may be right: the sale knows. */
  const showsPaper = ({ body }: FastifyRequest): boolean => {
    const { member, code } = (body ?? {}) as JoinRequest;
    return member !== undefined || code !== undefined;
  };
  /** The limit of joins per address refuses nobody who shows a right token, code or session: see `limitedTo`. */
  const showsAnything = (request: FastifyRequest): boolean => showsToken(request) || showsPaper(request);
  /** Past the limit, a new place is given for a right code or member token alone. */
  const limitedTo = async (request: FastifyRequest): Promise<Pick<RpcItem, 'isLimited'>> =>
    isLimited && showsPaper(request) && !showsToken(request) && isExceeded(await countJoin(request)) ? { isLimited: true } : {};
  const serve = (
    route: BatchedRoute,
    itemOf: (request: FastifyRequest, item: RpcItem) => RpcItem | Promise<RpcItem>,
    after?: (reply: FastifyReply, saleId: string, answer: RpcResponse) => void,
  ) => {
    const rpc = rpcs[route.rpc];
    const limited = route === publicRoutes.postQueue && isLimited;
    app.route<{ Params: { sale: string } }>({
      method: route.method,
      url: route.url,
      schema: describeRoute(route),
      ...authOf(route, { tokens }),
      config: limited ? { rateLimit: { ...joinLimit, hook: 'preHandler', allowList: showsAnything } } : {},
      handler: async (request, reply) => {
        const saleId = request.params.sale;
        const token = tokenOf(tokens, request, saleId);
        const item = await itemOf(request, token === undefined ? { saleId } : { saleId, token });
        // Without a token the sale id may be made up; with one, the token is verified before a read of Redis.
        if (item.token === undefined && route === publicRoutes.postQueue && !knownSales.isKnown(saleId))
          await knownSales.mayAsk(saleId, limitKeyOf(request.ip));
        const answer = await rpc(item);
        after?.(reply, saleId, answer);
        return pass(reply, answer.status === 403 ? await challenges.addTo(answer, saleId) : answer);
      },
    });
  };

  const keepToken = (reply: FastifyReply, saleId: string, token: string | undefined): void => {
    if (token !== undefined)
      void reply.header('set-cookie', setCookies(saleId, token, limits.tokenDays * 86_400, reply.request.protocol === 'https'));
  };
  const bodiless = (request: FastifyRequest, item: RpcItem): RpcItem => {
    refuseBody(request);
    return item;
  };
  /**
   * An invalid cookie (another secret, an old machine) must not lock its browser out: the join is a new one. A cookie
   * whose key another instance may know is passed on, and answered 503.
   */
  const isStale = (request: FastifyRequest, { saleId, token }: RpcItem): boolean =>
    token !== undefined && request.headers.authorization === undefined && verdictOn(tokens, token, saleId) === 'bad';
  const joining = async (request: FastifyRequest, item: RpcItem): Promise<RpcItem> => {
    const { saleId, token } = item;
    const key = request.headers['idempotency-key'] as string | undefined;
    return {
      ...(token === undefined || isStale(request, item) ? { saleId, operation: newVisitorId() } : item),
      ...(key === undefined ? {} : { idempotencyKey: key }),
      ...entranceItem(request.body ?? {}),
      ...(await limitedTo(request)),
    };
  };
  const wrongCode = createWrongCodes();
  serve(publicRoutes.postQueue, joining, (reply, saleId, answer) => {
    const { token, status } = answer;
    const { body, ip } = reply.request;
    // A join without a code guesses nothing.
    if ((body as JoinRequest | undefined)?.code !== undefined && isWrongCode(answer)) wrongCode(limitKeyOf(ip));
    if (status === 201) sharedReads.joined(saleId);
    knownSales.answered(saleId, status);
    keepToken(reply, saleId, token);
  });
  // A place of the lobby that got its number: the cookie is renewed, and a client without cookies finds the token in a header.
  serve(
    publicRoutes.getPlace,
    (_, item) => item,
    (reply, saleId, { token }) => {
      keepToken(reply, saleId, token);
      if (token !== undefined) void reply.header(renewedTokenHeader, token);
    },
  );
  serve(publicRoutes.postClaim, bodiless);
  serve(publicRoutes.postPurchase, (request, item) => ({
    ...item,
    quantity: (request.body as { quantity: number }).quantity,
    idempotencyKey: request.headers['idempotency-key'] as string,
  }));
};
