import { bulkhead, circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError, isBulkheadRejectedError, wrap } from 'cockatiel';
import { CodedError } from './problems.ts';
import type { RedisClient } from './redis.ts';

export const redisBreakerLimits = {
  /** Script calls of one process that may write, on their way to Redis (each carries up to `limits.batchItems`); more are refused, so that nothing piles up. */
  inFlight: 512,
  /** Calls that only read, besides those: however much is read, ticks, claims and all that writes have their room. */
  readsInFlight: 128,
  /** Reads that wait for one of those to come back; more are refused. */
  readsWaiting: 512,
  /** After a call that got no answer in time, Redis is left alone for this long, ms; then one call tries again. */
  pauseMs: 500,
} as const;

/** What stands between a process and a Redis that hangs. */
export interface RedisBreaker {
  /** `kind`: a call that only reads has no share of what is kept for the others. */
  execute: <T>(call: () => Promise<T>, kind?: 'read' | 'write') => Promise<T>;
  /** False while Redis is left alone. */
  isOpen: () => boolean;
}

const createRedisBreaker = (): RedisBreaker => {
  const crowd = {
    read: bulkhead(redisBreakerLimits.readsInFlight, redisBreakerLimits.readsWaiting),
    write: bulkhead(redisBreakerLimits.inFlight, 0),
  };
  const breaker = circuitBreaker(
    handleWhen(({ message }) => /timed out/.test(message)),
    {
      halfOpenAfter: redisBreakerLimits.pauseMs,
      breaker: new ConsecutiveBreaker(1),
    },
  );
  const policies = { read: wrap(crowd.read, breaker), write: wrap(crowd.write, breaker) };
  let shutUntil = 0;
  breaker.onBreak(() => {
    shutUntil = performance.now() + redisBreakerLimits.pauseMs;
  });
  return {
    execute: (call, kind = 'write') =>
      policies[kind].execute(call).catch((error: unknown) => {
        if (isBrokenCircuitError(error)) throw new CodedError('unavailable', 'The store does not answer. Nothing was changed.');
        if (isBulkheadRejectedError(error)) throw new CodedError('unavailable', 'Too many calls are on their way. Nothing was changed.');
        throw error;
      }),
    isOpen: () => performance.now() >= shutUntil,
  };
};

const breakers = new WeakMap<RedisClient, RedisBreaker>();

/** The one breaker of a connection. */
export const redisBreakerOf = (redis: RedisClient): RedisBreaker => {
  let breaker = breakers.get(redis);
  if (!breaker) breakers.set(redis, (breaker = createRedisBreaker()));
  return breaker;
};
