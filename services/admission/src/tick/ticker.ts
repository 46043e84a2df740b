import { keys, limits } from '@sunbeon/contracts';
import type { Service } from '@sunbeon/runtime';
import type { AdmissionMetrics } from '../metrics.ts';
import { readGauges } from '../scripts/read-gauges.ts';
import { resign } from '../scripts/resign.ts';
import { sample } from '../scripts/sample.ts';
import { tickSale } from './tick-sale.ts';

export interface Ticker {
  /** The sales that this instance leads now. */
  led: () => Iterable<string>;
  stop: () => Promise<void>;
}

/**
 * The one-second beat. A late or doubled beat changes no pace: the bucket inside the script counts by Redis's clock. A beat
 * of a sale that still runs is not started again; a follower comes back right when the leader's lease ends.
 */
export const startTicker = ({ redis, instance, log }: Service, metrics: AdmissionMetrics): Ticker => {
  const running = new Map<string, Promise<void>>();
  const led = new Set<string>();
  let known: string[] = [];
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;

  const lose = (saleId: string): void => {
    led.delete(saleId);
    metrics.lost(saleId);
  };
  const forget = (saleId: string): void => {
    led.delete(saleId);
    metrics.gone(saleId);
  };

  const beat = async (saleId: string): Promise<void> => {
    const started = performance.now();
    const result = await tickSale(redis, saleId, instance);
    if (result.role === 'leader') {
      if (!led.has(saleId)) log.info({ sale: saleId, epoch: result.epoch }, 'leads this sale');
      led.add(saleId);
      metrics.took((performance.now() - started) / 1_000);
      // A row for the charts that could not be written harms nobody; the next beat writes one.
      const [gauges] = await Promise.all([readGauges.run(redis, saleId, null), sample.run(redis, saleId, null).catch(() => 0)]);
      if (gauges && !stopped) metrics.ticked(saleId, gauges, result.epoch);
      return;
    }
    if (result.role === 'fenced') metrics.fenced();
    if (result.role === 'no_sale') return forget(saleId);
    lose(saleId);
    if (result.role === 'follower' && result.leaseLeftMs < limits.tickMs && !stopped) {
      setTimeout(() => run(saleId), result.leaseLeftMs + 5).unref();
    }
  };

  const run = (saleId: string): void => {
    if (stopped || running.has(saleId)) return;
    const done = beat(saleId)
      .then(() => { failing = false; })
      .catch((error: unknown) => {
        metrics.failed();
        lose(saleId);
        if (!failing) log.warn({ err: error, sale: saleId }, 'a tick failed; trying again each second');
        failing = true;
      })
      .finally(() => running.delete(saleId));
    running.set(saleId, done);
  };

  const all = async (dueAt: number): Promise<void> => {
    metrics.late(Math.max(0, performance.now() - dueAt) / 1_000);
    const next = Math.max(dueAt + limits.tickMs, performance.now() + 1);
    timer = setTimeout(() => void all(next), next - performance.now());
    if (redis.status !== 'ready') return;
    // In a Cluster the list is on another master than most sales: when it can't be read, the last one known goes on.
    const before = known;
    known = await redis.smembers(keys.sales).catch(() => known);
    for (const saleId of before.filter((one) => !known.includes(one))) forget(saleId);
    for (const saleId of known) run(saleId);
  };
  void all(performance.now());

  return {
    led: () => led,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await Promise.allSettled(running.values());
      await Promise.allSettled([...led].map((saleId) => resign.run(redis, saleId, instance)));
      for (const saleId of [...led]) lose(saleId);
    },
  };
};
