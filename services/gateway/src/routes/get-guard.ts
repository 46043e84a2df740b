import {
  isGuardedUrl,
  passCookieNameOf,
  problemOf,
  publicRoutes,
  saleIdOfPass,
  ticketIn,
  withoutTicket,
  type RpcResponse,
} from '@sunbeon/contracts';
import { newTicketCode } from '@sunbeon/contracts/server';
import { CodedError, LRUCache } from '@sunbeon/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limitKeyOf } from '../client-address.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { cookieValues } from '../passes/cookie-values.ts';
import type { EndedPasses } from '../passes/ended-passes.ts';
import { forwardedRequestOf, type ForwardedRequest } from '../passes/forwarded-request.ts';
import type { Gates } from '../passes/gates.ts';
import { returnUrlFor } from '../passes/return-url-for.ts';
import type { Pass, PassVerifier } from '../passes/verify-pass.ts';
import type { Rpc } from '../rpc/rpc.ts';
import { accepts } from './accepts.ts';
import { describeRoute } from './describe.ts';
import type { KnownSales } from './known-sales.ts';

export const guardLimits = {
  /** Cookies of one request whose signature is looked at; a browser keeps one. */
  cookies: 32,
  /** Tickets that were no good, remembered so that a page that is loaded again and again asks once. */
  badTickets: 10_000,
} as const;

export interface GuardContext {
  app: FastifyInstance;
  gates: Gates;
  ended: EndedPasses;
  verifier: PassVerifier;
  knownSales: KnownSales;
  redeem: Rpc;
  metrics: GatewayMetrics;
  /** Of Redis, ms. */
  now: () => number;
  /** Where the waiting page is, without a final `/`. */
  webUrl: string;
}

/** What the request may do. */
type Verdict =
  | { answer: 'passed'; pass: Pass }
  | { answer: 'redeemed'; location: string; cookie: string }
  | { answer: 'sent_to_room'; location: string }
  | { answer: 'refused' };

const isPrefetch = ({ headers }: FastifyRequest): boolean => /^\s*prefetch\b/i.test(String(headers['sec-purpose'] ?? ''));
/** `Sec-Fetch-Mode` says it; only where a browser does not send it (plain http), `Accept` does. */
const isNavigation = ({ headers }: FastifyRequest, { method }: ForwardedRequest): boolean => {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const mode = headers['sec-fetch-mode'];
  return mode === undefined ? accepts(headers.accept, 'text/html') : mode === 'navigate';
};

