/** Age from which a line counts as none, ms: gateways renew it each 10 s, and a cache that serves an older one has lost them. */
const oldMs = 25_000;
/** Beyond this an earlier `at` is no lag of a cache, ms: with `stale-if-error=30` it keeps a line for 31 s. */
const setBackMs = 120_000;

/** Whether the server's clock was set back between two moments that it told, ms. */
export const isClockSetBack = (atMs: number, beforeMs: number): boolean => beforeMs - atMs > setBackMs;

/**
 * Says of each line whether it is old, by the page's own clock. `clockOffsetMs`: the server's clock minus that one, as the page knows it. Where lines
 * show that the server's clock was set back, they correct it until the page knows better: one is far behind the newest, or old ones advance, while a
 * cache that has lost its gateways repeats one.
 */
export const createLineAge = () => {
  let [toldMs, offsetMs] = [Number.NaN, 0];
  let [newestMs, newestOldMs] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return (atMs: number, nowMs: number, clockOffsetMs: number): boolean => {
    if (clockOffsetMs !== toldMs) [toldMs, offsetMs] = [clockOffsetMs, clockOffsetMs];
    const isOld = nowMs + offsetMs - atMs > oldMs;
    if (isClockSetBack(atMs, newestMs) || (isOld && atMs > newestOldMs)) {
      [newestMs, newestOldMs, offsetMs] = [atMs, atMs, atMs - nowMs];
      return false;
    }
    newestMs = Math.max(newestMs, atMs);
    if (isOld) newestOldMs = newestOldMs === Number.POSITIVE_INFINITY ? atMs : Math.max(newestOldMs, atMs);
    return isOld;
  };
};
