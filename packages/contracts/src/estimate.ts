import type { SaleStatus } from './schema-parts.ts';
import type { Estimate } from './schemas.ts';

export interface EstimateInput {
  status: SaleStatus;
  /** The visitor's position, from 1. */
  position: number;
  /** Configured pace, visitors per second. */
  admitPerSecond: number;
  /** Observed pace, visitors per second; 0 when none was observed. */
  pace: number;
}

/**
 * Range of the remaining wait, seconds. `low`: at the configured pace, which is an upper bound. `high`: at the observed pace.
 * Absent unless the sale is open, because the length of a pause is not known.
 */
export const estimateWait = ({ status, position, admitPerSecond, pace }: EstimateInput): Estimate | undefined => {
  if (status !== 'open') return undefined;
  const low = Math.floor(position / admitPerSecond);
  const slow = pace > 0 ? Math.min(pace, admitPerSecond) : admitPerSecond;
  return { low, high: Math.max(low + 1, Math.ceil((position / slow) * 1.15)) };
};

/** Distance of the real wait from the range, seconds; 0 within it. */
export const estimateError = ({ low, high }: Estimate, waitedSeconds: number): number =>
  Math.max(0, low - waitedSeconds, waitedSeconds - high);
