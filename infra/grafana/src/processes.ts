import { graph, type Section } from './panels.ts';

/** How close each process is to its limits. */
export const processes: Section = {
  title: 'Processes',
  runbook: 'SunbeonEventLoopSlow',
  panels: [
    graph({
      title: 'Sockets of each process of a gateway',
      description:
        'Only of gateways with GATEWAY_PROCESSES over 1. Connections are handed out in turn; a process that came back begins at 0.',
      unit: 'short',
      lines: [{ query: 'sunbeon_process_sockets{instance=~"$instance"}', legend: '{{instance}} {{process}}' }],
    }),
    graph({
      title: 'Requests of each process of a gateway',
      description: 'A process that ended and was started again begins anew.',
      unit: 'ops',
      lines: [
        { query: 'rate(sunbeon_process_requests_total{instance=~"$instance"}[$__rate_interval])', legend: '{{instance}} {{process}}' },
        { query: 'sum(rate(sunbeon_process_restarts_total{instance=~"$instance"}[$__rate_interval]))', legend: 'restarts' },
      ],
    }),
    graph({
      title: 'Event loop is late by',
      description: 'p99. Above a quarter of a second the process is saturated.',
      unit: 's',
      lines: [
        {
          query: 'clamp_min(nodejs_eventloop_lag_p99_seconds{instance=~"$instance"} - 0.25, 0) and on (job, instance) sunbeon_build_info',
          legend: '{{service}} {{instance}}',
        },
      ],
    }),
    graph({
      title: 'Cores used',
      description: 'One process uses at most a little more than one.',
      unit: 'none',
      lines: [
        {
          query: 'rate(process_cpu_seconds_total{instance=~"$instance"}[$__rate_interval]) and on (job, instance) sunbeon_build_info',
          legend: '{{service}} {{instance}}',
        },
      ],
    }),
    graph({
      title: 'Memory',
      description: 'Resident.',
      unit: 'bytes',
      lines: [
        {
          query: 'process_resident_memory_bytes{instance=~"$instance"} and on (job, instance) sunbeon_build_info',
          legend: '{{service}} {{instance}}',
        },
      ],
    }),
    graph({
      title: 'Heap',
      description: 'Used by JavaScript.',
      unit: 'bytes',
      lines: [
        {
          query: 'nodejs_heap_size_used_bytes{instance=~"$instance"} and on (job, instance) sunbeon_build_info',
          legend: '{{service}} {{instance}}',
        },
      ],
    }),
    graph({
      title: 'Garbage collection',
      description: 'Share of the time.',
      unit: 'percentunit',
      lines: [
        {
          query:
            'sum by (service, instance) (rate(nodejs_gc_duration_seconds_sum{instance=~"$instance"}[$__rate_interval]) and on (job, instance) sunbeon_build_info)',
          legend: '{{service}} {{instance}}',
        },
      ],
    }),
    graph({
      title: 'Up',
      description: '1: the last scrape went well. 0: the process was there within the last hour.',
      runbook: 'SunbeonServiceDown',
      unit: 'none',
      lines: [{ query: 'instance:sunbeon_up:last1h{instance=~"$instance"}', legend: '{{service}} {{instance}}' }],
    }),
    graph({
      title: 'Versions',
      description: 'Processes by version. Two of one service for longer than a rolling update: it did not end.',
      unit: 'none',
      stacked: true,
      runbook: 'SunbeonServiceDown',
      lines: [
        {
          query: 'count by (service, version, commit, node) (sunbeon_build_info{instance=~"$instance"})',
          legend: '{{service}} {{version}} {{commit}}, Node {{node}}',
        },
      ],
    }),
  ],
};
