import type { SaleEvent } from '@sunbeon/contracts';

export const recentEventsLimits = {
  /** Events kept for resumes. */
  events: 4_096,
  /** Visitors named in them; at thousands of admissions a second fewer events are kept. */
  mentions: 200_000,
} as const;

/** Visitors of an event; none for events of the whole sale. */
export const visitorsOf = (event: SaleEvent): readonly string[] => {
  if (event.type === 'admitted' || event.type === 'drawn') return event.data.visitors;
  return 'visitor' in event.data ? [event.data.visitor] : [];
};

/**
 * Events of the present place, or of the one that ended last: from its admission on, without those of a stay before a new place.
 * `own`: a visitor's events since some moment, oldest first; without an admission or a new place among them all are of one stay.
 */
export const ofPresentPlace = (own: readonly SaleEvent[]): readonly SaleEvent[] => {
  const began = own.findLastIndex(({ type }) => type === 'admitted' || type === 'rejoined' || type === 'drawn');
  return began < 0 ? own : own.slice(own[began]!.type === 'admitted' ? began : began + 1);
};

/** Recent events of one sale, by visitor, for resumed connections. */
export interface RecentEvents {
  push: (event: SaleEvent) => void;
  /** Whether all events after `number` are kept. */
  covers: (number: number) => boolean;
  /** The visitor's events with `after` < number ≤ `through`, oldest first. */
  eventsFor: (visitor: string, after: number, through: number) => SaleEvent[];
  clear: (lastNumber: number) => void;
}

export const createRecentEvents = (lastNumber: number, limits: { events: number; mentions: number } = recentEventsLimits): RecentEvents => {
  let events: SaleEvent[] = [];
  let head = 0;
  let mentions = 0;
  /** Number of the last evicted event. */
  let forgotten = lastNumber;
  const byVisitor = new Map<string, SaleEvent[]>();

  const dropOldest = (): void => {
    const event = events[head]!;
    head += 1;
    forgotten = event.number;
    for (const visitor of visitorsOf(event)) {
      mentions -= 1;
      const own = byVisitor.get(visitor)!;
      own.shift();
      if (own.length === 0) byVisitor.delete(visitor);
    }
    if (head > 1_024 && head * 2 > events.length) {
      events = events.slice(head);
      head = 0;
    }
  };

  return {
    push: (event) => {
      events.push(event);
      for (const visitor of visitorsOf(event)) {
        mentions += 1;
        const own = byVisitor.get(visitor);
        if (own) own.push(event);
        else byVisitor.set(visitor, [event]);
      }
      while (events.length - head > limits.events || (mentions > limits.mentions && events.length - head > 1)) dropOldest();
    },
    covers: (number) => number >= forgotten,
    eventsFor: (visitor, after, through) =>
      (byVisitor.get(visitor) ?? []).filter((event) => event.number > after && event.number <= through),
    clear: (number) => {
      events = [];
      head = 0;
      mentions = 0;
      forgotten = number;
      byVisitor.clear();
    },
  };
};
