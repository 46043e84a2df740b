/** When a waiting visitor is told the position again: near the front each second, further back when it visibly changed. */
export const cadence = {
  /** Positions that are told every second. */
  nearPositions: 500,
  /** A change that one sees: this share of the number last told. */
  visibleShare: 0.01,
  /** Told of a visible change at most this often, ms; of any change at most `slowMs`. */
  visibleMs: 3_000,
  slowMs: 10_000,
} as const;

export interface Told {
  position: number;
  atMs: number;
}

/** `jitter`: 0–1, fixed per socket, so that a crowd is not told all at once. */
export const isDue = (position: number, told: Told, nowMs: number, jitter: number): boolean => {
  if (position === told.position) return false;
  if (position <= cadence.nearPositions) return true;
  const waitedMs = (nowMs - told.atMs) * (1 + jitter * 0.3);
  if (waitedMs >= cadence.slowMs) return true;
  return waitedMs >= cadence.visibleMs && Math.abs(told.position - position) >= told.position * cadence.visibleShare;
};
