import {
  cacheControl,
  cookiesAreSecure,
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
import type { FastifyReply, FastifyRequest } from 'fastify';
import { limitKeyOf } from '../client-address.ts';
import { setCookies, tokenOf, verdictOn } from '../identity.ts';
import type { RouteContext } from '../context.ts';
import { entranceItem } from './entrance.ts';
import { createWrongCodes, isWrongCode } from './wrong-codes.ts';
import { describeRoute, authOf } from './describe.ts';

/** Headers of an answer forwarded to the caller, beside its type; the others are internal. */
const forCaller = ['retry-after', 'idempotency-replayed', 'www-authenticate'] as const;

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

/** A route served as batched RPC. */
type BatchedRoute = PublicRoute & { rpc: keyof RouteContext['rpcs'] };

/** Joins, places, claims and purchases: batched into RPCs to their service. */
export const batchedRoutes = ({ app, config, tokens, rpcs, sharedReads, knownSales, challenges, addLogin }: RouteContext): void => {
  const countJoin = app.createRateLimit({ max: config.JOIN_LIMIT_PER_MINUTE, timeWindow: 60_000 });
  /**
   * The limit of joins per address. Past it, a new place is given for a right code or member token alone, which the sale knows; a join that shows
   * neither is refused here.
   */
  const limitJoin = async (request: FastifyRequest): Promise<Pick<RpcItem, 'isLimited'>> => {
    if (config.JOIN_LIMIT_PER_MINUTE === 0) return {};
    const count = await countJoin(request);
    if (count.isAllowed || !count.isExceeded) return {};
    const { member, code } = (request.body ?? {}) as JoinRequest;
    if (member !== undefined || code !== undefined) return { isLimited: true };
    throw new CodedError('rate_limited', 'Too many joins from this address.', { 'retry-after': String(count.ttlInSeconds) });
  };
  const serve = (
    route: BatchedRoute,
    itemOf: (request: FastifyRequest, item: RpcItem) => RpcItem | Promise<RpcItem>,
    after?: (reply: FastifyReply, saleId: string, answer: RpcResponse) => void,
  ) => {
    const rpc = rpcs[route.rpc];
    app.route<{ Params: { sale: string } }>({
      method: route.method,
      url: route.url,
      schema: describeRoute(route),
      ...authOf(route, { tokens }),
      handler: async (request, reply) => {
        const saleId = request.params.sale;
        const token = tokenOf(tokens, request, saleId);
        const caller = { saleId, requestId: request.id };
        const item = await itemOf(request, token === undefined ? caller : { ...caller, token });
        // Without a token the sale id may be made up; with one, the token is verified before a read of Redis.
        if (item.token === undefined && route === publicRoutes.postQueue && !knownSales.isKnown(saleId))
          await knownSales.mayAsk(saleId, limitKeyOf(request.ip));
        const answer = await rpc(item);
        after?.(reply, saleId, answer);
        if (answer.status === 403) return pass(reply, await challenges.addTo(answer, saleId));
        return pass(reply, answer.status === 401 ? await addLogin(answer, saleId) : answer);
      },
    });
  };

  const keepToken = (reply: FastifyReply, saleId: string, token: string | undefined): void => {
    if (token === undefined) return;
    const isSecure = cookiesAreSecure(config.WEB_URL, reply.request.protocol);
    void reply.header('set-cookie', setCookies(saleId, token, limits.tokenDays * 86_400, isSecure));
  };
  const bodiless = (request: FastifyRequest, item: RpcItem): RpcItem => {
    refuseBody(request);
    return item;
  };
  /**
   * An invalid cookie (another secret, an old machine) must not lock its browser out: the join is a new one. A cookie
   * whose key another instance may know is passed on, and answered 503. Who shows a right token is not limited.
   */
  const joining = async (request: FastifyRequest, item: RpcItem): Promise<RpcItem> => {
    const { saleId, requestId, token } = item;
    const verdict = token === undefined ? 'none' : verdictOn(tokens, token, saleId);
    const isNew = verdict === 'none' || (verdict === 'bad' && request.headers.authorization === undefined);
    const key = request.headers['idempotency-key'] as string | undefined;
    return {
      ...(isNew ? { saleId, requestId: requestId!, operation: newVisitorId() } : item),
      ...(key === undefined ? {} : { idempotencyKey: key }),
      ...entranceItem(request.body ?? {}),
      ...(verdict === 'good' ? {} : await limitJoin(request)),
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
