import type { Logger } from 'pino';

/** Interval between summaries of failing sales, ms. */
const summaryEveryMs = 60_000;
/** Sales named in one summary. */
const named = 5;

/** Logs when the ticks of a sale begin to fail and when they succeed again; in between one summary per minute for all sales. */
export const createFailures = (log: Logger) => {
  const failing = new Set<string>();
  let saidAtMs = performance.now();
  return {
    failed: (saleId: string, error: unknown): void => {
      if (!failing.has(saleId)) {
        failing.add(saleId);
        // The first few are logged one by one; when all fail, Redis is away, and the summary has their number.
        if (failing.size <= named) log.warn({ err: error, sale: saleId }, 'a tick failed; retrying every second');
      }
      if (performance.now() - saidAtMs < summaryEveryMs) return;
      saidAtMs = performance.now();
      log.warn({ sales: failing.size, some: [...failing].slice(0, named), err: error }, 'ticks keep failing');
    },
    worked: (saleId: string): void => {
      if (failing.delete(saleId)) log.info({ sale: saleId }, 'ticks succeed again');
    },
    ids: (): Iterable<string> => failing,
    gone: (saleId: string): void => {
      failing.delete(saleId);
    },
  };
};
