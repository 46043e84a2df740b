import {
  cacheControl,
  limits,
  publicRoutes,
  type OperatorSale,
  type Problem,
  type PublicRoute,
  type ServiceName,
} from '@sunbeon/contracts';
import { addressHeader, addressKeyHeader, CodedError, requestIdHeader, sessionHeader, tracing } from '@sunbeon/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UpstreamAnswer, UpstreamRequest } from '../rpc/upstream.ts';
import { tokenOf } from '../identity.ts';
import { limitKeyOf } from '../client-address.ts';
import type { RouteContext } from '../context.ts';
import { createBudget } from './budget.ts';
import { asksForCsv, passBytes } from './csv.ts';
import { describeRoute, authOf } from './describe.ts';
import { hasAlready } from './hot-answers.ts';
import { requireOrigin, sessionsOf, setSession } from './operator-session.ts';
import { createShopKeyLimit, showsShopKey } from './shop-key-limit.ts';
import { saleKey, sharedReadLimits } from './shared-reads.ts';
import { createTransfers } from './transfer.ts';

/** The declared query parameters of the route. */
const namesOf = ({ query }: PublicRoute): string[] => (query && 'properties' in query ? Object.keys(query.properties as object) : []);

/** Calls whose `Authorization` goes on as it came: the service knows the operator and the shops, the gateway does not. */
const judgedByService = ({ auth, tag }: PublicRoute): boolean => tag === 'operator' || auth === 'shop' || auth === 'visitor-or-shop';

/** What goes on to the service, and what comes back. Nothing else crosses. */
const onward = ['idempotency-key', 'if-match'] as const;
const back = ['content-type', 'retry-after', 'idempotency-replayed', 'etag', 'location', 'www-authenticate'] as const;

/** Public reads are equal for all callers within a second; a CDN may cache them as long. */
const shared: PublicRoute[] = [publicRoutes.getSales, publicRoutes.getSale];

/** Sales per second that further pages of the list may read; the first page is cached for a second and does not count. */
export const pagedSales = { perSecond: 2_000, perAddress: 1_500, keptForOthers: 500 } as const;

const pass = (reply: FastifyReply, { status, headers, text }: UpstreamAnswer, caching: string): FastifyReply => {
  for (const name of back) {
    const value = headers[name];
    if (typeof value === 'string') reply.header(name, value);
  }
  reply.code(status).header('cache-control', caching);
  return text === '' ? reply.send() : reply.send(Buffer.from(text));
};

