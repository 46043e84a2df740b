import { instanceVariable } from './frame.ts';
import { liveRelay } from './live-relay.ts';
import { dashboard, graph, quantile, rate } from './panels.ts';
import { processes } from './processes.ts';
import { servicesNow } from './services-now.ts';
import { wayIntoShop } from './way-into-shop.ts';
import { wrongTokens } from './wrong-tokens.ts';

/** The services: request rate, errors, latency, and saturation of each process. */
export const servicesDashboard = dashboard(
  'sunbeon-services',
  'The services',
  'Requests, failures and durations of every service, the live relay, and how close each process is to its limits.',
  [
    servicesNow,
    {
      title: 'Requests',
      runbook: 'SunbeonRequestErrors',
      panels: [
        graph({
          title: 'Requests',
          description: 'By route, at the gateway.',
          unit: 'reqps',
          lines: [{ query: 'service_route:sunbeon_http_requests:rate1m{service="gateway"}', legend: '{{route}}' }],
        }),
        graph({
          title: 'Answers',
          description: 'By class of status, at the gateway.',
          unit: 'reqps',
          stacked: true,
          lines: [{ query: rate('sunbeon_http_request_duration_seconds_count', 'status', '{service="gateway"}'), legend: '{{status}}' }],
        }),
        graph({
          title: 'Request duration, p99',
          description: 'By route, at the gateway.',
          unit: 's',
          lines: [{ query: 'service_route:sunbeon_http_request_seconds:p99_1m{service="gateway"}', legend: '{{route}}' }],
        }),
        graph({
          title: 'Requests behind the gateway',
          description: 'By service and route. A batch counts once.',
          unit: 'reqps',
          lines: [{ query: 'service_route:sunbeon_http_requests:rate1m{service!="gateway"}', legend: '{{service}} {{route}}' }],
        }),
        wrongTokens,
        graph({
          title: 'RPC duration',
          description: 'Batched calls from gateway to service, p99.',
          unit: 's',
          lines: [{ query: 'call:sunbeon_rpc_seconds:p99_1m', legend: '{{call}}' }],
        }),
        graph({
          title: 'RPC errors',
          description: 'No instance answered. Each request of the batch gets a 503.',
          unit: 'ops',
          lines: [{ query: rate('sunbeon_rpc_errors_total', 'call'), legend: '{{call}}' }],
        }),
        graph({
          title: 'Requests in one RPC',
          description: 'p50 of the batch size; grows with the load.',
          unit: 'short',
          lines: [{ query: quantile(0.5, 'sunbeon_rpc_items', 'call'), legend: '{{call}}' }],
        }),
        graph({
          title: 'Items in one script call',
          description: 'p50 of the batch size.',
          unit: 'short',
          lines: [{ query: quantile(0.5, 'sunbeon_batch_items', 'batch'), legend: '{{batch}}' }],
        }),
        graph({
          title: 'Refused to protect a process',
          description: 'By the limit that was reached.',
          unit: 'ops',
          lines: [{ query: rate('sunbeon_refused_total', 'limit'), legend: '{{limit}}' }],
        }),
      ],
    },
    {
      title: 'Outcomes',
      runbook: 'SunbeonPurchaseErrors',
      panels: [
        graph({
          title: 'Joins',
          description: 'By outcome.',
          unit: 'ops',
          stacked: true,
          lines: [{ query: rate('sunbeon_joins_total', 'outcome'), legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Claims',
          description: 'By outcome.',
          unit: 'ops',
          stacked: true,
          lines: [{ query: rate('sunbeon_claims_total', 'outcome'), legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Purchases',
          description: 'By outcome; confirmed holds included.',
          unit: 'ops',
          stacked: true,
          lines: [{ query: rate('sunbeon_purchases_total', 'outcome'), legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Holds',
          description: 'By operation and outcome.',
          unit: 'ops',
          lines: [
            {
              query: `${rate('sunbeon_holds_total', 'verb, outcome')} > 0 or ${rate('sunbeon_holds_total', 'verb', '{outcome="done"}')}`,
              legend: '{{verb}} {{outcome}}',
            },
          ],
        }),
        graph({
          title: 'Tickets sold',
          description: 'Per second.',
          unit: 'ops',
          lines: [{ query: 'sum(rate(sunbeon_tickets_sold_total[$__rate_interval]))', legend: 'tickets' }],
        }),
        graph({
          title: 'Orders cancelled and checked in',
          description: 'By operators, per second. `restock true`: the tickets went back to the line; `false`: they left the sale.',
          unit: 'ops',
          lines: [
            { query: rate('sunbeon_orders_cancelled_total', 'restock'), legend: 'cancelled, restock {{restock}}' },
            { query: 'sum(rate(sunbeon_orders_checked_in_total[$__rate_interval]))', legend: 'checked in' },
          ],
        }),
        graph({
          title: 'Key held back',
          description:
            '1 while the first key of TOKEN_SECRET does not sign, because another instance does not know it; for minutes only while keys are changed.',
          unit: 'none',
          lines: [{ query: 'max by (instance) (sunbeon_token_key_held_back)', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Gave up',
          description: 'By state of the visitor.',
          unit: 'ops',
          lines: [{ query: rate('sunbeon_leaves_total', 'from'), legend: '{{from}}' }],
        }),
      ],
    },
    wayIntoShop,
    liveRelay,
    processes,
  ],
  [instanceVariable],
);
