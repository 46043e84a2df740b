import type { OperatorSale, SaleStats } from '@sunbeon/contracts';
import { attention } from '@sunbeon/contracts/attention';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { overtakenMs } from '../../lib/server-clock.ts';
import { needsLeader, tickMsOf } from './attention.ts';
import { append, type Samples } from './history.ts';

/** Age from which figures are stale, ms. */
export const staleAfterMs = 2_000;

/** An operator's action, and whether the figures show it yet. */
export interface Effect {
  text: string;
  version: number;
  /** Time of its confirmation, by this device's clock. */
  atMs: number;
  /** From the confirmation to the first figures that had it; null until then. */
  seenAfterMs: number | null;
}

export interface SaleView {
  sale: OperatorSale | null;
  stats: Omit<SaleStats, 'sale' | 'samples'> | null;
  history: Samples;
  /** Time of the last figures, by this device's clock. */
  receivedAtMs: number | null;
  /** Reason of the last failed poll. */
  failure: OperatorFailure | null;
  missing: boolean;
  /** From when the sale needs a leader, ms, by the clock of Redis; null while it needs none, and when it needed one before it was seen. */
  neededSinceMs: number | null;
  /** So many figures were slow to read, one after the other. */
  slowInARow: number;
  effect: Effect | null;
}

export const noView: SaleView = {
  sale: null,
  stats: null,
  history: [],
  receivedAtMs: null,
  failure: null,
  missing: false,
  neededSinceMs: null,
  slowInARow: 0,
  effect: null,
};

export type SaleViewEvent =
  | { type: 'stats'; stats: SaleStats; nowMs: number }
  | { type: 'failed'; failure: OperatorFailure }
  /** After a confirmed action: the sale since. `atMs`: time of the confirmation. */
  | { type: 'acted'; sale: OperatorSale; text: string; atMs: number }
  /** The sale alone was read, e.g. after a conflict. */
  | { type: 'sale'; sale: OperatorSale };

/** The newer of two reads: answers may arrive out of order. One that is far older is of a clock that was set back, and counts. */
const later = (before: OperatorSale | null, sale: OperatorSale): OperatorSale => {
  const olderMs = before ? Date.parse(before.serverTime) - Date.parse(sale.serverTime) : 0;
  return before && olderMs > 0 && olderMs < overtakenMs ? before : sale;
};

const hasTick = (sale: OperatorSale): boolean => tickMsOf(sale) !== -Infinity;

/** A sale that opens has no tick yet, or one from before its rest; one of before a step back of the clock is none: neither is a missing leader. */
const neededSince = ({ sale: before, neededSinceMs }: SaleView, sale: OperatorSale): number | null => {
  if (!needsLeader(sale)) return null;
  const nowMs = Date.parse(sale.serverTime);
  const isNew = before === null ? !hasTick(sale) : !needsLeader(before) || (hasTick(before) && !hasTick(sale));
  return isNew || (neededSinceMs !== null && neededSinceMs > nowMs) ? nowMs : neededSinceMs;
};

/** Puts the newer of both sales into the view. */
const withSale = (view: SaleView, read: OperatorSale): SaleView => {
  const sale = later(view.sale, read);
  return { ...view, sale, neededSinceMs: neededSince(view, sale) };
};

/** State of the console's view of one sale: a pure function of events. */
export const reduceSale = (view: SaleView, event: SaleViewEvent): SaleView => {
  switch (event.type) {
    case 'stats': {
      const { sale, samples, ...stats } = event.stats;
      const { effect } = view;
      const seen = effect && effect.seenAfterMs === null && sale.version >= effect.version;
      return {
        ...withSale(view, sale),
        stats,
        history: append(view.history, samples, Date.parse(sale.serverTime)),
        receivedAtMs: event.nowMs,
        failure: null,
        missing: false,
        slowInARow: stats.redisSeconds > attention.redis_slow.seconds ? view.slowInARow + 1 : 0,
        effect: seen ? { ...effect, seenAfterMs: Math.max(0, event.nowMs - effect.atMs) } : effect,
      };
    }
    case 'failed':
      return event.failure.code === 'sale_not_found'
        ? { ...view, missing: true, failure: event.failure }
        : { ...view, failure: event.failure };
    case 'acted':
      return {
        ...withSale(view, event.sale),
        effect: { text: event.text, version: event.sale.version, atMs: event.atMs, seenAfterMs: null },
      };
    case 'sale':
      return withSale(view, event.sale);
  }
};
