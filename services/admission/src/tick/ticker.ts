import { AsyncResource } from 'node:async_hooks';
import { isRehearsalId, isSaleId, keys, limits } from '@sunbeon/contracts';
import type { Service } from '@sunbeon/runtime';
import { addCurrent, readCurrent, removeCurrent } from '../current-sales.ts';
import type { BeaconClient } from '../draw/drand.ts';
import { createDraws } from '../draw/draws.ts';
import { countsOf } from '../forecast/counts.ts';
import { nextForecast } from '../forecast/stored.ts';
import { forgetSale } from '../forget-sale.ts';
import type { AdmissionMetrics } from '../metrics.ts';
import { readGauges } from '../scripts/read-gauges.ts';
import { resign } from '../scripts/resign.ts';
import { sample } from '../scripts/sample.ts';
import { createFailures } from './failures.ts';
import { createSaleLines } from './sale-lines.ts';
import { createSchedule } from './schedule.ts';
import { tickSale, type TickResult } from './tick-sale.ts';

export const tickerLimits = {
  /** Concurrent ticks of one instance: a hanging tick delays no other, and ticks use only a part of the breaker's capacity. */
  atOnce: 64,
  /** Interval of checking a scheduled sale, ms, in addition to its opening time: thousands of them cost little. */
  scheduledEveryMs: 5_000,
  /** Shortest interval between two passes over the schedule, ms. */
  stepMs: 10,
  /** The same while Redis is away, ms. */
  awayMs: 100,
  /** Sales checked per second for being missing in the index: on the first pass (of a new process or connection), and later. */
  checkedAtFirst: 500,
  checked: 20,
} as const;

export interface Ticker {
  /** Sales that this instance leads. */
  led: () => Iterable<string>;
  /** Sales whose last tick here failed. */
  failing: () => Iterable<string>;
  /** Ticks a sale at once, after its creation, opening or change here. */
  wake: (saleId: string) => void;
  stop: () => Promise<void>;
}

/**
 * The one-second tick of every current sale, spread over the second. A late or doubled tick does not change the pace: the bucket in the script counts by
 * Redis's clock. Ticks of one sale never overlap; a follower ticks again when the leader's lease ends.
 */
