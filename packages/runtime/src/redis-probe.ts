import { Cluster } from 'ioredis';
import type { RedisClient } from './redis.ts';

export const probeLimits = {
  /** From an answer to the next probe, ms. */
  everyMs: 500,
  /** Timeout of a probe, ms. */
  limitMs: 1_000,
} as const;

/** Probes Redis on its own schedule, past the breaker, so that the result does not depend on traffic. */
export interface RedisProbe {
  /** Whether the last probe was answered in time. False before the first answer. */
  answers: () => boolean;
  stop: () => void;
}

/** Cluster: one master that answers is enough; calls to an unavailable master's sales answer 503. */
const ping = async (redis: RedisClient): Promise<unknown> =>
  redis instanceof Cluster ? await Promise.any(redis.nodes('master').map((node) => node.ping())) : await redis.ping();

/** `said`: is told each result. */
export const probeRedis = (redis: RedisClient, said: (answers: boolean) => void): RedisProbe => {
  let answered = false;
  const note = (answers: boolean): void => {
    answered = answers;
    said(answers);
  };
  let asking = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  /** One probe at a time, so that probes of a Redis that hangs do not pile up. After a late answer the next probe, sent at once, decides. */
  const ask = async (): Promise<void> => {
    // A probe of a client that is not connected would connect it.
    if (asking || stopped || redis.status !== 'ready') return;
    asking = true;
    clearTimeout(timer);
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      note(false);
    }, probeLimits.limitMs);
    try {
      await ping(redis);
      note(!isLate);
    } catch {
      note(false);
    }
    clearTimeout(late);
    asking = false;
    if (!stopped) timer = setTimeout(() => void ask(), isLate ? 0 : probeLimits.everyMs).unref();
  };
  // An answer of the previous connection does not count for the next one.
  redis.on('close', () => note(false));
  redis.on('ready', () => void ask());
  return {
    answers: () => answered && redis.status === 'ready',
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
