import { limits, newVisitorId, publicRoutes, type HopAnswer, type HopItem, type Place, type PublicRoute } from '@sunbeon/contracts';
import { CodedError } from '@sunbeon/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Hop } from '../hop/hop.ts';
import { setCookie, tokenOf } from '../identity.ts';
import type { Room } from '../room.ts';
import { describeRoute, guardOf } from './describe.ts';

/** Headers of an answer that are for the caller; the rest is between gateway and service. */
const forCaller = new Set(['content-type', 'retry-after', 'idempotency-replayed']);

/** The answer as it came; already JSON, so it is not run through a second serialiser. */
const pass = (reply: FastifyReply, { status, body, headers }: HopAnswer): FastifyReply => {
  for (const [name, value] of Object.entries(headers ?? {})) if (forCaller.has(name)) reply.header(name, value);
  if (reply.getHeader('content-type') === undefined) reply.header('content-type', 'application/json; charset=utf-8');
  return reply.code(status).header('cache-control', 'no-store').send(JSON.stringify(body));
};

/** Joins and claims take no body: none, or an empty object. */
const refuseBody = (request: FastifyRequest): void => {
  const { body } = request;
  if (body === undefined || body === null) return;
  if (typeof body !== 'object' || Array.isArray(body) || Object.keys(body).length > 0) throw new CodedError('invalid_request', 'this call takes no body');
};

/** Joins, places, claims and purchases: gathered into batches on the hop to their service. */
export const hotCalls = ({ app, config, tokens, hops }: Room): void => {
  const serve = (route: PublicRoute, hop: Hop, itemOf: (request: FastifyRequest, item: HopItem) => HopItem, after?: (reply: FastifyReply, saleId: string, answer: HopAnswer) => void) => {
    const limited = route === publicRoutes.postQueue && config.JOIN_LIMIT_PER_MINUTE > 0;
    app.route<{ Params: { sale: string } }>({
      method: route.method,
      url: route.url,
      schema: describeRoute(route),
      ...guardOf(route, { tokens }),
      config: limited ? { rateLimit: { max: config.JOIN_LIMIT_PER_MINUTE, timeWindow: 60_000 } } : {},
      handler: async (request, reply) => {
        const saleId = request.params.sale;
        const token = tokenOf(request, saleId);
        const answer = await hop(itemOf(request, { saleId, ...(token === undefined ? {} : { token }) }));
        after?.(reply, saleId, answer);
        return pass(reply, answer);
      },
    });
  };

  const bodiless = (request: FastifyRequest, item: HopItem): HopItem => {
    refuseBody(request);
    return item;
  };
  /** A cookie that speaks for nobody any more (another secret, an old machine) must not lock its browser out for ever: that join is a new one. */
  const isStale = (request: FastifyRequest, { saleId, token }: HopItem): boolean => {
    if (token === undefined || request.headers.authorization !== undefined) return false;
    try {
      tokens.verify(token, saleId);
      return false;
    } catch {
      return true;
    }
  };
  const joining = (request: FastifyRequest, item: HopItem): HopItem => {
    const { token, ...rest } = bodiless(request, item);
    return token === undefined || isStale(request, item) ? { ...rest, operation: newVisitorId() } : item;
  };
  serve(publicRoutes.postQueue, hops.join, joining, (reply, saleId, { status, body }) => {
    if (status === 200 || status === 201) {
      void reply.header('set-cookie', setCookie(saleId, (body as Place).token, limits.tokenDays * 86_400, reply.request.protocol === 'https'));
    }
  });
  serve(publicRoutes.getPlace, hops.place, (_, item) => item);
  serve(publicRoutes.postClaim, hops.claim, bodiless);
  serve(publicRoutes.postPurchase, hops.purchase, (request, item) => ({
    ...item,
    quantity: (request.body as { quantity: number }).quantity,
    idempotencyKey: request.headers['idempotency-key'] as string,
  }));
};
