import { metricCatalogue } from '@sunbeon/contracts';
import { entrance } from './entrance.ts';
import { opening } from './opening.ts';
import { instanceVariable, saleVariable } from './frame.ts';
import { exactly, lowIsGood, noneIsGood, type Colour } from './judge.ts';
import { dashboard, figure, graph, quantiles, rate } from './panels.ts';

const ofSale = '{sale=~"$sale"}';
const max = (metric: string, selector = ofSale): string => `max by (sale) (${metric}${selector})`;

const statuses = metricCatalogue.sunbeon_sale_status.labels.status;
const colourOf: Record<(typeof statuses)[number], Colour> = {
  scheduled: 'blue',
  lobby: 'blue',
  drawing: 'blue',
  open: 'green',
  paused: 'orange',
  closed: 'blue',
};
/** 1 for the first status, 2 for the second: numbers that the panel shows as words. */
const statusNumber = statuses
  .map((status, index) => `${index + 1} * max by (sale, status) (sunbeon_sale_status{sale=~"$sale",status="${status}"})`)
  .join(' or ');

/** What a sale without a series of stock shows as its tickets, as words: a number that no stock is. */
const gateNumber = -0.5;

/** A sale: line, pace, stock. For operators and on-call engineers during a sale. */
export const saleDashboard = dashboard(
  'sunbeon-sale',
  'A sale',
  'Line, admissions, stock and invariants of one sale.',
  [
    {
      title: 'Now',
      runbook: 'SunbeonSaleNotAdmitting',
      panels: [
        figure({
          title: 'State',
          description: 'Status of the sale.',
          unit: 'none',
          lines: [{ query: `sum by (sale) (${statusNumber})`, legend: '{{sale}}' }],
          judge: exactly(statuses.indexOf('open') + 1),
          words: Object.fromEntries(statuses.map((status, index) => [index + 1, { text: status, color: colourOf[status] }])),
        }),
        figure({
          title: 'Leaders',
          description: 'Instances that tick the sale: always one.',
          unit: 'none',
          lines: [{ query: 'sale:sunbeon_is_leader:sum{sale=~"$sale"}', legend: '{{sale}}' }],
          judge: exactly(1),
          runbook: 'SunbeonNoLeader',
        }),
        figure({
          title: 'Leader changes, 1 h',
          description: 'A rolling update makes one or two. More: admission instances end, or lose Redis.',
          unit: 'none',
          lines: [
            {
              query: `max by (sale) (max_over_time(sunbeon_epoch${ofSale}[1h])) - min by (sale) (min_over_time(sunbeon_epoch${ofSale}[1h])) and ${max('sunbeon_epoch')}`,
              legend: '{{sale}}',
            },
          ],
          judge: lowIsGood({ orange: 3, red: 6 }),
          runbook: 'SunbeonNoLeader',
        }),
        figure({
          title: 'Admissions, of the pace',
          description:
            'Of five minutes in which visitors waited, slots and tickets (not of a gate) were free and the sale was open. None due: some of that was missing for a part of them.',
          unit: 'percentunit',
          lines: [
            {
              query: `(sale:admissions:increase5m${ofSale} / sale:admissions_expected:increase5m${ofSale} and on (sale) min_over_time(sale:could_admit:bool${ofSale}[5m]) == 1 and on (sale) sale:could_admit:bool offset 5m) or on (sale) 0 * sale:could_admit:bool${ofSale} - 1`,
              legend: '{{sale}}',
            },
          ],
          judge: [
            { value: null, color: 'red' },
            { value: 0.5, color: 'orange' },
            { value: 0.8, color: 'green' },
            { value: 1.2, color: 'orange' },
            { value: 1.5, color: 'red' },
          ],
          words: { '-1': { text: 'none due', color: 'blue' } },
          runbook: 'SunbeonPaceOff',
        }),
        figure({
          title: 'Waiting',
          description: 'Visitors in the line. Orange: longer than any that was measured (docs/SCALE.md).',
          unit: 'short',
          lines: [{ query: max('sunbeon_waiting_visitors'), legend: '{{sale}}' }],
          judge: lowIsGood({ orange: 1_000_000, red: 10_000_000 }),
        }),
        figure({
          title: 'Inside, of the limit',
          description: 'Admitted visitors as a share of the limit. Above it: the limit was lowered, or I5 is violated.',
          unit: 'percentunit',
          lines: [{ query: `${max('sunbeon_active_visitors')} / ${max('sunbeon_active_limit_visitors')}`, legend: '{{sale}}' }],
          judge: lowIsGood({ red: 1.0001 }),
          runbook: 'SunbeonInvariantBroken',
        }),
        figure({
          title: 'Tickets left',
          description: 'Neither sold nor on hold. A gate has no stock.',
          unit: 'short',
          lines: [
            {
              query: `${max('sunbeon_stock_tickets', '{sale=~"$sale",state="left"}')} or 0 * ${max('sunbeon_waiting_visitors')} + ${gateNumber}`,
              legend: '{{sale}}',
            },
          ],
          judge: [
            { value: null, color: 'red' },
            { value: 0, color: 'orange' },
            { value: 1, color: 'green' },
          ],
          words: { '0': { text: 'none left', color: 'orange' }, [gateNumber]: { text: 'a gate', color: 'blue' } },
          runbook: 'SunbeonStockMismatch',
        }),
        figure({
          title: 'Violations, 10 min',
          description: 'Checks of the last ten minutes that found an invariant violated, of all sales.',
          unit: 'none',
          lines: [{ query: 'sum(increase(sunbeon_invariant_violations_total[10m]))', legend: 'checks' }],
          judge: noneIsGood(),
          runbook: 'SunbeonInvariantBroken',
        }),
      ],
    },
    {
      title: 'The line',
      runbook: 'SunbeonSaleNotAdmitting',
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
          description: '1 while the line is not empty, slots are free, tickets are left and the sale is open. A gate needs no tickets.',
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
      runbook: 'SunbeonStockMismatch',
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
          description: 'Left, held and sold add up to the total, always. A gate has none.',
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
          description: 'Tickets reserved for running payments. A gate has none.',
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
      runbook: 'SunbeonPaceOff',
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
            { query: rate('sunbeon_fenced_ticks_total', 'instance', '{instance=~"$instance"}'), legend: 'fenced {{instance}}' },
            { query: rate('sunbeon_tick_errors_total', 'instance', '{instance=~"$instance"}'), legend: 'failed {{instance}}' },
          ],
        }),
        graph({
          title: 'Leader',
          description: '1 on the instance that ticks the sale.',
          unit: 'none',
          lines: [{ query: 'sunbeon_is_leader{sale=~"$sale",instance=~"$instance"}', legend: '{{sale}} {{instance}}' }],
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
  [saleVariable, instanceVariable],
);
