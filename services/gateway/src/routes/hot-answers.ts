import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { hostFault, LRUCache, requestIdHeader, tracing, type Metrics } from '@sunbeon/runtime';
import type { PublicRoute } from '@sunbeon/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers remembered: more than the sales that are asked for within a second. */
const hotLimits = {
  answers: 10_000,
  /** Interval at which old ones are let go, with the lines that they belong to, ms. */
  sweepMs: 5_000,
} as const;

/** Which `Accept-Encoding` the bytes are for; `any`: the answer does not vary with it. */
export type HotEncoding = 'any' | 'gzip' | 'identity';

export interface HotAnswer {
  /** Whether the same request would get the same bytes now. */
  isFresh: () => boolean;
  encoding: HotEncoding;
  body: Buffer;
}
interface Kept extends Omit<HotAnswer, 'body'> {
  /** Bytes as latin1: Node sends a text with its head as one piece, and a Buffer as a second one. */
  text: string;
  etag: string | undefined;
  /** Name and value in turn. */
  head: string[];
  unchanged: string[];
  /** Any page may read it, whatever its origin. */
  openToAll: boolean;
  counted: { sent: (seconds: number) => void; unchanged: (seconds: number) => void };
}

/** Whether a caller takes the compressed form. */
export const takesGzip = (accepted: string | undefined): boolean =>
  accepted !== undefined && /(^|[\s,])gzip\s*(;\s*q=(1|0\.\d*[1-9]))?\s*(,|$)/i.test(accepted);

/** Whether `If-None-Match` names this answer. One tag is compared as it is; a list is parsed. */
export const hasAlready = (ifNoneMatch: string | undefined, etag: string | undefined): boolean => {
  if (ifNoneMatch === undefined || etag === undefined) return false;
  if (ifNoneMatch === etag) return true;
  // A list that names it is longer.
  if (ifNoneMatch.length <= etag.length && !ifNoneMatch.includes('*')) return false;
  return ifNoneMatch.split(',').some((text) => ['*', etag].includes(text.trim().replace(/^W\//, '')));
};

const flat = (headers: object, without: readonly string[] = []): string[] =>
  Object.entries(headers).flatMap(([name, value]) => (without.includes(name) ? [] : [name, String(value)]));
/** Headers that belong to one request alone. */
const ofOne = [requestIdHeader, 'connection'] as const;

/**
 * Answers of this second that are the same for everyone, given before the framework sees the request: a crowd that asks the same question
 * costs a gateway little more than the bytes. Only what a route has just answered is given, with its headers; whatever is unusual about a request
 * (a query, a body, an origin where that matters) leaves it to the route. The answers carry no request id, and no trace. `isOn`: false while each request has
 * a line in the log.
 */
export const createHotAnswers = (metrics: Pick<Metrics, 'histogram'>, isOn = true) => {
  const kept = new LRUCache<string, Partial<Record<HotEncoding, Kept>>>({ max: hotLimits.answers });
  const counters = new Map<string, Kept['counted']>();
  let stopped = false;
  let sweeper: NodeJS.Timeout | undefined;

  const countersOf = (route: string): Kept['counted'] => {
    let found = counters.get(route);
    if (!found) {
      const of = (status: '2xx' | '3xx') => metrics.histogram('sunbeon_http_request_duration_seconds', { route, method: 'GET', status });
      counters.set(route, (found = { sent: of('2xx'), unchanged: of('3xx') }));
    }
    return found;
  };

  /** False: the route answers. */
  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url, headers } = request;
    if (method !== 'GET' || stopped || url === undefined) return false;
    const forms = kept.get(url);
    if (forms === undefined) return false;
    const found = forms.any ?? forms[takesGzip(headers['accept-encoding']) ? 'gzip' : 'identity'];
    if (found === undefined || !found.isFresh()) return false;
    if ((headers.origin !== undefined && !found.openToAll) || headers.upgrade !== undefined || headers.expect !== undefined) return false;
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined || hostFault(request)) return false;
    if (hasAlready(headers['if-none-match'], found.etag)) {
      response.writeHead(304, found.unchanged).end();
      found.counted.unchanged(0);
    } else {
      response.writeHead(200, found.head).end(found.text, 'latin1');
      found.counted.sent(0);
    }
    return true;
  };

  return {
    /** Remembers the answer that this reply is about to send. Its headers are complete but for the length. Another spelling of the address is not remembered. */
    remember: ({ raw }: FastifyRequest, reply: FastifyReply, route: PublicRoute, saleId: string | undefined, hot: HotAnswer): void => {
      const { url, headers } = raw;
      if (!isOn || tracing()?.keepsAll || url !== route.url.replace(':sale', saleId ?? '')) return;
      const sent = reply.getHeaders();
      const openToAll = sent['access-control-allow-origin'] === '*';
      if (headers.origin !== undefined && !openToAll) return;
      const forms = kept.get(url) ?? {};
      kept.set(url, forms);
      const { body, ...rest } = hot;
      forms[hot.encoding] = {
        ...rest,
        text: body.toString('latin1'),
        etag: sent['etag'] as string | undefined,
        head: [...flat(sent, ofOne), 'content-length', String(body.length)],
        unchanged: flat(sent, ['content-type', 'content-encoding', ...ofOne]),
        openToAll,
        counted: countersOf(route.url),
      };
    },
    /** Puts itself before the listeners that this server has. */
    guard: (server: Server): void => {
      sweeper = setInterval(() => {
        for (const [url, forms] of kept.entries()) if (!Object.values(forms).some(({ isFresh }) => isFresh())) kept.delete(url);
      }, hotLimits.sweepMs).unref();
      const listeners = server.listeners('request') as RequestListener[];
      server.removeAllListeners('request');
      server.on('request', (request, response) => {
        if (!answer(request, response)) for (const listener of listeners) listener.call(server, request, response);
      });
    },
    /** From now on the routes answer: they tell each connection that the server stops. */
    stop: (): void => {
      stopped = true;
      clearInterval(sweeper);
      kept.clear();
    },
  };
};
export type HotAnswers = ReturnType<typeof createHotAnswers>;
