import type { Readable } from 'node:stream';
import { CodedError, readyPath, repeatHeader } from '@sunbeon/runtime';
import { Pool } from 'undici';

export const upstreamLimits = {
  /** Connections to one instance. */
  connections: 16,
  /**
   * Their greatest age, ms. One address may stand for several instances, of which each connection gets one (a Service of Kubernetes): so a new instance
   * gets its share, and one that stops being ready is left.
   */
  connectionMs: 5_000,
  /** Timeout of all attempts of one request together, ms; then the caller gets 503. */
  totalMs: 5_000,
  /** Timeout of one attempt, ms: longer than a service waits for Redis (2 s), which then answers itself; half of the whole, which leaves time for another instance. */
  attemptMs: 2_400,
  /** Time for which an instance that refused or closed a connection is tried last, ms. */
  restMs: 1_000,
  /** An instance without an answer is skipped until a probe succeeds; interval of probes, ms, */
  probeEveryMs: 500,
  /** and their timeout, ms. */
  probeMs: 1_000,
  /** Requests in flight to one service; further ones are refused, to bound the queue. */
  inFlight: 2_000,
  /**
   * Long answers of one service that are read at the same time; further ones are refused. They have connections of their own: each takes one for as long
   * as its caller reads, and a purchase must not wait for that.
   */
  streams: 8,
} as const;

export interface UpstreamRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Idempotent: may be sent again after a lost answer. */
  repeatable: boolean;
}
export interface UpstreamAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** An answer whose body is read as it comes. */
export interface UpstreamStream extends Omit<UpstreamAnswer, 'text'> {
  body: Readable;
}

/** Load balancer over the instances of one service: round robin, with fail-over. */
export interface Upstream {
  send: (request: UpstreamRequest) => Promise<UpstreamAnswer>;
  /** The same for an answer that is too long to be kept: from one instance, the first that answers. Its chunks may be `totalMs` apart. */
  stream: (request: Omit<UpstreamRequest, 'repeatable'>) => Promise<UpstreamStream>;
  /** Asks each instance once, on a connection of its own; null for one that does not answer. Not counted among the requests of visitors. */
  sendToAll: (request: UpstreamRequest) => Promise<(UpstreamAnswer | null)[]>;
  /** Asks all instances on its own schedule whether they are ready, until `stop`. */
  watch: () => { isReady: () => boolean; stop: () => void };
}

/** Errors before anything was sent. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '');
const isSilence = (error: unknown): boolean => (error as Error).name === 'AbortError' || /TIMEOUT/.test(codeOf(error));

/**
 * A pool whose connections are made anew after `mostMs`. Not by undici's `clientTtl`: with it a request that comes while the only connection is too old waits
 * for ever (nodejs/undici#5144, mended in 8).
 */
const renewedPool = (url: string, mostMs: number, options: Pool.Options): (() => Pool) => {
  const make = (): Pool => new Pool(url, { connectTimeout: 1_000, ...options });
  let pool = make();
  let untilMs = performance.now() + mostMs;
  return () => {
    const now = performance.now();
    if (now < untilMs) return pool;
    // Its connections end after the answers they wait for.
    pool.close().catch(() => {});
    untilMs = now + mostMs;
    return (pool = make());
  };
};

interface Instance {
  url: string;
  pool: () => Pool;
  /** For long answers. */
  longPool: () => Pool;
  /** Tried last until then. */
  restsUntilMs: number;
  /** Skipped until a probe succeeds. */
  isFrozen: boolean;
  lastAnswerMs: number;
}