/** All other calls are proxied one by one: a fixed address, a validated path, a body serialised anew. */
export const proxiedRoutes = ({
  app,
  config,
  tokens,
  upstreams,
  sharedReads,
  hotAnswers,
  knownSales,
  processes,
  rehearsals,
}: RouteContext): void => {
  const shopKeys = createShopKeyLimit(undefined, processes);
  const spendPages = createBudget(pagedSales, () => performance.now());

  const ofTransfers = createTransfers(config.WEB_URL.replace(/\/$/, ''));

  const onwardRequest = (route: PublicRoute, request: FastifyRequest): UpstreamRequest => {
    const params = request.params as Record<string, string>;
    const asked = new URLSearchParams();
    for (const name of namesOf(route)) {
      // A repeated parameter is forwarded repeatedly: the service refuses it.
      for (const value of [(request.query as Record<string, unknown>)[name]].flat())
        if (typeof value === 'string') asked.append(name, value);
    }
    if (asksForCsv(route, request)) asked.set('format', 'csv');
    const path = route.url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name]!)) + (asked.size > 0 ? `?${asked}` : '');
    const headers: Record<string, string> = { [requestIdHeader]: request.id };
    for (const name of onward) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    if (judgedByService(route)) {
      headers[addressHeader] = request.ip;
      headers[addressKeyHeader] = limitKeyOf(request.ip);
      const sessions = route.tag === 'operator' && request.headers.authorization === undefined ? sessionsOf(request) : [];
      if (sessions.length > 0) headers[sessionHeader] = sessions.join(' ');
      if (request.headers.authorization !== undefined) headers['authorization'] = request.headers.authorization;
    }
    if (route.auth === 'visitor' || (route.auth === 'visitor-or-shop' && request.headers.authorization === undefined)) {
      const token = tokenOf(tokens, request, params['sale']!);
      if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    }
    const body = route.body ? JSON.stringify(request.body ?? null) : undefined;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const trace = tracing()?.current();
    if (trace !== undefined) headers['traceparent'] = trace;
    const repeatable =
      route.method === 'GET' ||
      route.method === 'DELETE' ||
      route === publicRoutes.postConfirm ||
      route === publicRoutes.completePass ||
      route === publicRoutes.cancelOrder ||
      'idempotency-key' in headers;
    return { method: route.method, path, headers, repeatable, ...(body === undefined ? {} : { body }) };
  };
  const forward = (route: PublicRoute, service: ServiceName, request: FastifyRequest): Promise<UpstreamAnswer> =>
    upstreams[service].send(onwardRequest(route, request));

  /** Cache key: route with decoded, validated parameters, because an address has many spellings. `sales`: number that a further page of the list may read. */
  const questionOf = (route: PublicRoute, request: FastifyRequest): { key: string; saleId?: string; sales: number } => {
    const { sale: saleId } = request.params as { sale?: string };
    if (saleId !== undefined) return { key: saleKey(saleId), saleId, sales: 0 };
    const asked = request.query as Record<string, unknown>;
    const known = namesOf(route).toSorted();
    const values = known.map((name) => asked[name] ?? null);
    const isFirst = values.every((value) => value === null);
    return { key: `list ${JSON.stringify(values)}`, sales: isFirst ? 0 : Number(asked['limit'] ?? limits.salesPerPageDefault) };
  };

  const answerShared = async (
    route: PublicRoute,
    service: ServiceName,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { key, saleId, sales } = questionOf(route, request);
    if (!sharedReads.has(key)) {
      if (saleId !== undefined) await knownSales.mayAsk(saleId, limitKeyOf(request.ip));
      else if (sales > 0 && !spendPages(limitKeyOf(request.ip), sales))
        throw new CodedError('rate_limited', 'Too many requests for different pages.', { 'retry-after': '1' });
    }
    const { answer, steadyMs, isFresh } = await sharedReads.get(key, () => forward(route, service, request));
    if (saleId !== undefined) knownSales.answered(saleId, answer.status);
    if (answer.status !== 200) return pass(reply, answer, 'no-store');
    // A cache counts whole seconds: a shorter time means no caching.
    const isSteady = steadyMs >= sharedReadLimits.shareMs;
    const caching = isSteady ? cacheControl.tick : 'public, max-age=0, must-revalidate';
    reply.header('etag', answer.etag);
    if (hasAlready(request.headers['if-none-match'], answer.etag)) return reply.code(304).header('cache-control', caching).send();
    reply.headers({ 'cache-control': caching, 'content-type': answer.headers['content-type'] });
    // What is about to change by the clock is not remembered.
    if (isSteady) {
      const steadyUntilMs = performance.now() + steadyMs - sharedReadLimits.shareMs;
      const isSame = () => isFresh() && performance.now() <= steadyUntilMs;
      hotAnswers.remember(request, reply, route, saleId, { body: answer.body, encoding: 'any', isFresh: isSame });
    }
    return reply.send(answer.body);
  };

  const refuseGuessers = ({ ip, headers }: FastifyRequest): void => {
    const wait = shopKeys.waitSeconds(limitKeyOf(ip), headers.authorization);
    if (wait > 0) throw new CodedError('rate_limited', 'Too many wrong keys from this address.', { 'retry-after': String(wait) });
  };
  /** Before a large body is read: a caller who is no operator sends none. */
  const refuseStrangers = async (request: FastifyRequest): Promise<void> => {
    const asked = { ...onwardRequest(publicRoutes.getSession, request), method: 'GET', repeatable: true };
    const { status, headers, text } = await upstreams.admission.send(asked);
    if (status === 200) return;
    if (status === 204) throw new CodedError('invalid_token');
    const { code, detail } = JSON.parse(text) as Problem;
    throw new CodedError(code, detail, typeof headers['retry-after'] === 'string' ? { 'retry-after': headers['retry-after'] } : {});
  };
  /** The sale id of a caller without a token may be made up. */
  const mayAskFor = async ({ params, ip }: FastifyRequest): Promise<void> => {
    const { sale } = params as { sale: string };
    if (!knownSales.isKnown(sale)) await knownSales.mayAsk(sale, limitKeyOf(ip));
  };

  for (const route of Object.values<PublicRoute>(publicRoutes)) {
    const { service } = route;
    if (route.rpc !== undefined || service === 'gateway') continue;
    app.route({
      method: route.method,
      url: route.url,
      schema: describeRoute(route),
      ...authOf(route, { tokens }),
      ...(route.bodyBytes === undefined ? {} : { bodyLimit: route.bodyBytes, onRequest: refuseStrangers }),
      handler: async (request, reply) => {
        const secret = showsShopKey(route, request.headers.authorization);
        if (secret) refuseGuessers(request);
        requireOrigin(route, request);
        if (shared.includes(route)) return await answerShared(route, service, request, reply);
        if (asksForCsv(route, request)) {
          const { path, method, headers } = onwardRequest(route, request);
          const streamed = await upstreams[service].stream({ path, method, headers: headers! });
          return passBytes(reply, streamed);
        }
        if (route === publicRoutes.takeTransfer) await mayAskFor(request);
        const answer = ofTransfers(route, reply, await forward(route, service, request));
        if (secret) shopKeys.judged(limitKeyOf(request.ip), request.headers.authorization, answer.status);
        if (route.auth === 'operator' && route.method !== 'GET' && answer.status < 300) {
          const { sale } = request.params as { sale?: string };
          const saleId = sale ?? (request.body as { saleId: string }).saleId;
          sharedReads.written(saleId);
          knownSales.answered(saleId, route === publicRoutes.deleteSale ? 404 : answer.status);
        }
        if (route === publicRoutes.startRehearsal && answer.status === 201) rehearsals.start(JSON.parse(answer.text) as OperatorSale);
        setSession(route, reply, answer, config.WEB_URL);
        return pass(reply, answer, answer.status < 300 ? cacheControl.own : 'no-store');
      },
    });
  }
};
