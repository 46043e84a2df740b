import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';
import { checkRedis, isMaster } from './redis-check.ts';
import type { RedisClient } from './redis.ts';
import { probeRedis } from './redis-probe.ts';

/** A fail-over that the client did not notice is found within this time, ms. */
const roleEveryMs = 5_000;

/** Watches the server behind the command connection: is it one that keeps what it acknowledges, and still the master? */
export interface RedisGuard {
  /** After each (re)connection. A server that would lose people ends a process that has just started, and makes a running one not ready. */
  look: () => Promise<void>;
  missing: () => string | null;
  stop: () => void;
}

export const guardRedis = (redis: RedisClient, log: Logger, metrics: Metrics): RedisGuard => {
  let trusted = false;
  let refusal: string | null = null;
  const warningCount = metrics.gauge('sunbeon_redis_warnings', {});

  const look = async (): Promise<void> => {
    try {
      const { refusals, warnings } = await checkRedis(redis);
      warningCount.set(warnings.length);
      for (const warning of warnings) log.warn(`Redis: ${warning}`);
      refusal = refusals[0] ?? null;
      for (const text of refusals) log.fatal(`Redis: ${text}`);
      if (refusal && !trusted) process.exit(1);
      trusted ||= refusal === null;
    } catch {
      // It went away again; the next connection is looked at.
    }
  };
  const roles = setInterval(() => {
    if (redis.status !== 'ready') return;
    isMaster(redis).then(
      (master) => {
        if (master) return;
        log.warn('redis is no longer a master; reconnecting');
        redis.disconnect(true);
      },
      () => {},
    );
  }, roleEveryMs);
  roles.unref();
  const probe = probeRedis(redis);

  return {
    look,
    missing: () => refusal ?? (probe.answers() ? null : 'redis does not answer'),
    stop: () => {
      clearInterval(roles);
      probe.stop();
    },
  };
};
