import type { Metrics } from '@sunbeon/runtime';
import type { ShopOutcome } from './scripts/outcome.ts';

const wordOf = (outcome: ShopOutcome<unknown>): string => {
  if (outcome.outcome === 'refused') return outcome.why;
  return outcome.replayed ? 'replayed' : 'done';
};

/** What the purchase service reports, each behind a verb. */
export const purchaseMetrics = (metrics: Metrics) => ({
  bought: (outcome: ShopOutcome<{ quantity: number }>): void => {
    metrics.count('sunbeon_purchases_total', { outcome: wordOf(outcome) });
    if (outcome.outcome === 'done' && !outcome.replayed) metrics.count('sunbeon_tickets_sold_total', {}, outcome.result.quantity);
  },
  held: (outcome: ShopOutcome<unknown>) => metrics.count('sunbeon_holds_total', { verb: 'hold', outcome: wordOf(outcome) }),
  confirmed: (outcome: ShopOutcome<unknown>) => metrics.count('sunbeon_holds_total', { verb: 'confirm', outcome: wordOf(outcome) }),
  released: (outcome: string) => metrics.count('sunbeon_holds_total', { verb: 'release', outcome }),
  overdue: (holds: number) => metrics.count('sunbeon_holds_total', { verb: 'expire', outcome: 'done' }, holds),
  batched: (items: number) => metrics.observe('sunbeon_batch_items', items, { batch: 'purchase' }),
});
export type PurchaseMetrics = ReturnType<typeof purchaseMetrics>;
