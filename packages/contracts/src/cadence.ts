/** When a waiting visitor is told the position again (DESIGN §8): near the front each second, further back at most every 24 s. */
export const cadence = {
  /** Positions that are told every second. */
  nearPositions: 100,
  /** Further back: the browser moves the number between, ms. */
  farMs: 10_000,
  /**
   * Who waits for long is told every sixth of it, at least this often, ms: the same share of the way, whatever its length. With its jitter it
   * stays below `positionBroadcastLimits.pingMs`, so that a ping never needs a write of its own while the line moves.
   */
  farthestMs: 18_400,
  shareOfWait: 1 / 6,
} as const;
