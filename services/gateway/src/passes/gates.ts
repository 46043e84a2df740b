import { decodeEvent, keys } from '@sunbeon/contracts';
import { LRUCache, type RedisClient } from '@sunbeon/runtime';
import type { Entry, StreamReader } from '../live/stream/stream-reader.ts';
import { wasReplaced } from '../live/stream/was-replaced.ts';
import { readGate, type GateReading } from '../scripts/read-gate.ts';
import { createCatchUp } from './catch-up.ts';
import type { EndedPasses } from './ended-passes.ts';

export const gatesLimits = {
  /** Guarded sales remembered: more than an installation has (5,000). */
  remembered: 10_000,
  /** Of them, those whose stream is followed; the one that was asked for longest ago makes room. */
  followed: 2_000,
  /** One that nobody asked for this long is no longer followed, ms. */
  idleMs: 600_000,
  /** A sale is compared with what is stored this often, ms: it may have been changed by hand, deleted, or made anew. */
  checkMs: 5_000,
  /** Looks in one second, of all sales. */
  checksPerSecond: 200,
  /** Events before the present that are read at first: the completions of stays that last yet. 90,000 are five minutes of 100 visitors a second. */
  pastEvents: 100_000,
} as const;

interface Gate extends GateReading {
  saleId: string;
  /** Number of the last event that was read. */
  cursor: number;
  /** The last entry that was taken, as it was read. */
  seen: Entry | null;
  /** Cursor of the last read: the answer of one from before a rewind is not taken. */
  asked: number;
  /** The reader has another connection: nothing is read until a look that began later, since the last events may have been lost. */
  doubt: symbol | null;
  usedMs: number;
  checkedMs: number;
  /** Of its past or its present. */
  reading: { stop: () => void } | null;
}

/** The guarded sales that this gateway knows. Kept while Redis is away. */
export interface Gates {
  /** Addresses of a sale that is known here; undefined for another, and for one without addresses that nobody looked at lately. */
  returnUrlsOf: (saleId: string) => readonly string[] | undefined;
  /** Reads a sale that is not known; null when there is none. Rejects while Redis is away, for a sale that was never known. Those who ask meanwhile share it. */
  load: (saleId: string) => Promise<readonly string[] | null>;
  start: () => { stop: () => void };
}

