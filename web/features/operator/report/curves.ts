import type { SampleColumn } from '@sunbeon/contracts/samples';
import { columns, type Samples } from '../history.ts';

export interface Curve {
  /** Time, ms. */
  atMs: number;
  value: number;
}

/** Shortest window of a rate, ms: one admission in 30 ms is no rate of 2,000 a minute, and a tick admits for a whole second. */
const shortestMs = 2_500;
/** Windows of a whole sale. */
const windows = 90;
const minuteMs = 60_000;

const at = (row: readonly number[], column: SampleColumn): number => row[columns[column]] ?? 0;

/** A column over the whole sale. */
export const curveOf = (rows: Samples, column: SampleColumn): Curve[] =>
  rows.map((row) => ({ atMs: at(row, 'atMs'), value: at(row, column) }));

/** Growth of a total per minute, over a window that fits the length of the sale. */
export const perMinuteOf = (rows: Samples, column: SampleColumn): Curve[] => {
  if (rows.length < 2) return [];
  const windowMs = Math.max(shortestMs, (at(rows.at(-1)!, 'atMs') - at(rows[0]!, 'atMs')) / windows);
  const curve: Curve[] = [];
  let from = 0;
  for (const row of rows.slice(1)) {
    while (from < rows.length - 1 && at(row, 'atMs') - at(rows[from + 1]!, 'atMs') >= windowMs) from += 1;
    const ms = at(row, 'atMs') - at(rows[from]!, 'atMs');
    // The first window is not full yet.
    if (ms < windowMs && from === 0) continue;
    curve.push({ atMs: at(row, 'atMs'), value: (Math.max(0, at(row, column) - at(rows[from]!, column)) * minuteMs) / ms });
  }
  return curve;
};

/** Leaders of admission that took over, the first one not counted. */
export const takeoversOf = (rows: Samples): number =>
  rows.filter((row, i) => i > 0 && at(row, 'epoch') > at(rows[i - 1]!, 'epoch') && at(rows[i - 1]!, 'epoch') > 0).length;

/** A round number not below `value`, of 1, 2, 2.5 or 5 times a power of ten: the top of an axis. */
export const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((top) => top >= value) ?? 10 * power;
};
