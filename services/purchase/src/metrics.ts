import type { Metrics } from '@sunbeon/runtime';
import type { ShopOutcome } from './scripts/outcome.ts';
import type { ReleaseOutcome } from './scripts/release.ts';

const wordOf = (outcome: ShopOutcome<unknown>) => {
  if (outcome.outcome === 'refused') return outcome.why;
  return outcome.replayed ? 'replayed' : 'done';
};

/** Metrics of the purchase service. */
export const purchaseMetrics = (metrics: Metrics) => {
  const purchases = metrics.counters('sunbeon_purchases_total', 'outcome');
  const sold = metrics.counter('sunbeon_tickets_sold_total', {});
  const held = metrics.counters('sunbeon_holds_total', 'outcome', { verb: 'hold' });
  const confirmed = metrics.counters('sunbeon_holds_total', 'outcome', { verb: 'confirm' });
  const released = metrics.counters('sunbeon_holds_total', 'outcome', { verb: 'release' });
  const expired = metrics.counters('sunbeon_holds_total', 'outcome', { verb: 'expire' });
  const cancelled = metrics.counters('sunbeon_orders_cancelled_total', 'restock');
  const checkedIn = metrics.counter('sunbeon_orders_checked_in_total', {});
  return {
    bought: (outcome: ShopOutcome<{ quantity: number }>): void => {
      purchases[wordOf(outcome)]();
      if (outcome.outcome === 'done' && !outcome.replayed) sold(outcome.result.quantity);
    },
    /** Redis did not answer, or did not confirm the change. */
    failed: (): void => purchases.failed(),
    held: (outcome: ShopOutcome<unknown>): void => held[wordOf(outcome)](),
    confirmed: (outcome: ShopOutcome<unknown>): void => confirmed[wordOf(outcome)](),
    released: (outcome: ReleaseOutcome): void => {
      if (outcome !== 'no_sale') released[outcome === 'released' ? 'done' : outcome]();
    },
    cancelled: (restock: boolean): void => cancelled[restock ? 'true' : 'false'](),
    checkedIn: (): void => checkedIn(),
    overdue: (holds: number): void => expired.done(holds),
    batched: metrics.histogram('sunbeon_batch_items', { batch: 'purchase' }),
  };
};
export type PurchaseMetrics = ReturnType<typeof purchaseMetrics>;
