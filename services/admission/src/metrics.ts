import { metricCatalogue } from '@sunbeon/contracts';
import type { Metrics, SeriesHandle } from '@sunbeon/runtime';
import { drawSteps, type DrawStep } from './draw/run-draw.ts';
import type { Gauges } from './scripts/read-gauges.ts';

const stockStates = metricCatalogue.sunbeon_stock_tickets.labels.state;
const statuses = metricCatalogue.sunbeon_sale_status.labels.status;

interface Series {
  shown: SeriesHandle;
  value: (gauges: Gauges, epoch: number) => number;
}

/** Series of tickets. A gate has none: a stock of 0 would say that it is sold out. */
const ticketSeriesOf = (metrics: Metrics, sale: string): Series[] => [
  { shown: metrics.gauge('sunbeon_holds', { sale }), value: ({ holds }) => holds },
  ...stockStates.map((state) => ({
    shown: metrics.gauge('sunbeon_stock_tickets', { sale, state }),
    value: ({ stock }: Gauges) => stock[state],
  })),
  { shown: metrics.total('sunbeon_sale_purchased_total', { sale }), value: ({ flow }) => flow.purchased },
];

/** Series of one sale, exported by its leader only. */
const seriesOf = (metrics: Metrics, sale: string, isGate: boolean): Series[] => [
  { shown: metrics.gauge('sunbeon_waiting_visitors', { sale }), value: ({ waiting }) => waiting },
  { shown: metrics.gauge('sunbeon_lobby_visitors', { sale }), value: ({ lobby }) => lobby },
  { shown: metrics.gauge('sunbeon_active_visitors', { sale }), value: ({ active }) => active },
  { shown: metrics.gauge('sunbeon_active_limit_visitors', { sale }), value: ({ activeLimit }) => activeLimit },
  { shown: metrics.gauge('sunbeon_bucket_visitors', { sale }), value: ({ bucket }) => bucket },
  { shown: metrics.gauge('sunbeon_pace_visitors_per_second', { sale }), value: ({ admitPerSecond }) => admitPerSecond },
  { shown: metrics.gauge('sunbeon_epoch', { sale }), value: (_, epoch) => epoch },
  { shown: metrics.gauge('sunbeon_stream_entries', { sale }), value: ({ streamEntries }) => streamEntries },
  { shown: metrics.gauge('sunbeon_sale_proof_level', { sale }), value: ({ proofLevel }) => proofLevel },
  ...(isGate ? [] : ticketSeriesOf(metrics, sale)),
  ...statuses.map((status) => ({
    shown: metrics.gauge('sunbeon_sale_status', { sale, status }),
    value: (gauges: Gauges) => (gauges.status === status ? 1 : 0),
  })),
  { shown: metrics.total('sunbeon_sale_joined_total', { sale }), value: ({ flow }) => flow.joined },
  { shown: metrics.total('sunbeon_sale_admitted_total', { sale }), value: ({ flow }) => flow.admitted },
  { shown: metrics.total('sunbeon_sale_claimed_total', { sale }), value: ({ flow }) => flow.claimed },
  { shown: metrics.total('sunbeon_sale_expired_total', { sale, reason: 'claim_missed' }), value: ({ flow }) => flow.claimMissed },
  { shown: metrics.total('sunbeon_sale_expired_total', { sale, reason: 'session_over' }), value: ({ flow }) => flow.sessionOver },
  { shown: metrics.total('sunbeon_sale_left_total', { sale, from: 'queue' }), value: ({ flow }) => flow.leftQueue },
  { shown: metrics.total('sunbeon_sale_left_total', { sale, from: 'active' }), value: ({ flow }) => flow.leftActive },
  { shown: metrics.total('sunbeon_sale_completed_total', { sale, outcome: 'purchased' }), value: ({ flow }) => flow.completed },
  { shown: metrics.total('sunbeon_sale_completed_total', { sale, outcome: 'abandoned' }), value: ({ flow }) => flow.abandoned },
  { shown: metrics.total('sunbeon_sale_events_total', { sale }), value: ({ flow }) => flow.events },
];

/** Metrics of the admission service. The stats of a sale are exported by its leader only. */
export const admissionMetrics = (metrics: Metrics) => {
  const sales = new Map<string, { isGate: boolean; series: Series[] }>();
  const leaders = new Map<string, SeriesHandle>();
  const leads = (sale: string): SeriesHandle => {
    let shown = leaders.get(sale);
    if (!shown) leaders.set(sale, (shown = metrics.gauge('sunbeon_is_leader', { sale })));
    return shown;
  };
  const forget = (sale: string): void => {
    for (const { shown } of sales.get(sale)?.series ?? []) shown.forget();
    sales.delete(sale);
  };
  const lost = (sale: string): void => {
    forget(sale);
    leads(sale).set(0);
  };
  const draws = metrics.counters('sunbeon_draws_total', 'outcome');
  const drawStep = Object.fromEntries(
    drawSteps.map((step) => [step, metrics.histogram('sunbeon_draw_step_duration_seconds', { step })]),
  ) as Record<DrawStep, (seconds: number) => void>;
  return {
    /** After a tick of the leader: stats of the sale, from one read after it. */
    ticked: (sale: string, gauges: Gauges, epoch: number): void => {
      // A sale that was deleted and made again between two ticks may be of another kind.
      if (sales.get(sale)?.isGate !== gauges.isGate) {
        forget(sale);
        sales.set(sale, { isGate: gauges.isGate, series: seriesOf(metrics, sale, gauges.isGate) });
      }
      for (const { shown, value } of sales.get(sale)!.series) shown.set(value(gauges, epoch));
      leads(sale).set(1);
    },
    /** Leadership lost or unknown: exports only that this instance does not lead the sale. */
    lost,
    /** The sale was deleted. */
    gone: (sale: string): void => {
      lost(sale);
      leaders.get(sale)?.forget();
      leaders.delete(sale);
    },
    unreadable: metrics.gauge('sunbeon_unreadable_sales', {}).set,
    took: metrics.histogram('sunbeon_tick_duration_seconds', {}),
    late: metrics.histogram('sunbeon_tick_lateness_seconds', {}),
    fenced: metrics.counter('sunbeon_fenced_ticks_total', {}),
    violated: metrics.counters('sunbeon_invariant_violations_total', 'invariant'),
    failed: metrics.counter('sunbeon_tick_errors_total', {}),
    planned: metrics.counters('sunbeon_planned_changes_total', 'outcome'),
    draws: {
      took: (step: DrawStep, seconds: number): void => drawStep[step](seconds),
      drawn: draws.drawn,
      failed: draws.failed,
    },
    claimed: metrics.counters('sunbeon_claims_total', 'outcome'),
    ticket: metrics.counters('sunbeon_tickets_total', 'outcome'),
    redeemed: metrics.counters('sunbeon_redemptions_total', 'outcome'),
    extended: metrics.counters('sunbeon_pass_extensions_total', 'outcome'),
    completed: metrics.counters('sunbeon_pass_completions_total', 'outcome'),
    batched: metrics.histogram('sunbeon_batch_items', { batch: 'claim' }),
  };
};
export type AdmissionMetrics = ReturnType<typeof admissionMetrics>;
