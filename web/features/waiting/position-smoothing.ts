import type { Estimate } from '@sunbeon/contracts';

/** Reason of a changed estimate, or of a grown number. Each has a sentence in every language. */
export type Reason = 'pace_up' | 'pace_down' | 'resumed' | 'people_left' | 'slower' | 'faster' | 'recounted';
export interface Note {
  why: Reason;
  /** This page's monotonic clock, ms. */
  atMs: number;
}

/** Time for which a note is shown, ms. */
export const noteMs = 30_000;
/**
 * A position never grows. Two sources of it (a socket and a poll) may be a moment apart, so a higher position is shown only
 * when it lasts for this, ms; then the page adds that the line was recounted.
 */
export const insistMs = 3_000;

/** The last received values of a place in line. */
export interface EstimateBasis {
  position: number;
  estimate: Estimate;
  /** Configured pace, visitors per second. */
  admitPerSecond: number;
  atMs: number;
}

export interface Settled {
  position: number;
  /** Time since which a higher position is received but not shown, ms; null without one. */
  higherSinceMs: number | null;
  recounted: boolean;
}

/** The position to show when `told` arrives while `shown` is shown. */
export const settlePosition = (shown: number, told: number, higherSinceMs: number | null, nowMs: number): Settled => {
  if (told <= shown) return { position: told, higherSinceMs: null, recounted: false };
  const sinceMs = higherSinceMs ?? nowMs;
  if (nowMs - sinceMs < insistMs) return { position: shown, higherSinceMs: sinceMs, recounted: false };
  return { position: told, higherSinceMs: null, recounted: true };
};

/** Smallest changes of an estimate that need a note, in seconds and shares: it shrinks without one as the line moves. */
const slackSeconds = 15;
const slowerShare = 1.25;
const fasterShare = 0.8;

export const reasonOf = (before: EstimateBasis | null, now: EstimateBasis): Reason | null => {
  if (before === null) return null;
  if (now.admitPerSecond !== before.admitPerSecond) return now.admitPerSecond > before.admitPerSecond ? 'pace_up' : 'pace_down';
  const moved = before.position - now.position;
  const seconds = Math.max(0, now.atMs - before.atMs) / 1_000;
  if (moved > now.admitPerSecond * (seconds * 1.5 + 2) + 2) return 'people_left';
  const expected = (before.estimate.high * now.position) / before.position;
  if (now.estimate.high > expected * slowerShare + slackSeconds) return 'slower';
  if (now.estimate.high < expected * fasterShare - slackSeconds) return 'faster';
  return null;
};

/** The note after an update: a new one, or the current one until it expires. A change of pace is not replaced by its own consequences. */
export const noteAfter = (note: Note | null, why: Reason | null, nowMs: number): Note | null => {
  const living = note !== null && nowMs - note.atMs < noteMs ? note : null;
  if (why === null) return living;
  const isConsequence = why === 'slower' || why === 'faster';
  if (isConsequence && living !== null && living.why !== 'slower' && living.why !== 'faster') return living;
  return { why, atMs: nowMs };
};
