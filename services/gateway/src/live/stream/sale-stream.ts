import { decodeEvent, keys, type SaleEvent } from '@sunbeon/contracts';
import type { LiveContext } from '../live-context.ts';
import { applyEvent, createMirror, type Mirror } from './mirror.ts';
import { createMirrorAge } from './mirror-age.ts';
import { createRecentEvents, recentEventsLimits, type RecentEvents } from './recent-events.ts';
import { createReadAfter } from './read-after.ts';
import type { Entry } from './stream-reader.ts';
import { wasReplaced } from './was-replaced.ts';
import { readMirror } from '../../scripts/read-mirror.ts';

const streamLimits = {
  /** Time until a deleted, restored or re-created sale, or one whose last events were lost, is detected, ms. */
  checkMs: 2_000,
  /** Pause after a failed load, ms. */
  retryMs: 250,
  /** Longest lag of this gateway's stream behind a service's read of Redis, ms; beyond it, a resume becomes a fresh start. */
  catchUpMs: 1_000,
} as const;

export interface StreamListener {
  /** One event, after the mirror applied it. */
  onEvent: (event: SaleEvent) => void;
  /** After each read that brought events. */
  onBatch: () => void;
  /** The mirror was reloaded: events may have been missed, every socket needs a fresh `state`. */
  onReload: () => void;
  /** The sale was deleted. */
  onGone: () => void;
}

/** Follows one sale's stream through the shared reader, and maintains the mirror and the recent events. */
export interface SaleStream {
  /** Null until the first load. */
  mirror: () => Mirror | null;
  recentEvents: RecentEvents;
  /** Resolves when the mirror is loaded: false when there is no such sale. Rejects when Redis is away. */
  loaded: Promise<boolean>;
  /** Waits for a short time until the event of this number is applied; false when it is not. */
  reached: (number: number) => Promise<boolean>;
  /** Compares the mirror with the sale, which may be another generation. Rejects when Redis is away, or when stopped before a reload. */
  check: () => Promise<void>;
  /** For how long the mirror may lack events of the sale, seconds; 0 before the first load. */
  ageSeconds: () => number;
  stop: () => void;
}

export const followSale = (context: LiveContext, saleId: string, listener: StreamListener): SaleStream => {
  const { service, metrics } = context;
  const recentEvents = createRecentEvents(0);
  let mirror: Mirror | null = null;
  const age = createMirrorAge(() => mirror?.cursor ?? 0);
  /** The last entry in the mirror, as it was read. */
  let seen: Entry | null = null;
  let stopped = false;
  /** A load or comparison is running: no events are read or applied meanwhile. */
  let busy = false;
  const exclusively = async (work: () => Promise<void>): Promise<void> => {
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  };
  /**
   * The reader has another connection, perhaps to the successor of a master whose last events were lost: until a comparison that began later, no
   * events are read or applied, since those under the lost numbers were never seen.
   */
  let doubt: symbol | null = null;
  const waiters = new Set<() => void>();
  const reached = (number: number): Promise<boolean> =>
    new Promise((resolve) => {
      const settle = (answer: boolean): void => {
        clearTimeout(timer);
        waiters.delete(look);
        resolve(answer);
      };
      const look = (): void => {
        if (mirror!.cursor >= number) settle(true);
      };
      const timer = setTimeout(() => settle(false), streamLimits.catchUpMs);
      waiters.add(look);
      look();
    });

  /** Mirror first, then recent events for resumes: an overlap is harmless, a gap is not. */
  const load = async (): Promise<boolean> => {
    const askedMs = performance.now();
    const snapshot = await readMirror.run(service.redis, saleId, null);
    if (snapshot.outcome === 'no_sale') return false;
    const past = (await service.redis.xrevrange(
      keys.events(saleId),
      `${snapshot.event}-0`,
      '-',
      'COUNT',
      recentEventsLimits.events,
    )) as Entry[];
    seen = past[0] ?? null;
    const events = past.reverse().map(([id, fields]) => decodeEvent(id, fields));
    const first = events.findIndex((event, i) => event !== null && events.slice(i).every((later) => later !== null));
    recentEvents.clear(first < 0 ? snapshot.event : events[first]!.number - 1);
    if (first >= 0) for (const event of events.slice(first)) recentEvents.push(event!);
    mirror = createMirror(snapshot);
    age.loaded(askedMs);
    return true;
  };

  const renew = async (): Promise<void> => {
    // The mirror is no longer that of the sale.
    if (stopped) throw new Error('this sale is no longer followed');
    if (await load()) listener.onReload();
    else listener.onGone();
  };

  const reload = (): Promise<void> => {
    metrics.gap();
    return renew();
  };

  /** The stream may belong to a sale that was deleted, restored or created again, or have lost its last events: compares with what is stored. */
  const compare = async (): Promise<void> => {
    const askedMs = performance.now();
    const [event, createdAt, replaced] = await Promise.all([
      service.redis.hget(keys.flow(saleId), 'event'),
      service.redis.hget(keys.sale(saleId), 'createdAt'),
      wasReplaced(service.redis, saleId, seen),
    ]);
    if (createdAt === null) return listener.onGone();
    if (Number(createdAt) !== mirror!.generation || Number(event ?? 0) < mirror!.cursor || replaced) await reload();
    else age.saw(Number(event ?? 0), askedMs);
  };
  const check = createReadAfter(() => exclusively(compare));

  const mend = (again: () => Promise<void> = reload): void =>
    void exclusively(() => again().catch(() => new Promise((resolve) => setTimeout(resolve, streamLimits.retryMs))));
  const take = (entries: Entry[]): void => {
    if (busy || stopped || doubt !== null) return;
    for (const entry of entries) {
      const [id, fields] = entry;
      const event = decodeEvent(id, fields);
      const number = Number(id.split('-', 1)[0]);
      if (number !== mirror!.cursor + 1) return mend();
      seen = entry;
      if (!event) {
        metrics.unreadable();
        mirror!.cursor = number;
        continue;
      }
      applyEvent(mirror!, event);
      recentEvents.push(event);
      listener.onEvent(event);
      // A lobby that ended without an order: every place is over, and no event names the visitors.
      if (event.type === 'sale' && event.data.withoutDraw) return mend(renew);
      metrics.lag(Math.max(0, Date.now() - event.atMs) / 1_000);
    }
    for (const look of [...waiters]) look();
    listener.onBatch();
  };

  const reconnected = (): void => {
    const isSettling = doubt !== null;
    doubt = Symbol();
    if (!isSettling) void settle();
  };
  const settle = async (): Promise<void> => {
    while (doubt !== null && !stopped) {
      const settled = doubt;
      try {
        await check();
        if (doubt === settled) doubt = null;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, streamLimits.retryMs));
      }
    }
  };

  let reading: { stop: () => void } | null = null;
  let checks: NodeJS.Timeout | null = null;
  const loaded = load();
  loaded.then(
    (found) => {
      if (!found || stopped) return;
      const after = (): string | null => (busy || doubt !== null ? null : `${mirror!.cursor}-0`);
      reading = context.streams.follow({ key: keys.events(saleId), after, take, reconnected });
      // Redis may be away: the next comparison decides.
      checks = setInterval(() => {
        if (!busy) check().catch(() => {});
      }, streamLimits.checkMs);
    },
    () => {},
  );

  return {
    mirror: () => mirror,
    recentEvents,
    loaded,
    reached,
    check,
    ageSeconds: () => (mirror === null ? 0 : age.seconds()),
    stop: () => {
      stopped = true;
      reading?.stop();
      if (checks) clearInterval(checks);
    },
  };
};