/** `GET /api/guard/:sale`: a reverse proxy asks about one request of a browser. Redis is asked about a ticket, and about nothing else. */
export const getGuard = (context: GuardContext): void => {
  const { app, gates, ended, verifier, knownSales, redeem, metrics, now, webUrl } = context;
  const badTickets = new LRUCache<string, true>({ max: guardLimits.badTickets });
  const roomOf = (saleId: string): string => `${webUrl}/sales/${saleId}`;

  const entriesOf = async (request: FastifyRequest, saleId: string): Promise<readonly string[]> => {
    const known = gates.returnUrlsOf(saleId);
    if (known) return known;
    await knownSales.mayAsk(saleId, limitKeyOf(request.ip));
    const loaded = await gates.load(saleId);
    knownSales.answered(saleId, loaded === null ? 404 : 200);
    if (loaded === null) throw new CodedError('sale_not_found');
    return loaded;
  };

  /** The first good pass of the cookies of the name. Throws `unavailable` when there may be one and no key was ever known. */
  const passOf = async (request: FastifyRequest, saleId: string, isSecure: boolean): Promise<Pass | null> => {
    let isUnknown = false;
    for (const token of cookieValues(request.headers.cookie, passCookieNameOf(saleId, isSecure), guardLimits.cookies)) {
      const judged = await verifier.verify(token, saleId);
      if (judged.verdict === 'good' && !ended.isEnded(judged.pass)) return judged.pass;
      isUnknown ||= judged.verdict === 'unknown';
    }
    if (isUnknown) throw new CodedError('unavailable', 'The keys of passes are not known yet.');
    return null;
  };

  /** The cookie of a ticket; null when it is no good. A ticket of another sale is none, and is not spent. */
  const cookieFor = async (requestId: string, saleId: string, ticket: string | null, isSecure: boolean): Promise<string | null> => {
    if (ticket === null || saleIdOfPass(ticket) !== saleId || badTickets.has(ticket)) return null;
    const { status, text, headers }: RpcResponse = await redeem({ saleId, requestId, ticket, redemption: newTicketCode() });
    if (status === 404) {
      badTickets.set(ticket, true);
      return null;
    }
    if (status !== 200)
      throw new CodedError(
        'unavailable',
        'The ticket cannot be redeemed now.',
        headers?.['retry-after'] ? { 'retry-after': headers['retry-after'] } : {},
      );
    badTickets.set(ticket, true);
    const { pass, exp } = JSON.parse(text) as { pass: string; exp: number };
    const maxAge = Math.max(1, Math.floor(exp - now() / 1_000));
    return `${passCookieNameOf(saleId, isSecure)}=${pass}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  };

  const judge = async (request: FastifyRequest, saleId: string, forwarded: ForwardedRequest): Promise<Verdict> => {
    const entries = await entriesOf(request, saleId);
    if (!isGuardedUrl(forwarded.url, entries)) throw new CodedError('wrong_gate');
    const pass = await passOf(request, saleId, forwarded.isSecure);
    if (pass) return { answer: 'passed', pass };
    const ticket = ticketIn(forwarded.url);
    if (forwarded.method === 'GET' && !isPrefetch(request)) {
      const cookie = await cookieFor(request.id, saleId, ticket, forwarded.isSecure);
      if (cookie !== null) return { answer: 'redeemed', location: ownAddress(forwarded.url), cookie };
    }
    if (!isNavigation(request, forwarded)) return { answer: 'refused' };
    const returnUrl = encodeURIComponent(returnUrlFor(forwarded.url, entries));
    return { answer: 'sent_to_room', location: `${roomOf(saleId)}?returnUrl=${returnUrl}` };
  };

  /** `Location` for a browser that is there: own origin, parsed path, and every other parameter byte for byte. */
  const ownAddress = (url: string): string => {
    const bare = withoutTicket(url);
    const { origin, pathname } = new URL(bare);
    const mark = bare.indexOf('?');
    return `${origin}${pathname}${mark === -1 ? '' : bare.slice(mark)}`;
  };

  const refuse = (reply: FastifyReply, saleId: string): FastifyReply => {
    app.events.count('requests_refused', 'pass_required');
    return reply
      .code(401)
      .type('application/problem+json; charset=utf-8')
      .send({ ...problemOf('pass_required', 'Go to the waiting page.'), roomUrl: roomOf(saleId) });
  };

  const send = (reply: FastifyReply, saleId: string, verdict: Verdict, statusOnly: boolean): FastifyReply => {
    switch (verdict.answer) {
      case 'passed': {
        const { visitorId, passId, exp } = verdict.pass;
        return reply
          .code(200)
          .headers({
            'x-sunbeon-visitor': visitorId,
            'x-sunbeon-pass-id': passId,
            'x-sunbeon-expires': new Date(exp * 1_000).toISOString(),
          })
          .send();
      }
      case 'redeemed':
      case 'sent_to_room':
        if (verdict.answer === 'redeemed') reply.header('set-cookie', verdict.cookie);
        return statusOnly
          ? refuse(reply.header('x-sunbeon-location', verdict.location), saleId)
          : reply.code(302).header('location', verdict.location).send();
      case 'refused':
        return refuse(reply, saleId);
    }
  };

  const { method, url } = publicRoutes.guardRequest;
  app.route<{ Params: { sale: string }; Querystring: { mode?: string } }>({
    method,
    url,
    schema: describeRoute(publicRoutes.guardRequest),
    handler: async (request, reply) => {
      const forwarded = forwardedRequestOf(request.raw);
      if (forwarded === null)
        throw new CodedError(
          'invalid_request',
          'Neither X-Forwarded-Method, -Proto, -Host and -Uri nor X-Original-URL and -Method name one request.',
        );
      const { sale: saleId } = request.params;
      try {
        const verdict = await judge(request, saleId, forwarded);
        metrics.guarded[verdict.answer]();
        return send(reply.header('cache-control', 'no-store'), saleId, verdict, request.query.mode === 'status');
      } catch (error) {
        metrics.guarded[error instanceof CodedError && error.code === 'wrong_gate' ? 'wrong_gate' : 'failed']();
        throw error;
      }
    },
  });
};
