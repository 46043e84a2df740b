import type { OperatorSale, SaleStats } from '@sunbeon/contracts';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { append, type Samples } from './history.ts';

/** Older than this, figures are shown as old, ms. */
export const staleAfterMs = 2_000;

/** Something an operator did, and whether the figures show it yet. */
export interface Effect {
  text: string;
  version: number;
  /** When it was confirmed, by this device's clock. */
  atMs: number;
  /** From the confirmation to the first figures that had it; null until then. */
  seenAfterMs: number | null;
}

export interface SaleView {
  sale: OperatorSale | null;
  stats: Omit<SaleStats, 'sale' | 'samples'> | null;
  history: Samples;
  /** When the last figures came, by this device's clock. */
  receivedAtMs: number | null;
  /** Why the last look gave nothing. */
  failure: OperatorFailure | null;
  missing: boolean;
  effect: Effect | null;
}

export const noView: SaleView = { sale: null, stats: null, history: [], receivedAtMs: null, failure: null, missing: false, effect: null };

export type SaleViewEvent =
  | { type: 'stats'; stats: SaleStats; nowMs: number }
  | { type: 'failed'; failure: OperatorFailure }
  /** The service did it, and this is the sale since. `atMs`: when it was confirmed. */
  | { type: 'acted'; sale: OperatorSale; text: string; atMs: number }
  /** A look at the sale alone, e.g. after a conflict. */
  | { type: 'sale'; sale: OperatorSale };

/** The later look of two wins; answers may overtake each other. */
const later = (before: OperatorSale | null, sale: OperatorSale): OperatorSale =>
  before && Date.parse(before.serverTime) > Date.parse(sale.serverTime) ? before : sale;

/** What the console shows of one sale, decided by events alone. */
export const reduceSale = (view: SaleView, event: SaleViewEvent): SaleView => {
  switch (event.type) {
    case 'stats': {
      const { sale, samples, ...stats } = event.stats;
      const { effect } = view;
      const seen = effect && effect.seenAfterMs === null && sale.version >= effect.version;
      return {
        ...view,
        sale: later(view.sale, sale),
        stats,
        history: append(view.history, samples),
        receivedAtMs: event.nowMs,
        failure: null,
        missing: false,
        effect: seen ? { ...effect, seenAfterMs: Math.max(0, event.nowMs - effect.atMs) } : effect,
      };
    }
    case 'failed':
      return event.failure.code === 'sale_not_found'
        ? { ...view, missing: true, failure: event.failure }
        : { ...view, failure: event.failure };
    case 'acted':
      return {
        ...view,
        sale: later(view.sale, event.sale),
        effect: { text: event.text, version: event.sale.version, atMs: event.atMs, seenAfterMs: null },
      };
    case 'sale':
      return { ...view, sale: later(view.sale, event.sale) };
  }
};
