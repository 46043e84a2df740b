/** Due time of each sale; the longest overdue is first. Times are of `performance.now`, ms. */
export interface Schedule {
  ids: () => Iterable<string>;
  has: (saleId: string) => boolean;
  /** Sets the due time of a sale; adds a new one. */
  set: (saleId: string, dueAtMs: number) => void;
  remove: (saleId: string) => void;
  /** Takes at most `count` due sales, oldest first. A taken sale is not due until its time is set again. */
  take: (nowMs: number, count: number) => { saleId: string; dueAtMs: number }[];
  /** Earliest due time; Infinity without any. */
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
