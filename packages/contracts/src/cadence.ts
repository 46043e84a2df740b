/** How often a visitor hears of the position (DESIGN §8): near the front and further back, pushed and polled. Gateway, services and pages import it. */
export const cadence = {
  /** The gateway visits all sockets of a sale this often, ms. */
  visitMs: 1_000,
  /** Positions up to here are sent at each visit when they changed. */
  nearPositions: 100,
  /** Shortest interval between two positions further back, ms. */
  farMs: 10_000,
  /** Between both bounds the interval is this share of the remaining wait: the same share of the way, whatever its length. */
  shareOfWait: 1 / 6,
  /** Longest interval, ms. With its spread it stays below `pingMs`, so that a ping needs no write of its own while the line moves. */
  farthestMs: 18_400,
  /** Added to the interval, as a share of it, by the socket's jitter (0–1): a crowd that was told at once is not told the next at once. */
  spread: 0.3,
  /** Counts of the sale come with a position, and a polling page asks for them, at most this often, ms. */
  countsMs: 10_000,
  /** The page moves a far number towards the position it was told in this many steps of `stepMs`: it is there before the next position. */
  steps: 8,
  stepMs: 1_000,
  /** `alive` is sent to a socket without a frame for this long, ms; with its spread and a visit's delay it stays below `aliveWithinMs`. */
  aliveMs: 8_000,
  aliveSpreadMs: 800,
  /** A socket that has not answered its last ping when the next is due is ended, ms. */
  pingMs: 25_000,
  /** A socket without a ping for this long is pinged along with a frame, in one write, ms; half of `pingMs`, so that one of two goes along. */
  pingAlongMs: 12_500,
  /** First pings of sockets that came at once are spread over this, ms. */
  pingSpreadMs: 10_000,
} as const;

/** Interval between two positions sent far back, ms. `pace`: visitors a second; `jitter`: 0–1, fixed per socket. */
export const positionIntervalMs = (position: number, pace: number, jitter: number): number => {
  const share = pace > 0 ? (position / pace) * 1_000 * cadence.shareOfWait : cadence.farthestMs;
  return Math.min(cadence.farthestMs, Math.max(cadence.farMs, share)) * (1 + jitter * cadence.spread);
};

/** When a polling browser should ask again, ms: soon near the front, seldom far back. */
export const pollAfterMs = (state: string, position: number | undefined): number => {
  if (state === 'admitted') return 2_000;
  if (state !== 'waiting' || position === undefined) return 5_000;
  if (position <= 200) return 1_000;
  if (position <= 2_000) return 2_000;
  return position <= 20_000 ? 5_000 : 10_000;
};

/** While nothing else is sent, `alive` comes at least this often, ms. */
export const aliveWithinMs = 10_000;
/** A client that hears nothing for so long takes the connection for dead, ms: one `alive` may be late by half of its time. */
export const silentMs = 15_000;
