export const batchSchedulerLimits = {
  /** Batches of one kind in flight before further items are delayed. */
  maxInFlight: 2,
  /** Longest delay of an item, ms: bounds the effect of a service or Redis that hangs. */
  maxDelayMs: 4,
} as const;

/**
 * Schedule of batches: after one turn of the event loop while few are in flight; under load when one in flight returns. Batches
 * grow with the load, and each costs sender, service and disk only once (group commit).
 */
export interface BatchScheduler {
  /** Calls `send` once, at the scheduled time. */
  schedule: (send: () => void) => void;
  /** Counts a batch as in flight until its work is done. */
  track: <T>(work: () => Promise<T>) => Promise<T>;
  /** Nothing is delayed and nothing is in flight. */
  isIdle: () => boolean;
}

export const createBatchScheduler = ({ maxInFlight, maxDelayMs } = batchSchedulerLimits): BatchScheduler => {
  const waiting: (() => void)[] = [];
  let scheduled = 0;
  let away = 0;
  return {
    schedule: (send) => {
      scheduled += 1;
      const leave = (): void => {
        scheduled -= 1;
        send();
      };
      if (away < maxInFlight) return void setImmediate(leave);
      const go = (): void => {
        clearTimeout(timer);
        const at = waiting.indexOf(go);
        if (at >= 0) waiting.splice(at, 1);
        leave();
      };
      const timer = setTimeout(go, maxDelayMs);
      waiting.push(go);
    },
    track: async (work) => {
      away += 1;
      try {
        return await work();
      } finally {
        away -= 1;
        waiting[0]?.();
      }
    },
    isIdle: () => away === 0 && scheduled === 0,
  };
};
