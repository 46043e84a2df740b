import { createHash } from 'node:crypto';
import { publicRoutes, type PublicRoute } from '@sunbeon/contracts';
import { addressHeader, CodedError, tracing } from '@sunbeon/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UpstreamAnswer } from '../hop/upstream.ts';
import { tokenOf } from '../identity.ts';
import type { Room } from '../room.ts';
import { describeRoute, guardOf } from './describe.ts';
import { createGuessLimit } from './guess-limit.ts';

/** What goes on to the service, and what comes back. Nothing else crosses. */
const onward = ['idempotency-key', 'if-match'] as const;
const back = ['content-type', 'retry-after', 'idempotency-replayed', 'etag', 'location'] as const;
const hot: PublicRoute[] = [publicRoutes.postQueue, publicRoutes.getPlace, publicRoutes.postClaim, publicRoutes.postPurchase];

/** A sale is the same for all who ask within a second; a CDN may keep it as long. */
const shared: PublicRoute[] = [publicRoutes.getSales, publicRoutes.getSale];
const sharedMs = 1_000;
/** Paths kept at once: every sale and the list. */
const sharedPaths = 1_000;

const pass = (reply: FastifyReply, { status, headers, text }: UpstreamAnswer, cacheControl: string): FastifyReply => {
  for (const name of back) {
    const value = headers[name];
    if (typeof value === 'string') reply.header(name, value);
  }
  reply.code(status).header('cache-control', cacheControl);
  return text === '' ? reply.send() : reply.send(Buffer.from(text));
};

/** All other calls go to their service one by one: a fixed address, a validated path, a body written anew. */
export const rareCalls = ({ app, tokens, upstreams }: Room): void => {
  const guesses = createGuessLimit();
  const cache = new Map<string, { atMs: number; answer: Promise<UpstreamAnswer> }>();

  const forward = (route: PublicRoute, request: FastifyRequest): Promise<UpstreamAnswer> => {
    const params = request.params as Record<string, string>;
    const asked = new URLSearchParams();
    for (const name of Object.keys((route.query as { properties?: object } | undefined)?.properties ?? {})) {
      // Asked twice, it goes on twice: the service refuses it.
      for (const value of [(request.query as Record<string, unknown>)[name]].flat()) if (typeof value === 'string') asked.append(name, value);
    }
    const path = route.url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name]!)) + (asked.size > 0 ? `?${asked}` : '');
    const headers: Record<string, string> = {};
    for (const name of onward) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    if (route.auth === 'operator') {
      headers[addressHeader] = request.ip;
      if (request.headers.authorization !== undefined) headers['authorization'] = request.headers.authorization;
    }
    if (route.auth === 'visitor') {
      const token = tokenOf(tokens, request, params['sale']!);
      if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    }
    const body = route.body ? JSON.stringify(request.body ?? null) : undefined;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const trace = tracing()?.current();
    if (trace !== undefined) headers['traceparent'] = trace;
    const repeatable = route.method === 'GET' || route.method === 'DELETE' || route === publicRoutes.postConfirm || 'idempotency-key' in headers;
    return upstreams[route.service].send({ method: route.method, path, headers, repeatable, ...(body === undefined ? {} : { body }) });
  };

  const forwardShared = async (route: PublicRoute, request: FastifyRequest): Promise<UpstreamAnswer> => {
    const path = request.url.split('?', 1)[0]!;
    const known = cache.get(path);
    if (known && performance.now() - known.atMs < sharedMs) return await known.answer;
    if (cache.size >= sharedPaths) cache.clear();
    const answer = forward(route, request);
    cache.set(path, { atMs: performance.now(), answer });
    // A failure is not kept, and made-up sales leave nothing behind.
    answer.then(({ status }) => { if (status !== 200) cache.delete(path); }, () => cache.delete(path));
    return await answer;
  };

  for (const route of Object.values(publicRoutes)) {
    if (hot.includes(route)) continue;
    const isShared = shared.includes(route);
    app.route({
      method: route.method,
      url: route.url,
      schema: describeRoute(route),
      ...guardOf(route, { tokens }),
      handler: async (request, reply) => {
        const wait = route.auth === 'operator' ? guesses.waitSeconds(request.ip) : 0;
        if (wait > 0) throw new CodedError('rate_limited', 'Too many wrong tokens from this address.', { 'retry-after': String(wait) });
        const answer = await (isShared ? forwardShared(route, request) : forward(route, request));
        if (route.auth === 'operator' && answer.status === 401) guesses.wasWrong(request.ip);
        if (isShared && answer.status === 200) {
          const etag = `"${createHash('sha1').update(answer.text).digest('base64url')}"`;
          reply.header('etag', etag);
          if (request.headers['if-none-match']?.split(',').some((text) => text.trim().replace(/^W\//, '') === etag)) return reply.code(304).header('cache-control', 'public, max-age=1').send();
        }
        return pass(reply, answer, isShared && answer.status === 200 ? 'public, max-age=1' : 'no-store');
      },
    });
  }
};
