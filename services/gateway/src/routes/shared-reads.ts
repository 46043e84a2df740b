import { createHash } from 'node:crypto';
import { LRUCache } from '@sunbeon/runtime';
import type { UpstreamAnswer } from '../rpc/upstream.ts';

export const sharedReadLimits = {
  /** Time from the start of a read for which its answer is shared, ms: one read per second and sale. */
  shareMs: 1_000,
  /** Answers cached: more than the sales of an installation (5,000) and their pages. */
  answers: 10_000,
} as const;

/** One answer shared by concurrent callers (request coalescing). */
export interface SharedAnswer extends UpstreamAnswer {
  etag: string;
  body: Buffer;
}
/** What a caller gets of a shared answer. */
export interface SharedRead {
  answer: SharedAnswer;
  /** Time until the clock alone changes the answer, ms. */
  steadyMs: number;
  /** Whether a caller of this moment gets this answer too. */
  isFresh: () => boolean;
}
interface Read {
  /** Monotonic, ms. */
  startedMs: number;
  answer: Promise<SharedAnswer>;
  /** End of its validity; null while the read is in flight. */
  untilMs: number | null;
  /** Next moment at which the clock alone changes the answer. */
  steadyUntilMs: number;
  /** Sales that the answer shows as scheduled. */
  scheduled: readonly string[];
}
interface Shown {
  saleId: string;
  status: string;
  serverTime: string;
  lobbyOpensAt?: string;
  opensAt?: string;
  closesAt?: string;
}

const salesOf = (text: string): Shown[] => {
  const body = JSON.parse(text) as Shown | { sales: Shown[] };
  return 'sales' in body ? body.sales : [body];
};

/** Milliseconds from the read to the next moment at which the clock alone changes a sale. */
const steadyMs = (sales: readonly Shown[]): number =>
  sales.reduce(
    (least, { serverTime, lobbyOpensAt, opensAt, closesAt }) =>
      [lobbyOpensAt, opensAt, closesAt].reduce((time, at) => {
        const inMs = at === undefined ? Infinity : Date.parse(at) - Date.parse(serverTime);
        return inMs > 0 ? Math.min(time, inMs) : time;
      }, least),
    Infinity,
  );

/**
 * Request coalescing of public reads: one per second and key. No answer outlives an opening or a closing, an operator's write
 * through this gateway, or a join that shows the sale to be open; a read that began earlier answers only earlier callers.
 */
export const createSharedReads = (now: () => number = () => performance.now()) => {
  const { shareMs, answers } = sharedReadLimits;
  const reads = new LRUCache<string, Read>({ max: answers });
  const inFlight = new Set<Read>();
  /** Sales that a cached answer shows as scheduled. */
  const scheduled = new Set<string>();
  const joinedInFlight = new Map<Read, Set<string>>();

  const dropSale = (saleId: string): void => {
    for (const [key, read] of reads.entries())
      if (key === saleKey(saleId) || key.startsWith('list')) {
        read.untilMs = -Infinity;
        reads.delete(key);
      }
    scheduled.delete(saleId);
  };

  const start = (key: string, load: () => Promise<UpstreamAnswer>): Read => {
    const read: Read = { startedMs: now(), untilMs: null, steadyUntilMs: -Infinity, scheduled: [], answer: Promise.resolve(null as never) };
    inFlight.add(read);
    read.answer = load()
      .then((answer) => {
        const sales = answer.status === 200 ? salesOf(answer.text) : [];
        read.scheduled = sales.filter(({ status }) => status === 'scheduled').map(({ saleId }) => saleId);
        const joined = joinedInFlight.get(read);
        if (joined && read.scheduled.some((saleId) => joined.has(saleId))) read.untilMs = -Infinity;
        read.steadyUntilMs = read.startedMs + steadyMs(sales);
        read.untilMs ??= Math.min(read.startedMs + shareMs, read.steadyUntilMs);
        if (read.untilMs > -Infinity)
          for (const { saleId, status } of sales) {
            if (status === 'scheduled') scheduled.add(saleId);
            else scheduled.delete(saleId);
          }
        if (answer.status >= 500 && reads.get(key) === read) reads.delete(key);
        const body = Buffer.from(answer.text);
        return { ...answer, body, etag: `"${createHash('sha1').update(body).digest('base64url')}"` };
      })
      .finally(() => {
        inFlight.delete(read);
        joinedInFlight.delete(read);
      });
    read.answer.catch(() => {
      if (reads.get(key) === read) reads.delete(key);
    });
    reads.set(key, read);
    return read;
  };

  const isFresh = (read: Read | undefined): read is Read =>
    read !== undefined && (read.untilMs === null || read.untilMs > now()) && now() - read.startedMs < shareMs;

  return {
    /** Whether an answer is cached or in flight, so that a request costs no read. */
    has: (key: string): boolean => isFresh(reads.get(key)),
    get: async (key: string, load: () => Promise<UpstreamAnswer>): Promise<SharedRead> => {
      const askedMs = now();
      for (let tries = 0; ; tries += 1) {
        const known = reads.get(key);
        const read = isFresh(known) ? known : start(key, load);
        const answer = await read.answer;
        // Expired before the request, or refuted by a join meanwhile: the next read decides.
        if (tries > 0 || read.untilMs! > askedMs)
          return { answer, steadyMs: read.steadyUntilMs - now(), isFresh: () => reads.get(key) === read && isFresh(read) };
      }
    },
    /** After an operator's write of this sale: invalidates earlier reads. */
    written: dropSale,
    /** After an accepted join of this sale: later callers must not read that it is not open yet. */
    joined: (saleId: string): void => {
      if (scheduled.has(saleId)) dropSale(saleId);
      for (const read of inFlight) {
        const sales = joinedInFlight.get(read) ?? new Set<string>();
        joinedInFlight.set(read, sales.add(saleId));
      }
    },
  };
};
export type SharedReads = ReturnType<typeof createSharedReads>;

export const saleKey = (saleId: string): string => `sale ${saleId}`;
