import { dashboard, figure, graph, quantile, quantiles, rate } from './panels.ts';
import { wayIntoShop } from './way-into-shop.ts';
import { wrongTokens } from './wrong-tokens.ts';

/** The services: request rate, errors, latency, and saturation of each process. */
export const servicesDashboard = dashboard(
  'sunbeon-services',
  'The services',
  'Requests, failures and durations of every service, the live relay, and how close each process is to its limits.',
  [
    {
      title: 'Now',
      panels: [
        figure({
          title: 'Instances up',
          description: 'Processes with a successful last scrape.',
          unit: 'none',
          lines: [{ query: 'sum(up{job=~"gateway|queue|admission|purchase"})', legend: 'up' }],
        }),
        figure({
          title: 'Requests a second',
          description: 'At the gateway.',
          unit: 'reqps',
          lines: [{ query: 'sum(service_route:sunbeon_http_requests:rate1m{service="gateway"})', legend: 'requests' }],
        }),
        figure({
          title: 'Failing',
          description: 'Share of requests at the gateway with a 5xx.',
          unit: 'percentunit',
          lines: [
            {
              query:
                '(sum(service_route:sunbeon_http_failures:rate1m{service="gateway"}) or vector(0)) / sum(service_route:sunbeon_http_requests:rate1m{service="gateway"})',
              legend: 'share',
            },
          ],
          bad: 0.01,
        }),
        figure({
          title: 'Browsers',
          description: 'Open WebSockets.',
          unit: 'short',
          lines: [{ query: 'sum(sunbeon_sockets)', legend: 'sockets' }],
        }),
        figure({
          title: 'Relay lag',
          description: 'p99, event to socket.',
          unit: 's',
          lines: [{ query: 'gateway:sunbeon_relay_lag_seconds:p99_1m', legend: 'p99' }],
          bad: 1,
        }),
        figure({
          title: 'Event loop',
          description: 'Worst of all processes.',
          unit: 's',
          lines: [{ query: 'clamp_min(max(nodejs_eventloop_lag_p99_seconds) - 0.25, 0)', legend: 'p99' }],
          bad: 0.25,
        }),
        figure({
          title: 'Refused',
          description: 'Requests per second refused by limits of a gateway.',
          unit: 'ops',
          lines: [{ query: 'sum(rate(sunbeon_refused_total[1m]))', legend: 'refused' }],
          bad: 0.01,
        }),
        figure({
          title: 'Alerts',
          description: 'Firing now.',
          unit: 'none',
          lines: [{ query: 'count(ALERTS{alertstate="firing"}) or vector(0)', legend: 'firing' }],
          bad: 1,
        }),
      ],
    },
    {
      title: 'Requests',
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
    {
      title: 'The live relay',
      panels: [
        graph({
          title: 'Browsers',
          description: 'Open WebSockets, and the limit of all gateways.',
          unit: 'short',
          lines: [
            { query: 'sum by (instance) (sunbeon_sockets)', legend: '{{instance}}' },
            { query: 'sum(sunbeon_sockets_max)', legend: 'limit' },
          ],
        }),
        graph({
          title: 'Frames',
          description: 'Sent to browsers, by type.',
          unit: 'ops',
          stacked: true,
          lines: [{ query: rate('sunbeon_frames_total', 'type'), legend: '{{type}}' }],
        }),
        graph({
          title: 'Event to socket',
          description: 'Difference between the clocks of Redis and gateway.',
          unit: 's',
          lines: quantiles('sunbeon_relay_lag_seconds'),
        }),
        graph({
          title: 'Closed',
          description: 'WebSockets by reason; too_slow and dead are browsers that do not read.',
          unit: 'ops',
          stacked: true,
          lines: [{ query: rate('sunbeon_sockets_closed_total', 'reason'), legend: '{{reason}}' }],
        }),
        graph({
          title: 'Sales followed',
          description: 'All of them are read on one connection to Redis; a gateway follows 2,000 at the most.',
          unit: 'short',
          lines: [{ query: 'sum by (instance) (sunbeon_followed_sales)', legend: '{{instance}}' }],
        }),
      ],
    },
    {
      title: 'Processes',
      panels: [
        graph({
          title: 'Sockets of each process of a gateway',
          description:
            'Only of gateways with GATEWAY_PROCESSES over 1. Connections are handed out in turn; a process that came back begins at 0.',
          unit: 'short',
          lines: [{ query: 'sunbeon_process_sockets', legend: '{{instance}} {{process}}' }],
        }),
        graph({
          title: 'Requests of each process of a gateway',
          description: 'A process that ended and was started again begins anew.',
          unit: 'ops',
          lines: [
            { query: 'rate(sunbeon_process_requests_total[$__rate_interval])', legend: '{{instance}} {{process}}' },
            { query: 'sum(rate(sunbeon_process_restarts_total[$__rate_interval]))', legend: 'restarts' },
          ],
        }),
        graph({
          title: 'Event loop is late by',
          description: 'p99. Above a quarter of a second the process is saturated.',
          unit: 's',
          lines: [{ query: 'clamp_min(nodejs_eventloop_lag_p99_seconds - 0.25, 0)', legend: '{{service}} {{instance}}' }],
        }),
        graph({
          title: 'Cores used',
          description: 'One process uses at most a little more than one.',
          unit: 'none',
          lines: [
            {
              query: 'rate(process_cpu_seconds_total{job=~"gateway|queue|admission|purchase"}[$__rate_interval])',
              legend: '{{service}} {{instance}}',
            },
          ],
        }),
        graph({
          title: 'Memory',
          description: 'Resident.',
          unit: 'bytes',
          lines: [{ query: 'process_resident_memory_bytes{job=~"gateway|queue|admission|purchase"}', legend: '{{service}} {{instance}}' }],
        }),
        graph({
          title: 'Heap',
          description: 'Used by JavaScript.',
          unit: 'bytes',
          lines: [{ query: 'nodejs_heap_size_used_bytes', legend: '{{service}} {{instance}}' }],
        }),
        graph({
          title: 'Garbage collection',
          description: 'Share of the time.',
          unit: 'percentunit',
          lines: [
            {
              query: 'sum by (service, instance) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))',
              legend: '{{service}} {{instance}}',
            },
          ],
        }),
        graph({
          title: 'Up',
          description: 'Instances with a successful last scrape.',
          unit: 'none',
          lines: [{ query: 'up{job=~"gateway|queue|admission|purchase|redis"}', legend: '{{job}} {{instance}}' }],
        }),
      ],
    },
  ],
);
