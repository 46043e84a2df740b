import type { OperatorSale } from '@sunbeon/contracts';
import type { Metrics } from '@sunbeon/runtime';
import type { Beat } from './tick/tick-sale.ts';

const stockStates = ['total', 'left', 'held', 'sold'] as const;
const ofSale = ['sunbeon_waiting_visitors', 'sunbeon_active_visitors', 'sunbeon_bucket_visitors', 'sunbeon_epoch', 'sunbeon_is_leader'] as const;

/** What the admission service reports, each behind a verb. Figures of a sale come from its leader only. */
export const admissionMetrics = (metrics: Metrics) => ({
  ticked: (sale: string, beat: Extract<Beat, { role: 'leader' }>, stock: OperatorSale['stock'], seconds: number): void => {
    metrics.observe('sunbeon_tick_duration_seconds', seconds);
    metrics.set('sunbeon_waiting_visitors', beat.waiting, { sale });
    metrics.set('sunbeon_active_visitors', beat.active, { sale });
    metrics.set('sunbeon_bucket_visitors', beat.bucket, { sale });
    metrics.set('sunbeon_epoch', beat.epoch, { sale });
    metrics.set('sunbeon_is_leader', 1, { sale });
    for (const state of stockStates) metrics.set('sunbeon_stock_tickets', stock[state], { sale, state });
    metrics.count('sunbeon_admitted_total', { sale }, beat.admitted);
    metrics.count('sunbeon_expired_total', { sale, reason: 'claim_missed' }, beat.claimMissed);
    metrics.count('sunbeon_expired_total', { sale, reason: 'session_over' }, beat.sessionOver);
  },
  lost: (sale: string): void => {
    for (const name of ofSale) metrics.forget(name, { sale });
    for (const state of stockStates) metrics.forget('sunbeon_stock_tickets', { sale, state });
  },
  late: (seconds: number) => metrics.observe('sunbeon_tick_lateness_seconds', seconds),
  fenced: () => metrics.count('sunbeon_fenced_ticks_total'),
  violated: (invariant: string) => metrics.count('sunbeon_invariant_violations_total', { invariant }),
  failed: () => metrics.count('sunbeon_tick_errors_total'),
  claimed: (outcome: string) => metrics.count('sunbeon_claims_total', { outcome }),
  batched: (items: number) => metrics.observe('sunbeon_batch_items', items, { batch: 'claim' }),
});
export type AdmissionMetrics = ReturnType<typeof admissionMetrics>;