/** Throws `unavailable` when no instance answers: at first after `totalMs`, at once while all of them are known to be away. */
export const createUpstream = (
  urls: string,
  onFull: () => void = () => {},
  limits: { [name in keyof typeof upstreamLimits]: number } = upstreamLimits,
): Upstream => {
  const { connections, connectionMs, totalMs, attemptMs, restMs, probeEveryMs, probeMs, inFlight: most, streams } = limits;
  const patient = { headersTimeout: totalMs, bodyTimeout: totalMs };
  const instances = urls.split(',').map((url): Instance => ({
    url,
    longPool: renewedPool(url, connectionMs, { connections: streams, ...patient }),
    pool: renewedPool(url, connectionMs, { connections, ...patient, keepAliveTimeout: 20_000 }),
    restsUntilMs: 0,
    isFrozen: false,
    lastAnswerMs: -Infinity,
  }));
  let turn = 0;
  let inFlight = 0;
  let streaming = 0;

  /** The next instance first, recently lost ones last, those without an answer not at all. */
  const round = (): Instance[] => {
    turn = (turn + 1) % instances.length;
    const now = performance.now();
    const order = instances.map((_, i) => instances[(turn + i) % instances.length]!).filter(({ isFrozen }) => !isFrozen);
    const rests = ({ restsUntilMs }: Instance): boolean => restsUntilMs > now;
    return [...order.filter((instance) => !rests(instance)), ...order.filter(rests)];
  };

  /** `limitMs` includes the wait for a free connection, unlike the pool's timeouts. */
  const ask = async (
    { pool }: Pick<Instance, 'pool'>,
    { method, path, headers, body }: Omit<UpstreamRequest, 'repeatable'>,
    limitMs: number,
  ): Promise<UpstreamAnswer> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), limitMs);
    try {
      const response = await pool().request({
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
  /** No request waits for an instance known to be away; a probe detects its return. Any answer counts, also "not ready" or a refused connection. */
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
      // Frozen only without an answer to any request meanwhile: one slow request is not enough.
      else if (instance.lastAnswerMs < startedMs && !instance.isFrozen) {
        instance.isFrozen = true;
        probe(instance);
      }
      throw error;
    }
  };

  const attempts = async (request: UpstreamRequest): Promise<UpstreamAnswer> => {
    const untilMs = performance.now() + totalMs;
    // Other requests advance the turn meanwhile; this request keeps its order.
    const order = round();
    let lost = 0;
    // Each instance once, and two more attempts: a stopping process may just have closed connections.
    for (let attempt = 0; order.length > 0 && attempt <= instances.length + 1; attempt += 1) {
      const instance = order[attempt % order.length]!;
      const now = performance.now();
      if (now >= untilMs) break;
      if (instance.isFrozen) continue;
      try {
        const asked = lost === 0 ? request : { ...request, headers: { ...request.headers, [repeatHeader]: '1' } };
        return await once(instance, asked, request.repeatable ? Math.min(attemptMs, untilMs - now) : untilMs - now);
      } catch (error) {
        if (neverSent.has(codeOf(error))) continue;
        lost += 1;
        if (!request.repeatable || lost > 2) break;
      }
    }
    throw new CodedError('unavailable', 'A service behind the gateway did not answer.');
  };

  /**
   * A service is ready when one of its instances is. An instance that answers "not ready" is not; one without an answer is not after the second time, so
   * that a busy moment does not make every gateway unready. Probes use their own connections, so that traffic does not delay them.
   */
  const watch: Upstream['watch'] = () => {
    const ready = new Set<Instance>();
    let stopped = false;
    const look = async (instance: Instance, own: () => Pool, missed: number): Promise<void> => {
      const status = await ask({ pool: own }, { method: 'GET', path: readyPath }, probeMs).then(
        (answer) => answer.status,
        () => null,
      );
      if (status === 204) {
        ready.add(instance);
        instance.isFrozen = false;
      } else if (status !== null || missed > 0) ready.delete(instance);
      if (stopped)
        return void own()
          .destroy()
          .catch(() => {});
      setTimeout(() => void look(instance, own, status === null ? missed + 1 : 0), probeEveryMs).unref();
    };
    for (const instance of instances)
      void look(instance, renewedPool(instance.url, connectionMs, { connections: 1, keepAliveTimeout: 20_000 }), 0);
    return {
      isReady: () => ready.size > 0,
      stop: () => {
        stopped = true;
      },
    };
  };

  // A new connection each time: of several instances behind an address, all have their turn soon.
  const aside = instances.map(({ url }) => renewedPool(url, 0, { connections: 1 }));

  const stream: Upstream['stream'] = async ({ method, path, headers, body }) => {
    if (streaming >= streams) {
      onFull();
      throw new CodedError('unavailable', 'Too many lists are read at once.');
    }
    streaming += 1;
    const over = (): void => void (streaming -= 1);
    for (const { longPool } of round()) {
      try {
        const answer = await longPool().request({ method, path, headers: headers ?? {}, body: body ?? null });
        answer.body.once('close', over);
        return { status: answer.statusCode, headers: answer.headers, body: answer.body };
      } catch (error) {
        if (!neverSent.has(codeOf(error))) break;
      }
    }
    over();
    throw new CodedError('unavailable', 'A service behind the gateway did not answer.');
  };

  /** Counts what is in flight. */
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    if (inFlight >= most) {
      onFull();
      throw new CodedError('unavailable', 'Too many requests are in flight.');
    }
    inFlight += 1;
    try {
      return await work();
    } finally {
      inFlight -= 1;
    }
  };

  return {
    watch,
    stream: (request) => counted(() => stream(request)),
    sendToAll: (request) => Promise.all(aside.map((pool) => ask({ pool }, request, probeMs).catch(() => null))),
    send: (request) => counted(() => attempts(request)),
  };
};
