import { keys, limits } from '@sunbeon/contracts';
import type { Service } from '@sunbeon/runtime';
import type { PurchaseMetrics } from '../metrics.ts';
import { expireHolds } from '../scripts/expire-holds.ts';

/** Each second, gives overdue holds of every sale back. Any number of instances may do it; a beat never overlaps itself. */
export const startSweeper = ({ redis, log }: Service, metrics: PurchaseMetrics): { stop: () => Promise<void> } => {
  let known: string[] = [];
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const sweepSale = async (saleId: string): Promise<void> => {
    for (let batch = 0; batch < limits.expireBatchesPerTick; batch += 1) {
      const holds = await expireHolds.run(redis, saleId, limits.expireBatchItems);
      if (holds > 0) metrics.overdue(holds);
      if (holds < limits.expireBatchItems) return;
    }
  };
  const sweep = async (): Promise<void> => {
    try {
      // In a Cluster the list is on another master than most sales: when it can't be read, the last one known goes on.
      if (redis.status === 'ready') known = await redis.smembers(keys.sales).catch(() => known);
      const sales = redis.status === 'ready' ? known : [];
      // Waits for all of them, also when one fails: the next beat and the stop come after the last.
      const failed = (await Promise.allSettled(sales.map(sweepSale))).find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'holds were not swept; trying again each second');
      failing = true;
    }
    if (!stopped) timer = setTimeout(next, limits.tickMs);
  };
  const next = (): void => { running = sweep(); };
  next();

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
