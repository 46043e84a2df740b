import { graph, quantiles, rate, type Section } from './panels.ts';

const mine = '{instance=~"$instance"}';

/** Browsers on WebSockets, and what they are sent. */
export const liveRelay: Section = {
  title: 'The live relay',
  runbook: 'SunbeonRelayLag',
  panels: [
    graph({
      title: 'Browsers',
      description: 'Open WebSockets, and the limit of all gateways.',
      unit: 'short',
      lines: [
        { query: 'sum by (instance) (sunbeon_sockets{instance=~"$instance"})', legend: '{{instance}}' },
        { query: 'sum(sunbeon_sockets_max{instance=~"$instance"})', legend: 'limit' },
      ],
    }),
    graph({
      title: 'Frames',
      description: 'Sent to browsers, by type.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_frames_total', 'type', mine), legend: '{{type}}' }],
    }),
    graph({
      title: 'Event to socket',
      description: 'Difference between the clocks of Redis and gateway.',
      unit: 's',
      lines: quantiles('sunbeon_relay_lag_seconds', mine),
    }),
    graph({
      title: 'Events missing for',
      description: 'Age of the oldest mirror of each gateway. Up to 4 s is none: mirrors are compared with Redis every 2 s.',
      unit: 's',
      lines: [{ query: 'sunbeon_mirror_age_seconds{instance=~"$instance"}', legend: '{{instance}}' }],
    }),
    graph({
      title: 'Event to socket, p50 by gateway',
      description: 'One that is late alone: saturated, or its clock is off.',
      unit: 's',
      lines: [{ query: 'instance:sunbeon_relay_lag_seconds:p50_1m{instance=~"$instance"}', legend: '{{instance}}' }],
    }),
    graph({
      title: 'Closed',
      description: 'WebSockets by reason; too_slow and dead are browsers that do not read.',
      unit: 'ops',
      stacked: true,
      lines: [{ query: rate('sunbeon_sockets_closed_total', 'reason', mine), legend: '{{reason}}' }],
    }),
    graph({
      title: 'Sales followed',
      description: 'All of them are read on one connection to Redis; a gateway follows 2,000 at the most.',
      unit: 'short',
      lines: [{ query: 'sum by (instance) (sunbeon_followed_sales{instance=~"$instance"})', legend: '{{instance}}' }],
    }),
  ],
};
