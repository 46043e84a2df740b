import type { Log } from '@sunbeon/runtime';

/** Interval between summaries of failing sales, ms. */
const summaryEveryMs = 60_000;
/** Sales named in one summary. */
const named = 5;

/** Logs when the ticks of a sale begin to fail and when they succeed again; in between one summary per minute for all sales. */
export const createFailures = (log: Log) => {
  const failing = new Set<string>();
  let saidAtMs = performance.now();
  return {
    failed: (saleId: string, error: unknown): void => {
      if (!failing.has(saleId)) {
        failing.add(saleId);
        // The first few are logged one by one; when all fail, Redis is away, and the summary has their number.
        if (failing.size <= named) log.write('tick_failed', { sale: saleId, err: error });
      }
      if (performance.now() - saidAtMs < summaryEveryMs) return;
      saidAtMs = performance.now();
      log.write('ticks_failing', { sales: failing.size, some: [...failing].slice(0, named), err: error });
    },
    worked: (saleId: string): void => {
      if (failing.delete(saleId)) log.write('ticks_recovered', { sale: saleId });
    },
    ids: (): Iterable<string> => failing,
    gone: (saleId: string): void => {
      failing.delete(saleId);
    },
  };
};
