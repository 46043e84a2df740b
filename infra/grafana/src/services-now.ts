import { exactly, lowIsGood, noneIsGood } from './judge.ts';
import { figure, type Section } from './panels.ts';

/** The kinds of processes of a Sunbeon. */
export const kinds = ['gateway', 'queue', 'admission', 'purchase', 'web'];

/** A share or a quantile of nothing: the service is there, and no request came since its start, so that it has no series. */
const idleWith = (service: string): string => `or NaN * count(sunbeon_build_info{service="${service}"})`;

/** All instances together: a filter could hide the one that is ill. */
export const servicesNow: Section = {
  title: 'Now',
  runbook: 'SunbeonServiceDown',
  panels: [
    figure({
      title: 'Services there',
      description: `Of ${kinds.join(', ')}: how many have a process with a successful last scrape.`,
      unit: 'none',
      lines: [{ query: `count(group by (service) (sunbeon_build_info{service=~"${kinds.join('|')}"}))`, legend: 'there' }],
      judge: exactly(kinds.length),
      runbook: 'SunbeonServiceMissing',
    }),
    figure({
      title: 'Processes down',
      description: 'Processes of the last hour, Redis’s exporter included, whose last scrape failed.',
      unit: 'none',
      lines: [{ query: 'count(instance:sunbeon_up:last1h == 0) or 0 * count(instance:sunbeon_up:last1h)', legend: 'down' }],
      judge: noneIsGood(),
    }),
    figure({
      title: 'Alerts',
      description: 'Firing now. No data: the rules are not loaded or not evaluated, since the watchdog always fires.',
      unit: 'none',
      lines: [
        {
          query:
            'count(ALERTS{alertstate="firing",alertname=~"Sunbeon.+",alertname!="SunbeonWatchdog"}) or 0 * count(ALERTS{alertstate="firing",alertname="SunbeonWatchdog"})',
          legend: 'firing',
        },
      ],
      judge: noneIsGood(),
      runbook: 'SunbeonWatchdog',
    }),
    figure({
      title: 'Failing',
      description: 'Share of requests at the gateway with a 5xx. Probes and scrapes are none.',
      unit: 'percentunit',
      lines: [
        {
          query: `(sum(service_route:sunbeon_http_failures:rate1m{service="gateway"}) or 0 * sum(service_route:sunbeon_http_requests:rate1m{service="gateway"})) / sum(service_route:sunbeon_http_requests:rate1m{service="gateway"}) ${idleWith('gateway')}`,
          legend: 'share',
        },
      ],
      judge: lowIsGood({ orange: 0.001, red: 0.01 }),
      runbook: 'SunbeonRequestErrors',
    }),
    figure({
      title: 'API, p99',
      description: 'Duration of requests at the gateway.',
      unit: 's',
      lines: [
        {
          query: `histogram_quantile(0.99, sum by (le) (rate(sunbeon_http_request_duration_seconds_bucket{service="gateway"}[1m]))) ${idleWith('gateway')}`,
          legend: 'p99',
        },
      ],
      judge: lowIsGood({ orange: 0.25, red: 1 }),
      runbook: 'SunbeonSlowScript',
    }),
    figure({
      title: 'Page, p99',
      description: 'Duration of requests for pages at the web process; files and calls that it hands on are not counted.',
      unit: 's',
      lines: [{ query: `web:sunbeon_page_seconds:p99_1m ${idleWith('web')}`, legend: 'p99' }],
      judge: lowIsGood({ orange: 0.5, red: 1 }),
      runbook: 'SunbeonPageSlow',
    }),
    figure({
      title: 'Sockets, of the limit',
      description: 'Open WebSockets of the fullest gateway, as a share of what it takes.',
      unit: 'percentunit',
      lines: [{ query: 'max(sunbeon_sockets / sunbeon_sockets_max)', legend: 'used' }],
      judge: lowIsGood({ orange: 0.7, red: 0.9 }),
      runbook: 'SunbeonRefusing',
    }),
    figure({
      title: 'Relay lag',
      description: 'p99, event to socket.',
      unit: 's',
      lines: [{ query: 'gateway:sunbeon_relay_lag_seconds:p99_1m', legend: 'p99' }],
      judge: lowIsGood({ orange: 0.25, red: 1 }),
      runbook: 'SunbeonRelayLag',
    }),
    figure({
      title: 'Event loop',
      description: 'Worst of all processes.',
      unit: 's',
      lines: [
        {
          query: 'max(clamp_min(nodejs_eventloop_lag_p99_seconds - 0.25, 0) and on (job, instance) sunbeon_build_info)',
          legend: 'p99',
        },
      ],
      judge: lowIsGood({ orange: 0.1, red: 0.25 }),
      runbook: 'SunbeonEventLoopSlow',
    }),
    figure({
      title: 'Refused',
      description: 'Requests per second refused by limits of a gateway.',
      unit: 'ops',
      lines: [{ query: 'sum(rate(sunbeon_refused_total[1m]))', legend: 'refused' }],
      judge: lowIsGood({ red: 0.01 }),
      runbook: 'SunbeonRefusing',
    }),
  ],
};
