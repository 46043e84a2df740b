import { Cluster } from 'ioredis';
import type { RedisClient } from './redis.ts';

export const probeLimits = {
  /** From one answer to the next question, ms. */
  everyMs: 500,
  /** Redis that has not answered by then does not serve anybody now, ms. */
  limitMs: 1_000,
} as const;

/** Asks Redis on its own schedule, past the breaker: what it says does not depend on whether anybody calls meanwhile. */
export interface RedisProbe {
  /** Whether the last question was answered in time. False before the first answer. */
  answers: () => boolean;
  stop: () => void;
}

/** Of a Cluster, one master that answers is enough: the sales of a master that is away have their own 503. */
const ping = async (redis: RedisClient): Promise<unknown> =>
  redis instanceof Cluster ? await Promise.any(redis.nodes('master').map((node) => node.ping())) : await redis.ping();

export const probeRedis = (redis: RedisClient): RedisProbe => {
  let answered = false;
  let asking = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  /** One question at a time: those to a Redis that hangs must not pile up. After a late answer the next question, asked at once, decides. */
  const ask = async (): Promise<void> => {
    // A question to a client that is not connected would make it connect.
    if (asking || stopped || redis.status !== 'ready') return;
    asking = true;
    clearTimeout(timer);
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      answered = false;
    }, probeLimits.limitMs);
    try {
      await ping(redis);
      answered = !isLate;
    } catch {
      answered = false;
    }
    clearTimeout(late);
    asking = false;
    if (!stopped) timer = setTimeout(() => void ask(), isLate ? 0 : probeLimits.everyMs).unref();
  };
  // What an earlier connection said is no answer of the next one.
  redis.on('close', () => {
    answered = false;
  });
  redis.on('ready', () => void ask());
  return {
    answers: () => answered && redis.status === 'ready',
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
