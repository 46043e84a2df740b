import { cadence, positionIntervalMs } from '@sunbeon/contracts';

export interface LastSent {
  position: number;
  atMs: number;
  /** Visitors removed from the line until then: the frontier, plus all departures. */
  advanced: number;
}

/**
 * Whether a position must be computed at all: no position shrinks by more than the number removed from the line since, so a far
 * one is still far.
 */
export const mayBeDue = (lastSent: LastSent, advanced: number, nowMs: number, pace: number, jitter: number): boolean =>
  advanced !== lastSent.advanced &&
  (lastSent.position - (advanced - lastSent.advanced) <= cadence.nearPositions ||
    nowMs - lastSent.atMs >= positionIntervalMs(lastSent.position, pace, jitter));

/**
 * Lower bounds until which `mayBeDue` returns false, whatever happens in the line: a time, and a number of removals. Computed once per frame, so that a
 * broadcast over tens of thousands compares two numbers per socket. `pace` is the current one: a jump of it is sent to every socket anyway.
 */
export const nextCheckAfter = (lastSent: LastSent, pace: number, jitter: number): { untilMs: number; untilAdvanced: number } => ({
  untilMs: lastSent.atMs + positionIntervalMs(lastSent.position, pace, jitter),
  untilAdvanced: lastSent.advanced + Math.max(0, lastSent.position - cadence.nearPositions),
});

/** Whether this position is sent now. */
export const isDue = (position: number, lastSent: LastSent, nowMs: number, pace: number, jitter: number): boolean =>
  position !== lastSent.position &&
  (position <= cadence.nearPositions || nowMs - lastSent.atMs >= positionIntervalMs(lastSent.position, pace, jitter));
