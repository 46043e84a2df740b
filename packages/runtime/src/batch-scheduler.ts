export const batchSchedulerLimits = {
  /** Batches of one kind on their way before the next one waits for more passengers. */
  maxInFlight: 2,
  /** What waits leaves after this long at the latest, ms: a service or Redis that hangs holds nothing back. */
  maxDelayMs: 4,
} as const;

/**
 * When a batch leaves: after one turn of the event loop while few are on their way; under load with the next one that comes back. So batches
 * grow with the load, and each costs its sender, its service and the disk only once (group commit).
 */
export interface BatchScheduler {
  /** Calls `send` once, when it is time. */
  schedule: (send: () => void) => void;
  /** A batch is on its way until its work is done. */
  track: <T>(work: () => Promise<T>) => Promise<T>;
  /** Nothing waits, nothing is on its way. */
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
