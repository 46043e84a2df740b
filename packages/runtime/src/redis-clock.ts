import type { RedisClient } from './redis.ts';

const clockLimits = {
  /** From one measurement to the next, ms. */
  everyMs: 60_000,
  /** After one that failed, or took too long to say when Redis read its clock, ms. */
  retryMs: 1_000,
  slowMs: 500,
} as const;

/** The clock of Redis, by which deadlines are made; no request asks for it. */
export interface RedisClock {
  /** Milliseconds; by the clock of this machine until Redis was asked once. */
  now: () => number;
  /** Measures now, and then every minute; also after each connection, since another server may have become the master. */
  start: () => { stop: () => void };
}

export const createRedisClock = (redis: RedisClient): RedisClock => {
  /** To this process's monotonic clock, which nobody sets. */
  let offsetMs: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const measure = async (): Promise<void> => {
    clearTimeout(timer);
    let nextMs: number = clockLimits.retryMs;
    try {
      if (redis.status === 'ready') {
        const askedMs = performance.now();
        const [seconds, micros] = (await redis.time()).map(Number) as [number, number];
        const tookMs = performance.now() - askedMs;
        if (tookMs <= clockLimits.slowMs || offsetMs === null) offsetMs = seconds * 1_000 + micros / 1_000 - (askedMs + tookMs / 2);
        if (tookMs <= clockLimits.slowMs) nextMs = clockLimits.everyMs;
      }
    } catch {
      // Redis is away: the last offset goes on.
    }
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void measure(), nextMs).unref();
  };

  return {
    now: () => (offsetMs === null ? Date.now() : performance.now() + offsetMs),
    start: () => {
      const again = () => void measure();
      redis.on('ready', again);
      again();
      return {
        stop: () => {
          stopped = true;
          redis.off('ready', again);
          clearTimeout(timer);
        },
      };
    },
  };
};
