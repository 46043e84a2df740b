import { limits } from '@sunbeon/contracts/limits';
import { sampleColumns, type SampleColumn } from '@sunbeon/contracts/samples';
import { overtakenMs } from '../../lib/server-clock.ts';

/** Rows of samples from the service, oldest first. */
export type Samples = readonly (readonly number[])[];

/** Index of each column in a row. */
export const columns = Object.fromEntries(sampleColumns.map((name, i) => [name, i])) as Record<SampleColumn, number>;

export const historyLimits = {
  /** Retention, ms. */
  keptMs: limits.samplesMs,
  /** Largest distance of two rows for a rate, ms; a longer gap leaves the pace unknown. */
  gapMs: 15_000,
  /** Smallest distance of two rows for a rate, ms. */
  closeMs: 500,
  /** Window of sums and means, ms. */
  minuteMs: 60_000,
} as const;

/** NaN where the row is of an older version, without that column. */
const of = (row: readonly number[], column: SampleColumn): number => row[columns[column]] ?? Number.NaN;

const lastMsOf = (rows: Samples): number => (rows.length > 0 ? of(rows.at(-1)!, 'atMs') : -Infinity);

/** Rows of before a step back of the clock of Redis: nothing orders them with those of after it. */
const isSetBack = (lastMs: number, nowMs: number): boolean => lastMs - nowMs >= overtakenMs;

/**
 * Adds rows newer than the last one, and drops those older than an hour. Idempotent. `nowMs`: the clock of Redis at the read; after a step back the rows begin
 * anew, as they do in Redis.
 */
export const append = (history: Samples, samples: Samples, nowMs: number): Samples => {
  const before = isSetBack(lastMsOf(history), nowMs) ? [] : history;
  const lastMs = lastMsOf(before);
  const fresh = isSetBack(lastMsOf(samples), nowMs) ? [] : samples.filter((row) => of(row, 'atMs') > lastMs);
  if (fresh.length === 0) return before;
  const all = [...before, ...fresh];
  const fromMs = of(all.at(-1)!, 'atMs') - historyLimits.keptMs;
  return all.filter((row) => of(row, 'atMs') >= fromMs);
};

/** From when rows are asked for next, ms: after the newest one read; null for all, as at first and after a step back of the clock of Redis. */
export const askAfter = (beforeMs: number | null, samples: Samples, nowMs: number): number | null => {
  const lastMs = samples.length > 0 ? lastMsOf(samples) : beforeMs;
  return lastMs === null || isSetBack(lastMs, nowMs) ? null : lastMs;
};

/** The rows of the last `rangeMs`. */
export const within = (history: Samples, rangeMs: number): Samples => {
  if (history.length === 0) return history;
  const fromMs = of(history.at(-1)!, 'atMs') - rangeMs;
  return history.filter((row) => of(row, 'atMs') >= fromMs);
};

/** Time in seconds, the unit of the charts. */
export const times = (history: Samples): number[] => history.map((row) => of(row, 'atMs') / 1_000);
export const values = (history: Samples, column: SampleColumn, scale = 1): number[] => history.map((row) => of(row, column) * scale);

/** Growth of a total per second, between each row and the one before that is far enough; null where it is unknown. */
export const rates = (history: Samples, column: SampleColumn): (number | null)[] =>
  history.map((row, i) => {
    let from = i - 1;
    // An operator's action causes a tick at once: one admission in 30 ms is no rate of 30 a second.
    while (from > 0 && of(row, 'atMs') - of(history[from]!, 'atMs') < historyLimits.closeMs) from -= 1;
    const before = history[from];
    if (!before) return null;
    const ms = of(row, 'atMs') - of(before, 'atMs');
    const grown = of(row, column) - of(before, column);
    return ms <= 0 || ms > historyLimits.gapMs || !(grown >= 0) ? null : (grown * 1_000) / ms;
  });

/** Growth of a total within the minute before each row; null where it is unknown. */
export const perMinute = (history: Samples, column: SampleColumn): (number | null)[] => {
  let from = 0;
  return history.map((row, i) => {
    while (of(history[from]!, 'atMs') < of(row, 'atMs') - historyLimits.minuteMs) from += 1;
    const grown = of(row, column) - of(history[from]!, column);
    return from < i && grown >= 0 ? grown : null;
  });
};

/** Per second over the last `overMs`; null without two rows. */
export const rateNow = (history: Samples, column: SampleColumn, overMs: number): number | null => {
  const recent = within(history, overMs);
  const ms = recent.length < 2 ? 0 : of(recent.at(-1)!, 'atMs') - of(recent[0]!, 'atMs');
  return ms <= 0 ? null : Math.max(0, ((of(recent.at(-1)!, column) - of(recent[0]!, column)) * 1_000) / ms);
};

/** Mean error in seconds of the estimates completed within a minute before each row; null without any, or where a gateway's totals were removed. */
export const estimateErrors = (history: Samples): (number | null)[] => {
  let from = 0;
  return history.map((row) => {
    while (of(history[from]!, 'atMs') < of(row, 'atMs') - historyLimits.minuteMs) from += 1;
    const count = of(row, 'estimates') - of(history[from]!, 'estimates');
    const sum = of(row, 'estimateErrorSeconds') - of(history[from]!, 'estimateErrorSeconds');
    return count <= 0 || sum < 0 ? null : sum / count;
  });
};

/** Times, in seconds, of changes of leader. */
export const leaderChanges = (history: Samples): number[] =>
  history.filter((row, i) => i > 0 && of(row, 'epoch') !== of(history[i - 1]!, 'epoch')).map((row) => of(row, 'atMs') / 1_000);

/** Last, lowest and highest known value; null without any. */
export const summaryOf = (series: readonly (number | null)[]): { last: number; low: number; high: number } | null => {
  const known = series.filter((value): value is number => value !== null);
  if (known.length === 0) return null;
  return { last: known.at(-1)!, low: known.reduce((a, b) => Math.min(a, b)), high: known.reduce((a, b) => Math.max(a, b)) };
};

/** At most `count` indexes, evenly spread, the last one among them: the rows of a table. */
export const spread = (length: number, count: number): number[] => {
  if (length <= count) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * (length - 1)) / count));
};
