import { QueryVariableBuilder, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import { entrance } from './entrance.ts';
import { opening } from './opening.ts';
import { dashboard, figure, graph, prometheus, quantiles, rate } from './panels.ts';

const ofSale = '{sale=~"$sale"}';
const max = (metric: string, selector = ofSale): string => `max by (sale) (${metric}${selector})`;

/** A sale: line, pace, stock. For operators and on-call engineers during a sale. */
export const saleDashboard = dashboard(
  'sunbeon-sale',
  'A sale',
  'Line, admissions, stock and invariants of one sale.',
  [
    {
      title: 'Now',
      panels: [
        figure({
          title: 'Waiting',
          description: 'Visitors in the line.',
          unit: 'short',
          lines: [{ query: max('sunbeon_waiting_visitors'), legend: '{{sale}}' }],
        }),
        figure({
          title: 'Inside',
          description: 'Admitted visitors.',
          unit: 'short',
          lines: [{ query: max('sunbeon_active_visitors'), legend: '{{sale}}' }],
        }),
        figure({
          title: 'Admissions per second',
          description: 'Mean of the last minute.',
          unit: 'ops',
          lines: [{ query: 'sale:admissions:rate1m{sale=~"$sale"}', legend: '{{sale}}' }],
        }),
        figure({
          title: 'Tickets left',
          description: 'Neither sold nor on hold.',
          unit: 'short',
          lines: [{ query: max('sunbeon_stock_tickets', '{sale=~"$sale",state="left"}'), legend: '{{sale}}' }],
        }),
        figure({
          title: 'Open',
          description: '1 while the sale is open.',
          unit: 'none',
          lines: [{ query: max('sunbeon_sale_status', '{sale=~"$sale",status="open"}'), legend: '{{sale}}' }],
        }),
        figure({
          title: 'Leaders',
          description: 'Instances that tick the sale: always one.',
          unit: 'none',
          lines: [{ query: 'sale:sunbeon_is_leader:sum{sale=~"$sale"}', legend: '{{sale}}' }],
          bad: 2,
        }),
        figure({
          title: 'Epoch',
          description: 'Fencing number: grows with each change of leader.',
          unit: 'none',
          lines: [{ query: max('sunbeon_epoch'), legend: '{{sale}}' }],
        }),
        figure({
          title: 'Invariant violations',
          description: 'Checks of the last ten minutes that found a violation.',
          unit: 'none',
          lines: [{ query: 'sum(increase(sunbeon_invariant_violations_total[10m]))', legend: 'checks' }],
          bad: 1,
        }),
      ],
    },
    {
      title: 'The line',
      panels: [
        graph({
          title: 'Waiting',
          description: 'Length of the line.',
          unit: 'short',
          lines: [{ query: max('sunbeon_waiting_visitors'), legend: '{{sale}}' }],
        }),
        graph({
          title: 'Joins, admissions, departures',
          description: 'Joins, admissions and departures per second.',
          unit: 'ops',
          lines: [
            { query: 'rate(sale:sunbeon_sale_joined:max{sale=~"$sale"}[$__rate_interval])', legend: 'joined {{sale}}' },
            { query: 'rate(sale:sunbeon_sale_admitted:max{sale=~"$sale"}[$__rate_interval])', legend: 'admitted {{sale}}' },
            {
              query: `sum by (sale, from) (rate(sunbeon_sale_left_total${ofSale}[$__rate_interval]))`,
              legend: 'left, {{from}} {{sale}}',
            },
          ],
        }),
        graph({
          title: 'Pace',
          description:
            'Configured pace, and mean admissions of the last minute. Lower while the line is empty, the limit is reached, or no stock is left.',
          unit: 'ops',
          lines: [
            { query: max('sunbeon_pace_visitors_per_second'), legend: 'configured {{sale}}' },
            { query: 'sale:admissions:rate1m{sale=~"$sale"}', legend: 'observed {{sale}}' },
          ],
        }),
        graph({
          title: 'Should admit',
          description: '1 while the line is not empty, slots are free, tickets are left and the sale is open.',
          unit: 'none',
          lines: [{ query: 'sale:could_admit:bool{sale=~"$sale"}', legend: '{{sale}}' }],
        }),
        graph({
          title: 'Five minutes of admissions',
          description: 'Observed, and expected from the configured pace.',
          unit: 'short',
          lines: [
            { query: 'sale:admissions:increase5m{sale=~"$sale"}', legend: 'observed {{sale}}' },
            { query: 'sale:admissions_expected:increase5m{sale=~"$sale"}', legend: 'expected {{sale}}' },
          ],
        }),
        graph({
          title: 'Bucket',
          description: 'Saved admissions. Low while the line is not empty.',
          unit: 'short',
          lines: [{ query: max('sunbeon_bucket_visitors'), legend: '{{sale}}' }],
        }),
      ],
    },
    opening,
    entrance,
    {
      title: 'Inside and the shop',
      panels: [
        graph({
          title: 'Inside',
          description: 'Admitted visitors, and the limit.',
          unit: 'short',
          lines: [
            { query: max('sunbeon_active_visitors'), legend: 'active {{sale}}' },
            { query: max('sunbeon_active_limit_visitors'), legend: 'limit {{sale}}' },
          ],
        }),
        graph({
          title: 'Stock',
          description: 'Left, held and sold add up to the total, always.',
          unit: 'short',
          stacked: true,
          lines: [{ query: 'max by (sale, state) (sunbeon_stock_tickets{sale=~"$sale",state!="total"})', legend: '{{state}} {{sale}}' }],
        }),
        graph({
          title: 'Outcomes of admissions',
          description: 'Claims, purchases, visits that the shop ended, and expiries per second.',
          unit: 'ops',
          lines: [
            { query: 'rate(sale:sunbeon_sale_claimed:max{sale=~"$sale"}[$__rate_interval])', legend: 'claimed {{sale}}' },
            { query: 'rate(sale:sunbeon_sale_purchased:max{sale=~"$sale"}[$__rate_interval])', legend: 'purchased {{sale}}' },
            { query: 'rate(sale_reason:sunbeon_sale_expired:max{sale=~"$sale"}[$__rate_interval])', legend: '{{reason}} {{sale}}' },
            {
              query: `sum by (sale, outcome) (rate(sunbeon_sale_completed_total${ofSale}[$__rate_interval]))`,
              legend: 'shop: {{outcome}} {{sale}}',
            },
          ],
        }),
        graph({
          title: 'Share of missed claims',
          description: 'Of the admissions of ten minutes. A high share allows a pace above the capacity of the shop.',
          unit: 'percentunit',
          lines: [{ query: 'sale:no_show:ratio10m{sale=~"$sale"}', legend: '{{sale}}' }],
        }),
        graph({
          title: 'Holds',
          description: 'Tickets reserved for running payments.',
          unit: 'short',
          lines: [{ query: max('sunbeon_holds'), legend: '{{sale}}' }],
        }),
        graph({
          title: 'Error of the first estimate',
          description: 'Seconds outside the first estimated range; 0 is inside.',
          unit: 's',
          lines: quantiles('sunbeon_estimate_error_seconds'),
        }),
      ],
    },
    {
      title: 'The tick',
      panels: [
        graph({
          title: 'Tick duration',
          description: 'One tick of one sale.',
          unit: 's',
          lines: quantiles('sunbeon_tick_duration_seconds'),
        }),
        graph({
          title: 'Tick lateness',
          description: 'Lateness does not change the pace. A second of it indicates a saturated process.',
          unit: 's',
          lines: quantiles('sunbeon_tick_lateness_seconds'),
        }),
        graph({
          title: 'Fenced and failed ticks',
          description: 'Fenced: refused from a former leader. Failed: no answer from Redis.',
          unit: 'ops',
          lines: [
            { query: rate('sunbeon_fenced_ticks_total', 'instance'), legend: 'fenced {{instance}}' },
            { query: rate('sunbeon_tick_errors_total', 'instance'), legend: 'failed {{instance}}' },
          ],
        }),
        graph({
          title: 'Leader',
          description: '1 on the instance that ticks the sale.',
          unit: 'none',
          lines: [{ query: `sunbeon_is_leader${ofSale}`, legend: '{{sale}} {{instance}}' }],
        }),
        graph({
          title: 'Events',
          description: 'Events per second.',
          unit: 'ops',
          lines: [{ query: 'rate(sale:sunbeon_sale_events:max{sale=~"$sale"}[$__rate_interval])', legend: '{{sale}}' }],
        }),
        graph({
          title: 'Invariant violations',
          description: 'By invariant (docs/RELIABILITY.md). Not 0: alert.',
          unit: 'none',
          lines: [{ query: 'sum by (invariant) (increase(sunbeon_invariant_violations_total[2m]))', legend: '{{invariant}}' }],
        }),
      ],
    },
  ],
  (builder) =>
    builder.withVariable(
      new QueryVariableBuilder('sale')
        .label('Sale')
        .datasource(prometheus)
        .query('label_values(sunbeon_is_leader, sale)')
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true),
    ),
);
