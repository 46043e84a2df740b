import type { Estimate, SaleStatus } from './schemas.ts';

export interface EstimateInput {
  status: SaleStatus;
  /** The visitor's position, from 1. */
  position: number;
  /** Configured pace, visitors per second. */
  admitPerSecond: number;
  /** Observed pace, visitors per second; 0 when none was seen. */
  pace: number;
}

/**
 * How long the wait may be, as a range of seconds. `low`: the configured pace, which can't be beaten. `high`: the pace
 * seen lately. Absent unless the sale is open, because nobody can know how long a pause lasts.
 */
export const estimateWait = ({ status, position, admitPerSecond, pace }: EstimateInput): Estimate | undefined => {
  if (status !== 'open') return undefined;
  const low = Math.floor(position / admitPerSecond);
  const slow = pace > 0 ? Math.min(pace, admitPerSecond) : admitPerSecond;
  return { low, high: Math.max(low + 1, Math.ceil((position / slow) * 1.15)) };
};

/** How far outside the range it was, seconds; 0 within it. */
export const estimateError = ({ low, high }: Estimate, waitedSeconds: number): number =>
  Math.max(0, low - waitedSeconds, waitedSeconds - high);