export const startTicker = ({ redis, instance, log }: Service, metrics: AdmissionMetrics, beacon: BeaconClient): Ticker => {
  const schedule = createSchedule();
  const failures = createFailures(log);
  const lines = createSaleLines(log);
  const running = new Map<string, Promise<void>>();
  const woken = new Set<string>();
  /** Ids outside the index that were found by the pass over all sales or woken, before their first tick. */
  const candidates = new Set<string>();
  /** Current sales that could not be added to the index: they are ticked on, and each tick tries again. */
  const unlisted = new Set<string>();
  const led = new Set<string>();
  let current = new Set<string>();
  let cursor = '0';
  let isFirstRound = true;
  let stopped = false;
  let step: NodeJS.Timeout | undefined;
  /** Ticks run outside any request, so that their calls do not join the trace of a request that wakes them. */
  const own = new AsyncResource('tick');

  const draws = createDraws({ redis, log }, metrics.draws, beacon, (saleId) => wake(saleId));
  const lose = (saleId: string, why: string): void => {
    draws.lose(saleId);
    if (led.delete(saleId)) lines.lost(saleId, why);
    else lines.follows(saleId);
    metrics.lost(saleId);
  };
  /** A scheduled sale has no leader, but for a planned change. */
  const rest = (saleId: string): void => {
    led.delete(saleId);
    lines.waits(saleId);
    metrics.gone(saleId);
  };
  /** `isFound`: by a tick of this instance. */
  const forget = (saleId: string, isFound: boolean): void => {
    schedule.remove(saleId);
    unlisted.delete(saleId);
    failures.gone(saleId);
    draws.lose(saleId);
    lines.ended(saleId, led.delete(saleId) || isFound);
    metrics.gone(saleId);
  };

  /** Reads the gauges after the tick; a failed read changes nothing, and the next tick reads again. */
  const observe = async (saleId: string, epoch: number): Promise<void> => {
    const gauges = await readGauges.run(redis, saleId, null).catch(() => null);
    const isRead = gauges?.outcome === 'read';
    await sample.run(redis, saleId, isRead ? nextForecast(gauges.forecast, countsOf(gauges)) : null).catch(() => {});
    if (isRead && led.has(saleId) && !stopped) metrics.ticked(saleId, gauges, epoch);
  };

  const tickOnce = async (saleId: string): Promise<TickResult> => {
    const started = performance.now();
    const result = await tickSale(redis, saleId, instance, (fate) => metrics.planned[fate]());
    if (result.role === 'leader') {
      if (!led.has(saleId)) lines.acquired(saleId, result.epoch, result.status);
      led.add(saleId);
      lines.saw(saleId, result.status);
      metrics.took((performance.now() - started) / 1_000);
      if (result.status === 'drawing') draws.lead(saleId, result.epoch);
      await observe(saleId, result.epoch);
    } else if (result.role === 'follower' || result.role === 'fenced') {
      if (result.role === 'fenced') metrics.fenced();
      lose(saleId, result.role === 'fenced' ? 'another instance has a later epoch' : 'another instance has the lease');
    }
    return result;
  };

  /** Next due time; null when the sale needs no further tick. */
  const dueAfter = (result: TickResult, dueAtMs: number): number | null => {
    const now = performance.now();
    if (result.role === 'no_sale' || result.role === 'idle') return null;
    if (result.role === 'follower') return now + Math.min(limits.tickMs, result.leaseLeftMs + 5);
    if (result.role === 'scheduled')
      return now + Math.min(tickerLimits.scheduledEveryMs * (0.8 + 0.4 * Math.random()), (result.nextInMs ?? Infinity) + 1);
    return Math.max(dueAtMs + limits.tickMs, now + 1);
  };

  const list = async (saleId: string): Promise<void> => {
    unlisted.add(saleId);
    try {
      await addCurrent(redis, saleId);
      current.add(saleId);
      unlisted.delete(saleId);
    } catch {
      // The sale itself was ticked: the next tick tries again.
    }
  };

  const tick = async (saleId: string, dueAtMs: number): Promise<void> => {
    try {
      const result = await tickOnce(saleId);
      failures.worked(saleId);
      const dueAt = dueAfter(result, dueAtMs);
      if (dueAt === null) {
        forget(saleId, true);
        // Deleted by a tick: its id is not listed any more, also when the tick that deleted it ended in between.
        if (result.role === 'no_sale' && isRehearsalId(saleId)) await forgetSale(redis, saleId);
        if (current.delete(saleId)) await removeCurrent(redis, saleId, instance);
        return;
      }
      if (result.role === 'scheduled') rest(saleId);
      schedule.set(saleId, dueAt);
      if (!current.has(saleId)) await list(saleId);
      else unlisted.delete(saleId);
    } catch (error) {
      metrics.failed();
      failures.failed(saleId, error);
      // A call that woke it may not have listed it.
      if (candidates.has(saleId)) unlisted.add(saleId);
      if (current.has(saleId) || unlisted.has(saleId)) {
        lose(saleId, 'its tick failed');
        schedule.set(saleId, performance.now() + limits.tickMs);
      } else {
        schedule.remove(saleId);
        metrics.gone(saleId);
      }
    }
  };

  const run = (saleId: string, dueAtMs: number): void => {
    const done = tick(saleId, dueAtMs)
      .catch(() => {})
      .finally(() => {
        running.delete(saleId);
        candidates.delete(saleId);
        if (woken.delete(saleId)) wake(saleId);
        else plan();
      });
    running.set(saleId, done);
  };

  /** Starts the due ticks, up to the capacity, and schedules the next pass. */
  const dispatch = (): void => {
    step = undefined;
    if (stopped) return;
    const now = performance.now();
    if (redis.status === 'ready') {
      for (const { saleId, dueAtMs } of schedule.take(now, tickerLimits.atOnce - running.size)) {
        metrics.late((now - dueAtMs) / 1_000);
        run(saleId, dueAtMs);
      }
    }
    plan();
  };
  const plan = (): void => {
    if (stopped || running.size >= tickerLimits.atOnce) return;
    clearTimeout(step);
    const next = schedule.nextMs() - performance.now();
    step =
      next === Infinity
        ? undefined
        : setTimeout(
            dispatch,
            redis.status === 'ready' ? Math.min(limits.tickMs, Math.max(tickerLimits.stepMs, next)) : tickerLimits.awayMs,
          );
  };

  /** Adds new sales, spread over a second, and removes those that other instances found finished. */
  const adopt = (ids: string[]): void => {
    const fresh = ids.filter((saleId) => !schedule.has(saleId) && !running.has(saleId));
    const now = performance.now();
    fresh.forEach((saleId, i) => schedule.set(saleId, now + (i * limits.tickMs) / fresh.length));
  };
  const refresh = async (): Promise<void> => {
    const ids = await readCurrent(redis);
    current = new Set(ids);
    for (const saleId of [...schedule.ids()])
      if (![current, running, candidates, unlisted].some((ids) => ids.has(saleId))) forget(saleId, false);
    adopt(ids);
  };

  /** Checks a bounded part of all sales each second: a living sale may be missing in the index after a crash, a restore or an upgrade. */
  const findMissing = async (): Promise<void> => {
    const [next, ids] = await redis.sscan(keys.sales, cursor, 'COUNT', isFirstRound ? tickerLimits.checkedAtFirst : tickerLimits.checked);
    cursor = next;
    if (next === '0') isFirstRound = false;
    const missing = ids.filter((saleId) => isSaleId(saleId) && !current.has(saleId));
    for (const saleId of missing) candidates.add(saleId);
    adopt(missing);
  };

  const look = async (): Promise<void> => {
    if (stopped || redis.status !== 'ready') return;
    // In a Cluster both lists are on other masters than most sales: while they cannot be read, the last known sales go on.
    await refresh().catch(() => {});
    await findMissing().catch(() => {});
    plan();
  };
  const onReady = (): void => {
    cursor = '0';
    isFirstRound = true;
  };
  redis.on('ready', onReady);
  const looks = setInterval(() => void look(), limits.tickMs);
  void look();

  const wake = (saleId: string): void => {
    if (stopped) return;
    if (running.has(saleId)) woken.add(saleId);
    else {
      candidates.add(saleId);
      schedule.set(saleId, performance.now());
    }
    own.runInAsyncScope(plan);
  };
  return {
    led: () => led,
    failing: failures.ids,
    wake,
    stop: async () => {
      stopped = true;
      clearInterval(looks);
      clearTimeout(step);
      redis.off('ready', onReady);
      await Promise.allSettled([draws.stop(), ...running.values()]);
      const leads = [...led];
      for (let i = 0; i < leads.length; i += tickerLimits.atOnce)
        await Promise.allSettled(leads.slice(i, i + tickerLimits.atOnce).map((saleId) => resign.run(redis, saleId, instance)));
      for (const saleId of leads) lose(saleId, 'this instance stops');
    },
  };
};
