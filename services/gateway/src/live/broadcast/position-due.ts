import { cadence, positionIntervalMs } from '@sunbeon/contracts';

export interface LastSent {
  position: number;
  atMs: number;
  /** What had been taken off the front of the line by then: the frontier, plus all departures ever. */
  advanced: number;
}

/**
 * Whether a position must be computed at all: nobody moves up by more than what was taken off the line since, so those who were far back a
 * moment ago still are.
 */
export const mayBeDue = (lastSent: LastSent, advanced: number, nowMs: number, pace: number, jitter: number): boolean =>
  advanced !== lastSent.advanced &&
  (lastSent.position - (advanced - lastSent.advanced) <= cadence.nearPositions ||
    nowMs - lastSent.atMs >= positionIntervalMs(lastSent.position, pace, jitter));

/**
 * How long `mayBeDue` will say no, whatever happens in the line: until this time, and until so much was taken off the line. Found once a frame, so that a broadcast
 * over tens of thousands only glances at two numbers of each. `pace` is that of now: a jump of it is told to everybody anyway.
 */
export const nextCheckAfter = (lastSent: LastSent, pace: number, jitter: number): { untilMs: number; untilAdvanced: number } => ({
  untilMs: lastSent.atMs + positionIntervalMs(lastSent.position, pace, jitter),
  untilAdvanced: lastSent.advanced + Math.max(0, lastSent.position - cadence.nearPositions),
});

/** Whether the visitor hears of this position now. */
export const isDue = (position: number, lastSent: LastSent, nowMs: number, pace: number, jitter: number): boolean =>
  position !== lastSent.position &&
  (position <= cadence.nearPositions || nowMs - lastSent.atMs >= positionIntervalMs(lastSent.position, pace, jitter));
