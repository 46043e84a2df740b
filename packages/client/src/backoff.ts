/** Shortest and longest wait before the next attempt, ms: short enough for a person, spread enough for a crowd. */
export const backoffLimits = { shortestMs: 500, longestMs: 15_000 } as const;

/**
 * Full jitter: uniform between the shortest wait and a ceiling that doubles with each failed attempt (0, 1, 2 …), so
 * that browsers disconnected together do not reconnect together. `random` is in [0, 1).
 */
export const backoffMs = (attempt: number, random: number): number => {
  const { shortestMs, longestMs } = backoffLimits;
  const ceilingMs = Math.min(longestMs, shortestMs * 2 ** Math.min(attempt + 1, 10));
  return Math.round(shortestMs + random * (ceilingMs - shortestMs));
};
