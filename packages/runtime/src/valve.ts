import { bulkhead, circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError, isBulkheadRejectedError, wrap } from 'cockatiel';
import { CodedError } from './problems.ts';
import { classifyRedisError } from './redis-errors.ts';
import type { RedisClient } from './redis.ts';

export const valveLimits = {
  /** Script calls of one process on their way to Redis (each carries up to 256 items); more are refused, so that nothing piles up. */
  inFlight: 512,
  /** Lost replies in a row after which Redis is left alone, */
  lostReplies: 3,
  /** for this long, ms; then one call tries again. */
  pauseMs: 1_000,
} as const;

/** What stands between a process and a Redis that hangs. */
export interface Valve {
  pass: <T>(call: () => Promise<T>) => Promise<T>;
  /** False while Redis is left alone. */
  isOpen: () => boolean;
}

const createValve = (): Valve => {
  const crowd = bulkhead(valveLimits.inFlight, 0);
  const breaker = circuitBreaker(handleWhen((error) => classifyRedisError(error) === 'unknown'), {
    halfOpenAfter: valveLimits.pauseMs,
    breaker: new ConsecutiveBreaker(valveLimits.lostReplies),
  });
  const policy = wrap(crowd, breaker);
  let open = true;
  breaker.onBreak(() => { open = false; });
  breaker.onReset(() => { open = true; });
  return {
    pass: (call) =>
      policy.execute(call).catch((error: unknown) => {
        if (isBrokenCircuitError(error)) throw new CodedError('unavailable', 'The store does not answer. Nothing was changed.');
        if (isBulkheadRejectedError(error)) throw new CodedError('unavailable', 'Too many calls are on their way. Nothing was changed.');
        throw error;
      }),
    isOpen: () => open,
  };
};

const valves = new WeakMap<RedisClient, Valve>();

/** The one valve of a connection. */
export const valveOf = (redis: RedisClient): Valve => {
  let valve = valves.get(redis);
  if (!valve) valves.set(redis, (valve = createValve()));
  return valve;
};
