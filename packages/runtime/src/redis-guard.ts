import type { Log } from './log/log.ts';
import type { Metrics } from './metrics.ts';
import { checkRedis, isMaster } from './redis-check.ts';
import type { RedisClient } from './redis.ts';
import { probeRedis } from './redis-probe.ts';

/** Longest time until a fail-over that the client missed is detected, ms. */
const roleEveryMs = 5_000;

/** Monitors the server of the command connection: its durability settings and its role as master. */
export interface RedisGuard {
  /** After each (re)connection. A server that would lose data ends a process at its start, and makes a running one not ready. */
  look: () => Promise<void>;
  missing: () => string | null;
  stop: () => void;
}

/** `tellsUnread`: this service's user may read the settings of Redis (infra/redis/users.acl), so that it says when it cannot; one says it for all. */
export const guardRedis = (redis: RedisClient, log: Log, metrics: Metrics, { tellsUnread }: { tellsUnread: boolean }): RedisGuard => {
  let trusted = false;
  let told = false;
  let refusal: string | null = null;
  const up = metrics.gauge('sunbeon_redis_up', {});
  up.set(0);
  const warningCount = metrics.gauge('sunbeon_redis_warnings', {});

  const look = async (): Promise<void> => {
    try {
      const { refusals, warnings, unread } = await checkRedis(redis);
      warningCount.set(warnings.length);
      for (const warning of warnings) log.write('redis_unsafe', { reason: warning });
      // Once: a hosted Redis never tells, and nothing is wrong.
      if (unread !== null && tellsUnread && !told) log.write('redis_policy_unknown', { reason: unread });
      told ||= unread !== null;
      refusal = refusals[0] ?? null;
      for (const text of refusals) log.write('redis_refused', { reason: text });
      if (refusal && !trusted) process.exit(1);
      trusted ||= refusal === null;
    } catch {
      // The connection was lost again; the next one is checked.
    }
  };
  const roles = setInterval(() => {
    if (redis.status !== 'ready') return;
    isMaster(redis).then(
      (master) => {
        if (master) return;
        log.write('redis_demoted');
        redis.disconnect(true);
      },
      () => {},
    );
  }, roleEveryMs);
  roles.unref();
  const probe = probeRedis(redis, (answers) => up.set(answers ? 1 : 0));

  return {
    look,
    missing: () => refusal ?? (probe.answers() ? null : 'redis does not answer'),
    stop: () => {
      clearInterval(roles);
      probe.stop();
    },
  };
};
