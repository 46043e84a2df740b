import { bulkhead, circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError, isBulkheadRejectedError, wrap } from 'cockatiel';
import { CodedError } from './problems.ts';
import type { RedisClient } from './redis.ts';

export const redisBreakerLimits = {
  /** Script calls of one process that may write, in flight (each carries up to `limits.batchItems`); further ones are refused, to bound the queue. */
  inFlight: 512,
  /** Read-only calls in flight, in addition: a bulkhead, so that reads take no capacity from ticks, claims and other writes. */
  readsInFlight: 128,
  /** Read-only calls queued for that capacity; further ones are refused. */
  readsWaiting: 512,
  /** Time that the breaker stays open after a call without an answer, ms; then one call probes. */
  pauseMs: 500,
} as const;

/** Bulkhead and circuit breaker between a process and Redis. */
export interface RedisBreaker {
  /** `kind`: read-only calls have a capacity of their own. */
  execute: <T>(call: () => Promise<T>, kind?: 'read' | 'write') => Promise<T>;
  /** False while the breaker rejects calls. */
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
        if (isBulkheadRejectedError(error)) throw new CodedError('unavailable', 'Too many calls are in flight. Nothing was changed.');
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
