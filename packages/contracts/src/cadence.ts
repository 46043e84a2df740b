/** Cadence of position updates (DESIGN §8): near the front and further back, pushed and polled. Imported by gateway, services and pages. */
export const cadence = {
  /** Interval between two position broadcasts of a sale, ms. */
  visitMs: 1_000,
  /** Positions up to this are sent at each broadcast when they changed. */
  nearPositions: 100,
  /** Shortest interval between two positions further back, ms. */
  farMs: 10_000,
  /** Between both bounds: the interval as a share of the remaining wait, so that the number of updates does not depend on its length. */
  shareOfWait: 1 / 6,
  /** Longest interval, ms. With its spread it stays below `pingMs`, so that a ping shares the write of a position while the line moves. */
  farthestMs: 18_400,
  /** Spread of the interval, as a share of it, times the socket's jitter (0–1): prevents synchronised updates of a crowd. */
  spread: 0.3,
  /** Shortest interval between counts of the sale, ms: with a position, or by a poll of the page. */
  countsMs: 10_000,
  /** Steps, of `stepMs` each, in which the page moves a far number to the position received: complete before the next position. */
  steps: 8,
  stepMs: 1_000,
  /** Idle time after which `alive` is sent, ms; with its spread and a broadcast's delay it stays below `aliveWithinMs`. */
  aliveMs: 8_000,
  aliveSpreadMs: 800,
  /** Longest interval between two polls from the lobby, ms; and shortest interval around the opening, doubled by the jitter. */
  lobbyPollMs: 30_000,
  drawnPollMs: 2_000,
  /** Ping interval, ms. A socket whose last ping is unanswered at the next one is terminated. */
  pingMs: 25_000,
  /** Time since the last ping after which a ping is sent with a frame, in one write, ms; half of `pingMs`, so that every second one needs no write. */
  pingAlongMs: 12_500,
  /** Spread of the first pings of sockets that connected together, ms. */
  pingSpreadMs: 10_000,
} as const;

/** Interval between two positions sent far back, ms. `pace`: visitors a second; `jitter`: 0–1, fixed per socket. */
export const positionIntervalMs = (position: number, pace: number, jitter: number): number => {
  const share = pace > 0 ? (position / pace) * 1_000 * cadence.shareOfWait : cadence.farthestMs;
  return Math.min(cadence.farthestMs, Math.max(cadence.farMs, share)) * (1 + jitter * cadence.spread);
};

/** Interval until the next poll of a browser, ms: short near the front, long far back. */
export const pollAfterMs = (state: string, position: number | undefined): number => {
  if (state === 'admitted') return 2_000;
  if (state !== 'waiting' || position === undefined) return 5_000;
  if (position <= 200) return 1_000;
  if (position <= 2_000) return 2_000;
  return position <= 20_000 ? 5_000 : 10_000;
};

/**
 * Interval until the next poll from the lobby, ms: nothing changes before the opening, and after it the crowd comes spread over seconds.
 * `opensInMs`: ≤ 0 while the order is drawn, null without a time; `jitter`: 0–1.
 */
export const lobbyPollAfterMs = (opensInMs: number | null, jitter: number): number =>
  Math.round(
    opensInMs !== null && opensInMs < cadence.lobbyPollMs
      ? Math.max(0, opensInMs) + cadence.drawnPollMs * (1 + jitter)
      : cadence.lobbyPollMs * (1 - jitter / 4),
  );

/** Longest interval between two frames, ms: `alive` comes when no other does. */
export const aliveWithinMs = 10_000;
/**
 * Silence after which a client treats the connection as dead, ms: `alive` may be 3 s late, and the client has answered a poll or opened
 * another connection within 15 s of the last frame.
 */
export const silentMs = 13_000;
