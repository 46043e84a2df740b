/**
 * Milliseconds on a clock of this page that nobody can set: only differences mean anything. All countdowns and timers of a sale run on it,
 * and the server's clock is known as an offset to it, so a device whose clock is set while the page is open shows the right time.
 */
export const monotonicMs = (): number => performance.now();

/** Beyond this the server's clock was set anew, ms; below it the largest offset seen has the least delay in it. */
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

/** How often the two clocks are compared, and how far apart they may drift between two looks, ms. */
const compareEveryMs = 1_000;
const sleptMs = 3_000;

/**
 * Calls `onWake` when the device's two clocks moved by different amounts: it slept, or its clock was set. Either way the server's time has to be asked
 * for, since a visible tab that slept gets no event. Returns what ends it.
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