/** `onGone`: a sale that was known is no more. */
export const createGates = (
  redis: RedisClient,
  streams: Pick<StreamReader, 'follow'>,
  ended: EndedPasses,
  onGone: (saleId: string) => void,
  now: () => number = () => performance.now(),
): Gates => {
  const stopFollowing = (gate: Gate): void => {
    gate.reading?.stop();
    gate.reading = null;
    followed.delete(gate);
  };
  const gates = new LRUCache<string, Gate>({ max: gatesLimits.remembered, dispose: (gate) => stopFollowing(gate) });
  const followed = new Set<Gate>();
  const pasts = createCatchUp(redis);
  const loading = new Map<string, Promise<Gate | null>>();

  const take = (gate: Gate, entries: Entry[]): void => {
    if (gate.doubt !== null || gate.asked !== gate.cursor) return;
    for (const entry of entries) {
      const [id, fields] = entry;
      gate.seen = entry;
      gate.cursor = Number(id.split('-', 1)[0]);
      const event = decodeEvent(id, fields);
      if (event === null) continue;
      ended.apply(gate.saleId, event);
      // Other addresses, or no sale any more: looked at with the next round.
      if (event.type === 'sale') gate.checkedMs = -Infinity;
    }
  };
  const suspect = (gate: Gate): void => {
    gate.doubt = Symbol();
    gate.checkedMs = -Infinity;
  };
  /** A sale without addresses guards nothing: its passes are not asked for. */
  const follow = (gate: Gate): void => {
    if (gate.reading !== null || gate.returnUrls.length === 0) return;
    // A connection lost meanwhile was not reported to it; after its past the same.
    if (gate.seen !== null) suspect(gate);
    if (followed.size >= gatesLimits.followed) {
      let oldest: Gate | undefined;
      for (const one of followed) if (oldest === undefined || one.usedMs < oldest.usedMs) oldest = one;
      stopFollowing(oldest!);
    }
    followed.add(gate);
    const stream = {
      key: keys.events(gate.saleId),
      after: () => {
        if (gate.doubt !== null) return null;
        gate.asked = gate.cursor;
        return `${gate.cursor}-0`;
      },
      take: (entries: Entry[]) => take(gate, entries),
      reconnected: () => suspect(gate),
    };
    gate.reading = pasts.read({
      ...stream,
      done: () => {
        gate.reading = streams.follow(stream);
        if (gate.seen === null) return;
        suspect(gate);
        void read(gate.saleId).catch(() => {});
      },
    });
  };
  const firstCursor = ({ event }: GateReading): number => Math.max(0, event - gatesLimits.pastEvents);

  const read = async (saleId: string): Promise<Gate | null> => {
    const { doubt = null, seen = null } = gates.peek(saleId) ?? {};
    const [found, replaced] = await Promise.all([readGate.run(redis, saleId, null), wasReplaced(redis, saleId, seen)]);
    const gate = gates.peek(saleId);
    if (found.outcome === 'no_sale') {
      if (gate !== undefined) {
        gates.delete(saleId);
        onGone(saleId);
      }
      return null;
    }
    if (gate === undefined) {
      const made = {
        ...found,
        saleId,
        cursor: firstCursor(found),
        seen: null,
        asked: 0,
        doubt: null,
        usedMs: now(),
        checkedMs: now(),
        reading: null,
      };
      gates.set(saleId, made);
      follow(made);
      return made;
    }
    // Made anew, restored from a backup, or its last events were lost: its numbers are given again.
    const isOther = gate.generation !== found.generation || found.event < gate.cursor || replaced;
    if (isOther) Object.assign(gate, { cursor: firstCursor(found), seen: null });
    // Again in doubt meanwhile: looked at with the next round.
    Object.assign(gate, found, gate.doubt === doubt ? { doubt: null, checkedMs: now() } : {});
    if (isOther && gate.reading !== null) {
      stopFollowing(gate);
      follow(gate);
    }
    return gate;
  };

  /** Looks at the sales that are in use, the longest unseen first; those that fail keep what was known. */
  const round = async (): Promise<void> => {
    const at = now();
    for (const gate of [...followed]) if (at - gate.usedMs > gatesLimits.idleMs) stopFollowing(gate);
    const due = [...followed].filter(({ checkedMs }) => at - checkedMs >= gatesLimits.checkMs);
    due.sort((a, b) => a.checkedMs - b.checkedMs);
    await Promise.all(due.slice(0, gatesLimits.checksPerSecond).map(({ saleId }) => read(saleId).catch(() => {})));
  };

  return {
    returnUrlsOf: (saleId) => {
      const gate = gates.get(saleId);
      if (gate === undefined) return undefined;
      gate.usedMs = now();
      follow(gate);
      if (gate.reading === null && gate.usedMs - gate.checkedMs >= gatesLimits.checkMs) return undefined;
      return gate.returnUrls;
    },
    load: async (saleId) => {
      const kept = gates.peek(saleId);
      let one = loading.get(saleId);
      if (!one) {
        one = read(saleId).finally(() => loading.delete(saleId));
        loading.set(saleId, one);
      }
      try {
        return (await one)?.returnUrls ?? null;
      } catch (error) {
        if (kept === undefined) throw error;
        return kept.returnUrls;
      }
    },
    start: () => {
      let busy = false;
      const timer = setInterval(() => {
        if (busy) return;
        busy = true;
        void round().finally(() => {
          busy = false;
        });
      }, 1_000).unref();
      return {
        stop: () => {
          clearInterval(timer);
          for (const gate of [...followed]) stopFollowing(gate);
        },
      };
    },
  };
};
