export const batchSchedulerLimits = {
  /** Batches of one kind in flight before further items are delayed. */
  maxInFlight: 2,
  /** Longest delay of an item, ms: bounds the effect of a service or Redis that hangs. */
  maxDelayMs: 4,
  /** Items that are worth a batch of their own, also one more than `maxInFlight`, */
  fullItems: 16,
  /** or this share of all items at a time: the larger of both. Each batch has a cost, so a crowd travels in few. */
  fullShare: 1 / 4,
} as const;

/**
 * Schedule of batches: after one turn of the event loop while few are in flight; under load when one in flight returns, or with enough items. Batches
 * grow with the load, and each costs sender, service and disk only once (group commit).
 */
export interface BatchScheduler {
  /** Calls `send` once, at the scheduled time. */
  schedule: (send: () => void) => void;
  /**
   * The batch scheduled last has got an item. With enough of them it is sent at once: all requests that came together are read in one turn of the event
   * loop, and the service works on the first ones meanwhile. Without this, a crowd whose answers come together would remain one batch.
   */
  added: () => void;
  /** Counts a batch of so many items as in flight until its work is done. */
  track: <T>(items: number, work: () => Promise<T>) => Promise<T>;
  /** Nothing is delayed and nothing is in flight. */
  isIdle: () => boolean;
}

/** How fast the largest number of items at a time is forgotten, for each batch that returns. */
const forgotten = 0.97;

export const createBatchScheduler = ({ maxInFlight, maxDelayMs, fullItems, fullShare } = batchSchedulerLimits): BatchScheduler => {
  /** Batches that are not sent; the last one is open to further items. */
  const scheduled: { send: () => void; isDelayed: boolean }[] = [];
  let away = 0;
  let gathered = 0;
  let itemsAway = 0;
  let mostItems = 0;
  return {
    schedule: (send) => {
      const isDelayed = away >= maxInFlight;
      const batch = {
        isDelayed,
        send: () => {
          const at = scheduled.indexOf(batch);
          if (at < 0) return;
          clearTimeout(timer);
          scheduled.splice(at, 1);
          send();
        },
      };
      scheduled.push(batch);
      gathered = 0;
      const timer = isDelayed ? setTimeout(batch.send, maxDelayMs) : void setImmediate(batch.send);
    },
    added: () => {
      gathered += 1;
      mostItems = Math.max(mostItems, itemsAway + gathered);
      if (gathered >= Math.max(fullItems, mostItems * fullShare) && away <= maxInFlight) scheduled.at(-1)?.send();
    },
    track: async (items, work) => {
      away += 1;
      itemsAway += items;
      try {
        return await work();
      } finally {
        away -= 1;
        itemsAway -= items;
        mostItems *= forgotten;
        scheduled.find(({ isDelayed }) => isDelayed)?.send();
      }
    },
    isIdle: () => away === 0 && scheduled.length === 0,
  };
};
