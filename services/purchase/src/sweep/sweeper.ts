import { isSaleId, keys, limits } from '@sunbeon/contracts';
import { atMost, type Service } from '@sunbeon/runtime';
import type { PurchaseMetrics } from '../metrics.ts';
import { expireHolds } from '../scripts/expire-holds.ts';

const sweeping = {
  /** Concurrent sweeps of one instance: a hanging one delays no other. */
  atOnce: 32,
  /** Longest interval between two sweeps of a sale, ms: its settings or the clock of Redis may change. */
  atLeastEveryMs: 5_000,
  /** Interval of log lines about sales that cannot be swept, ms. */
  logEveryMs: 60_000,
} as const;

/** Releases expired holds of every current sale within a second. Any number of instances may run it; a sweep never overlaps itself. */
export const startSweeper = ({ redis, log }: Service, metrics: PurchaseMetrics): { stop: () => Promise<void> } => {
  /** Time of the next sweep of each sale, by `performance.now`. */
  let dueAtMs = new Map<string, number>();
  let stopped = false;
  let loggedAtMs = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const sweepSale = async (saleId: string): Promise<void> => {
    for (let batch = 0; batch < limits.expireBatchesPerTick; batch += 1) {
      const { holds, nextInMs } = await expireHolds.run(redis, saleId, limits.expireBatchItems);
      if (holds > 0) metrics.overdue(holds);
      dueAtMs.set(saleId, performance.now() + Math.min(nextInMs, sweeping.atLeastEveryMs));
      if (holds < limits.expireBatchItems) return;
    }
  };
  const refresh = async (): Promise<void> => {
    // In a Cluster the index is on another master than most sales: while it cannot be read, the last known sales go on.
    const ids = await redis.zrange(keys.currentSales, '-', '+', 'BYLEX').catch(() => null);
    if (ids) dueAtMs = new Map(ids.filter(isSaleId).map((saleId) => [saleId, dueAtMs.get(saleId) ?? 0]));
  };
  const sweep = async (): Promise<void> => {
    if (redis.status === 'ready') {
      await refresh();
      const now = performance.now();
      const due = [...dueAtMs].filter(([, at]) => at <= now).map(([saleId]) => saleId);
      const failed: { saleId: string; error: unknown }[] = [];
      await atMost(sweeping.atOnce, due, (saleId) =>
        sweepSale(saleId).catch((error: unknown) => {
          failed.push({ saleId, error });
        }),
      );
      if (failed.length > 0 && performance.now() - loggedAtMs >= sweeping.logEveryMs) {
        loggedAtMs = performance.now();
        log.write('hold_sweep_failed', { sale: failed[0]!.saleId, sales: failed.length, err: failed[0]!.error });
      }
    }
    if (!stopped) timer = setTimeout(next, limits.tickMs);
  };
  const next = (): void => {
    running = sweep();
  };
  next();

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
