import { CodedError, readyPath } from '@sunbeon/runtime';
import { Pool } from 'undici';

export const upstreamLimits = {
  /** Connections to one instance. */
  connections: 16,
  /** All attempts of one request together, ms; then its caller gets 503. */
  totalMs: 5_000,
  /** One attempt, ms: longer than a service waits for Redis (2 s), so that a hanging Redis is answered by the service; half of the whole, so that another instance can still be asked. */
  attemptMs: 2_400,
  /** An instance that refused or closed a connection is asked last for this long, ms. */
  restMs: 1_000,
  /** An instance that did not answer is not asked until it answers a probe; probes are this far apart, ms, */
  probeEveryMs: 500,
  /** and wait this long, ms. */
  probeMs: 1_000,
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
  /** Asks each instance once, on a connection of its own; null for one that does not answer. Not counted among the requests of visitors. */
  sendToAll: (request: UpstreamRequest) => Promise<(UpstreamAnswer | null)[]>;
  /** Asks all instances on its own schedule whether they are ready, until `stop`. */
  watch: () => { isReady: () => boolean; stop: () => void };
}

/** Errors that come before anything was sent. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '');
const isSilence = (error: unknown): boolean => (error as Error).name === 'AbortError' || /TIMEOUT/.test(codeOf(error));

interface Instance {
  url: string;
  pool: Pool;
  /** Asked last until then. */
  restsUntilMs: number;
  /** Not asked until it answers a probe. */
  isFrozen: boolean;
  lastAnswerMs: number;
}

/** Throws `unavailable` when no instance answers: at first after `totalMs`, at once while all of them are known not to answer. */
export const createUpstream = (
  urls: string,
  onFull: () => void = () => {},
  limits: { [name in keyof typeof upstreamLimits]: number } = upstreamLimits,
): Upstream => {
  const { connections, totalMs, attemptMs, restMs, probeEveryMs, probeMs, inFlight: most } = limits;
  const instances = urls.split(',').map((url): Instance => ({
    url,
    pool: new Pool(url, { connections, headersTimeout: totalMs, bodyTimeout: totalMs, connectTimeout: 1_000, keepAliveTimeout: 20_000 }),
    restsUntilMs: 0,
    isFrozen: false,
    lastAnswerMs: -Infinity,
  }));
  let turn = 0;
  let inFlight = 0;

  /** The next instance first, those that were just lost last, those that do not answer not at all. */
  const round = (): Instance[] => {
    turn = (turn + 1) % instances.length;
    const now = performance.now();
    const order = instances.map((_, i) => instances[(turn + i) % instances.length]!).filter(({ isFrozen }) => !isFrozen);
    const rests = ({ restsUntilMs }: Instance): boolean => restsUntilMs > now;
    return [...order.filter((instance) => !rests(instance)), ...order.filter(rests)];
  };

  /** `limitMs` also counts the wait for a free connection, which the pool does not. */
  const ask = async (
    { pool }: Pick<Instance, 'pool'>,
    { method, path, headers, body }: Omit<UpstreamRequest, 'repeatable'>,
    limitMs: number,
  ): Promise<UpstreamAnswer> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), limitMs);
    try {
      const response = await pool.request({
        method: method,
        path,
        headers: headers ?? {},
        body: body ?? null,
        signal: abort.signal,
      });
      return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
    } finally {
      clearTimeout(timer);
    }
  };
  /** Nobody waits for an instance that is known not to answer; a probe finds out when it does. Any answer shows that it lives, also that it is not ready or refuses the connection. */
  const probe = (instance: Instance): void => {
    setTimeout(() => {
      ask(instance, { method: 'GET', path: readyPath }, probeMs)
        .then(
          () => true,
          (error: unknown) => !isSilence(error),
        )
        .then(
          (answered) => {
            if (answered) instance.isFrozen = false;
            else probe(instance);
          },
          () => {},
        );
    }, probeEveryMs).unref();
  };
  const once = async (instance: Instance, request: UpstreamRequest, limitMs: number): Promise<UpstreamAnswer> => {
    const startedMs = performance.now();
    try {
      const answer = await ask(instance, request, limitMs);
      instance.lastAnswerMs = performance.now();
      return answer;
    } catch (error) {
      if (!isSilence(error)) instance.restsUntilMs = performance.now() + restMs;
      // Frozen only when it answered nobody meanwhile: one slow request is no reason to leave an instance alone.
      else if (instance.lastAnswerMs < startedMs && !instance.isFrozen) {
        instance.isFrozen = true;
        probe(instance);
      }
      throw error;
    }
  };

  const attempts = async (request: UpstreamRequest): Promise<UpstreamAnswer> => {
    const untilMs = performance.now() + totalMs;
    // Other requests move the turn on while this one waits; its own round stays as it began.
    const order = round();
    let lost = 0;
    // Each instance once, and two more tries: connections of a stopping process may just have been closed.
    for (let attempt = 0; order.length > 0 && attempt <= instances.length + 1; attempt += 1) {
      const instance = order[attempt % order.length]!;
      const now = performance.now();
      if (now >= untilMs) break;
      if (instance.isFrozen) continue;
      try {
        return await once(instance, request, request.repeatable ? Math.min(attemptMs, untilMs - now) : untilMs - now);
      } catch (error) {
        if (neverSent.has(codeOf(error))) continue;
        lost += 1;
        if (!request.repeatable || lost > 2) break;
      }
    }
    throw new CodedError('unavailable', 'A service behind the gateway did not answer.');
  };

  /**
   * A service is ready when one of its instances is. An instance that says no is not; one that does not answer is not after the second time, because a
   * busy moment is no reason to turn every gateway red. Each is asked on a connection of its own, so that traffic does not hold the question up.
   */
  const watch: Upstream['watch'] = () => {
    const ready = new Set<Instance>();
    let stopped = false;
    const look = async (instance: Instance, own: Pool, missed: number): Promise<void> => {
      const status = await ask({ pool: own }, { method: 'GET', path: readyPath }, probeMs).then(
        (answer) => answer.status,
        () => null,
      );
      if (status === 204) {
        ready.add(instance);
        instance.isFrozen = false;
      } else if (status !== null || missed > 0) ready.delete(instance);
      if (stopped) return void own.destroy().catch(() => {});
      setTimeout(() => void look(instance, own, status === null ? missed + 1 : 0), probeEveryMs).unref();
    };
    for (const instance of instances)
      void look(instance, new Pool(instance.url, { connections: 1, connectTimeout: 1_000, keepAliveTimeout: 20_000 }), 0);
    return {
      isReady: () => ready.size > 0,
      stop: () => {
        stopped = true;
      },
    };
  };

  const aside = instances.map(({ url }) => new Pool(url, { connections: 1, connectTimeout: 1_000, keepAliveTimeout: 20_000 }));

  return {
    watch,
    sendToAll: (request) => Promise.all(aside.map((pool) => ask({ pool }, request, probeMs).catch(() => null))),
    send: async (request) => {
      if (inFlight >= most) {
        onFull();
        throw new CodedError('unavailable', 'Too many requests are on their way.');
      }
      inFlight += 1;
      try {
        return await attempts(request);
      } finally {
        inFlight -= 1;
      }
    },
  };
};
