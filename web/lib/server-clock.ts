/**
 * Milliseconds on a monotonic clock of this page: only differences have a meaning. All countdowns and timers of a sale run on it,
 * and the server's clock is stored as an offset to it, so a device whose clock is set while the page is open shows the right time.
 */
export const monotonicMs = (): number => performance.now();

/** Largest reordering of two answers of one clock, ms: an answer times out after ten seconds. Beyond it, the clock itself went back. */
export const overtakenMs = 15_000;

/** Difference beyond which the server's clock was set, ms; below it the largest offset has the least delay in it. */
const clockJumpMs = 5_000;

/**
 * The server's clock minus `monotonicMs`, after an answer that carried `serverTime` and arrived at `nowMs`. Some systems stop the monotonic clock
 * while they sleep: the next answer then shows a larger offset, which is taken at once.
 */
export const offsetAfter = (before: number | null, serverTime: string, nowMs: number): number => {
  const sample = Date.parse(serverTime) - nowMs;
  if (Number.isNaN(sample)) return before ?? 0;
  return before === null || Math.abs(sample - before) > clockJumpMs ? sample : Math.max(before, sample);
};

/** Interval of comparing the two clocks, and their tolerated drift in it, ms. */
const compareEveryMs = 1_000;
const sleptMs = 3_000;

/**
 * Calls `onWake` when the device's two clocks moved by different amounts: it slept, or its clock was set. Either way the server's time must be
 * read again, since a visible tab that slept gets no event. Returns a function that ends it.
 */
export const watchSleep = (onWake: () => void): (() => void) => {
  const difference = (): number => Date.now() - monotonicMs();
  let before = difference();
  const timer = setInterval(() => {
    const now = difference();
    if (Math.abs(now - before) > sleptMs) onWake();
    before = now;
  }, compareEveryMs);
  return () => clearInterval(timer);
};
