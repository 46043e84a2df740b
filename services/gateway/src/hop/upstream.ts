import { CodedError } from '@sunbeon/runtime';
import { Pool } from 'undici';

export const upstreamLimits = {
  /** Connections to one instance. */
  connections: 16,
  /** A service that has not answered by then is taken for lost, ms. */
  timeoutMs: 5_000,
  /** An instance that was lost or not there is asked last for this long, ms. */
  restMs: 1_000,
  /** Requests on their way to one service; more are refused, so that nothing piles up. */
  inFlight: 2_000,
} as const;

export interface UpstreamRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Doing it twice is the same as once: it may be sent again when an answer was lost. */
  repeatable: boolean;
}
export interface UpstreamAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** One service with any number of instances: taken in turn, the next one when one is not there. */
export interface Upstream {
  send: (request: UpstreamRequest) => Promise<UpstreamAnswer>;
}

/** Errors that come before anything was sent. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';

/** Throws `unavailable` when no instance answers. */
export const createUpstream = (urls: string, onFull: () => void = () => {}): Upstream => {
  const pools = urls.split(',').map(
    (url) => new Pool(url, { connections: upstreamLimits.connections, headersTimeout: upstreamLimits.timeoutMs, bodyTimeout: upstreamLimits.timeoutMs, connectTimeout: 1_000, keepAliveTimeout: 20_000 }),
  );
  const restsUntil = new Map<Pool, number>();
  let turn = 0;
  let inFlight = 0;

  /** The next instance first, those that were just lost last. */
  const round = (): Pool[] => {
    turn = (turn + 1) % pools.length;
    const now = performance.now();
    const order = pools.map((_, i) => pools[(turn + i) % pools.length]!);
    const rests = (pool: Pool): boolean => (restsUntil.get(pool) ?? 0) > now;
    return [...order.filter((pool) => !rests(pool)), ...order.filter(rests)];
  };

  const once = async (pool: Pool, { method, path, headers, body }: UpstreamRequest): Promise<UpstreamAnswer> => {
    const response = await pool.request({ method: method as 'GET', path, headers: headers ?? {}, body: body ?? null });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  };

  return {
    send: async (request) => {
      if (inFlight >= upstreamLimits.inFlight) {
        onFull();
        throw new CodedError('unavailable', 'Too many requests are on their way.');
      }
      inFlight += 1;
      // Other requests move the turn on while this one waits; its own round stays as it began.
      const order = round();
      try {
        let lost = 0;
        // Each instance once, and two more tries: connections of a stopping process may just have been closed.
        for (let attempt = 0; attempt <= pools.length + 1; attempt += 1) {
          try {
            return await once(order[attempt % order.length]!, request);
          } catch (error) {
            restsUntil.set(order[attempt % order.length]!, performance.now() + upstreamLimits.restMs);
            if (neverSent.has(codeOf(error))) continue;
            lost += 1;
            if (!request.repeatable || lost > 2) break;
          }
        }
        throw new CodedError('unavailable', 'A service behind the gateway did not answer.');
      } finally {
        inFlight -= 1;
      }
    },
  };
};
