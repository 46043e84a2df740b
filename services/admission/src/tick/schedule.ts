/** When each sale is due; whoever is due longest goes first. Times are of `performance.now`, ms. */
export interface Schedule {
  ids: () => Iterable<string>;
  has: (saleId: string) => boolean;
  /** Sets when a sale is due; adds it if it is new. */
  set: (saleId: string, dueAtMs: number) => void;
  remove: (saleId: string) => void;
  /** Takes at most `count` that are due, oldest first. A sale that was taken is not due until it is set again. */
  take: (nowMs: number, count: number) => { saleId: string; dueAtMs: number }[];
  /** The moment of the next one; Infinity when there is none. */
  nextMs: () => number;
}

export const createSchedule = (): Schedule => {
  const due = new Map<string, number>();
  return {
    ids: () => due.keys(),
    has: (saleId) => due.has(saleId),
    set: (saleId, dueAtMs) => {
      due.set(saleId, dueAtMs);
    },
    remove: (saleId) => {
      due.delete(saleId);
    },
    take: (nowMs, count) => {
      const ready: { saleId: string; dueAtMs: number }[] = [];
      for (const [saleId, dueAtMs] of due) if (dueAtMs <= nowMs) ready.push({ saleId, dueAtMs });
      const taken = ready.sort((a, b) => a.dueAtMs - b.dueAtMs).slice(0, count);
      for (const { saleId } of taken) due.set(saleId, Infinity);
      return taken;
    },
    nextMs: () => {
      let next = Infinity;
      for (const dueAtMs of due.values()) if (dueAtMs < next) next = dueAtMs;
      return next;
    },
  };
};
