import { redisVariable } from './frame.ts';
import { exactly, lowIsGood, noneIsGood } from './judge.ts';
import { dashboard, figure, graph, quantile, quantiles, rate } from './panels.ts';

/** Redis and the streams: availability, persistence, script latency, relay lag. */
export const redisDashboard = dashboard(
  'sunbeon-redis',
  'Redis and streams',
  'Whether Redis is there and keeps what it acknowledges, how long scripts take, and whether the relays follow.',
  [
    {
      title: 'Now',
      runbook: 'SunbeonRedisPersistenceFailing',
      panels: [
        figure({
          title: 'Reachable',
          description: 'No: a whole service does not reach Redis. Partly: one of its processes, or the exporter of one node, does not.',
          unit: 'none',
          lines: [
            {
              query: 'min(max by (service) (sunbeon_redis_up) > bool 0) * (1 + (min(redis_up or sunbeon_redis_up) == bool 1)) / 2',
              legend: 'up',
            },
          ],
          judge: [
            { value: null, color: 'red' },
            { value: 0.5, color: 'orange' },
            { value: 1, color: 'green' },
          ],
          words: {
            '0': { text: 'no', color: 'red' },
            '0.5': { text: 'partly', color: 'orange' },
            '1': { text: 'yes', color: 'green' },
          },
          runbook: 'SunbeonRedisDown',
        }),
        figure({
          title: 'Warnings',
          description: 'Settings that may lose acknowledged writes. The services log each.',
          unit: 'none',
          lines: [{ query: 'max(sunbeon_redis_warnings)', legend: 'warnings' }],
          judge: noneIsGood(),
        }),
        figure({
          title: 'Append-only file',
          description: 'Whether it is on, and its last write and last rewrite went well.',
          unit: 'none',
          lines: [{ query: 'min(redis_aof_enabled * redis_aof_last_write_status * redis_aof_last_bgrewrite_status)', legend: 'ok' }],
          judge: exactly(1),
          words: { '0': { text: 'failing', color: 'red' }, '1': { text: 'written', color: 'green' } },
        }),
        figure({
          title: 'Fsyncs delayed, 10 min',
          description: 'Only with appendfsync everysec: each may lose acknowledged writes in a crash.',
          unit: 'none',
          lines: [{ query: 'sum(increase(redis_aof_delayed_fsync[10m]))', legend: 'delayed' }],
          judge: noneIsGood(),
        }),
        figure({
          title: 'Memory, of the limit',
          description: 'Used, of maxmemory. Without one Redis grows until the machine stops it.',
          unit: 'percentunit',
          lines: [
            { query: 'max(redis_memory_used_bytes / (redis_memory_max_bytes > 0) or 0 * redis_memory_used_bytes - 1)', legend: 'used' },
          ],
          judge: lowIsGood({ orange: 0.7, red: 0.85 }),
          words: { '-1': { text: 'no limit', color: 'orange' } },
          runbook: 'SunbeonRedisMemory',
        }),
        figure({
          title: 'Main thread',
          description: 'Share of its core that the busiest Redis uses. Scripts run on this thread, one at a time.',
          unit: 'percentunit',
          lines: [
            {
              query: 'max(rate(redis_cpu_user_main_thread_seconds_total[1m]) + rate(redis_cpu_sys_main_thread_seconds_total[1m]))',
              legend: 'busy',
            },
          ],
          judge: lowIsGood({ orange: 0.7, red: 0.9 }),
          runbook: 'SunbeonSlowScript',
        }),
        figure({
          title: 'Refused, 10 min',
          description: 'Connections refused because of maxclients.',
          unit: 'none',
          lines: [{ query: 'sum(increase(redis_rejected_connections_total[10m]))', legend: 'refused' }],
          judge: noneIsGood(),
          runbook: 'SunbeonRedisDown',
        }),
        figure({
          title: 'Slow commands, 10 min',
          description: 'New entries of the slow log (slowlog-log-slower-than). SLOWLOG GET names them.',
          unit: 'none',
          lines: [{ query: 'sum(increase(redis_slowlog_last_id[10m]))', legend: 'entries' }],
          judge: noneIsGood({ red: 10 }),
          runbook: 'SunbeonSlowScript',
        }),
      ],
    },
    {
      title: 'Scripts',
      runbook: 'SunbeonSlowScript',
      panels: [
        graph({
          title: 'Calls',
          description: 'By script.',
          unit: 'ops',
          lines: [{ query: rate('sunbeon_script_duration_seconds_count', 'script'), legend: '{{script}}' }],
        }),
        graph({
          title: 'Script duration, p99',
          description: 'Measured by the services: queueing in Redis and network included.',
          unit: 's',
          lines: [{ query: 'script:sunbeon_script_seconds:p99_1m', legend: '{{script}}' }],
        }),
        graph({
          title: 'Errors',
          description: 'Not sent: a limit of the service. Not done: refused before it ran. Unknown: the reply was lost. Bug: see the log.',
          unit: 'ops',
          lines: [{ query: rate('sunbeon_redis_errors_total', 'class'), legend: '{{class}}' }],
        }),
        graph({
          title: 'Waits for replicas',
          description: 'With DURABILITY=replicas:<n>: groups of answers a second, those that became 503, and the p99 of the time in s.',
          unit: 'none',
          lines: [
            { query: 'sum(rate(sunbeon_replica_wait_duration_seconds_count[$__rate_interval]))', legend: 'groups a second' },
            { query: 'sum(rate(sunbeon_replica_waits_short_total[$__rate_interval]))', legend: 'too late a second' },
            { query: quantile(0.99, 'sunbeon_replica_wait_duration_seconds'), legend: 'p99, s' },
          ],
        }),
      ],
    },
    {
      title: 'Redis',
      runbook: 'SunbeonRedisPersistenceFailing',
      panels: [
        graph({
          title: 'Cores used',
          description: 'Scripts run on one thread: saturated near 1.',
          unit: 'none',
          lines: [
            {
              query:
                'rate(redis_cpu_user_seconds_total{instance=~"$instance"}[$__rate_interval]) + rate(redis_cpu_sys_seconds_total{instance=~"$instance"}[$__rate_interval])',
              legend: 'all threads {{instance}}',
            },
            {
              query:
                'rate(redis_cpu_user_main_thread_seconds_total{instance=~"$instance"}[$__rate_interval]) + rate(redis_cpu_sys_main_thread_seconds_total{instance=~"$instance"}[$__rate_interval])',
              legend: 'main thread {{instance}}',
            },
          ],
        }),
        graph({
          title: 'Memory',
          description: 'Used, and the limit. At the limit joins are refused.',
          unit: 'bytes',
          lines: [
            { query: 'redis_memory_used_bytes{instance=~"$instance"}', legend: 'used {{instance}}' },
            {
              query: 'redis_memory_max_bytes{instance=~"$instance"} > 0 or redis_memory_used_rss_bytes{instance=~"$instance"}',
              legend: 'limit, or resident without one {{instance}}',
            },
          ],
        }),
        graph({
          title: 'Time by command',
          description: 'Seconds of the main thread per second.',
          unit: 's',
          lines: [
            {
              query: 'topk(8, sum by (cmd) (rate(redis_commands_duration_seconds_total{instance=~"$instance"}[$__rate_interval])))',
              legend: '{{cmd}}',
            },
          ],
        }),
        graph({
          title: 'Commands',
          description: 'The most frequent.',
          unit: 'ops',
          lines: [
            { query: 'topk(8, sum by (cmd) (rate(redis_commands_total{instance=~"$instance"}[$__rate_interval])))', legend: '{{cmd}}' },
          ],
        }),
        graph({
          title: 'Append-only file',
          description: 'Size. Rewritten when doubled.',
          unit: 'bytes',
          lines: [{ query: 'redis_aof_current_size_bytes{instance=~"$instance"}', legend: 'size {{instance}}' }],
        }),
        graph({
          title: 'Network',
          description: 'Bytes a second.',
          unit: 'Bps',
          lines: [
            { query: 'rate(redis_net_input_bytes_total{instance=~"$instance"}[$__rate_interval])', legend: 'in {{instance}}' },
            { query: 'rate(redis_net_output_bytes_total{instance=~"$instance"}[$__rate_interval])', legend: 'out {{instance}}' },
          ],
        }),
        graph({
          title: 'Persistence',
          description: '1 each when healthy: file on, last write, last rewrite, last snapshot.',
          unit: 'none',
          lines: [
            { query: 'redis_aof_enabled{instance=~"$instance"}', legend: 'file on {{instance}}' },
            { query: 'redis_aof_last_write_status{instance=~"$instance"}', legend: 'last write {{instance}}' },
            { query: 'redis_aof_last_bgrewrite_status{instance=~"$instance"}', legend: 'last rewrite {{instance}}' },
            { query: 'redis_rdb_last_bgsave_status{instance=~"$instance"}', legend: 'last snapshot {{instance}}' },
          ],
        }),
        graph({
          title: 'Connections',
          description: 'Open, blocked on a read (the relays), refused.',
          unit: 'short',
          lines: [
            { query: 'redis_connected_clients{instance=~"$instance"}', legend: 'open {{instance}}' },
            { query: 'redis_blocked_clients{instance=~"$instance"}', legend: 'blocked {{instance}}' },
            {
              query: 'rate(redis_rejected_connections_total{instance=~"$instance"}[$__rate_interval])',
              legend: 'refused per second {{instance}}',
            },
          ],
        }),
        graph({
          title: 'Forgotten keys',
          description: 'Evictions must stay 0: an evicted key loses places in the line.',
          unit: 'ops',
          lines: [{ query: 'rate(redis_evicted_keys_total{instance=~"$instance"}[$__rate_interval])', legend: 'evicted {{instance}}' }],
        }),
      ],
    },
    {
      title: 'Streams',
      runbook: 'SunbeonRelayLag',
      panels: [
        graph({
          title: 'Events written',
          description: 'By sale.',
          unit: 'ops',
          lines: [{ query: 'rate(sale:sunbeon_sale_events:max[$__rate_interval])', legend: '{{sale}}' }],
        }),
        graph({
          title: 'Entries kept',
          description: 'Trimmed at about a million.',
          unit: 'short',
          lines: [{ query: 'max by (sale) (sunbeon_stream_entries)', legend: '{{sale}}' }],
        }),
        graph({
          title: 'Event to socket',
          description: 'Difference between the clocks of Redis and gateway.',
          unit: 's',
          lines: quantiles('sunbeon_relay_lag_seconds'),
        }),
        graph({
          title: 'Gaps',
          description: 'A gateway fell behind, or the stream went back. The mirror is reloaded and each socket gets a new state.',
          unit: 'ops',
          lines: [{ query: rate('sunbeon_stream_gaps_total', 'instance'), legend: '{{instance}}' }],
        }),
        graph({
          title: 'Unreadable sales',
          description: 'Sales with stored values that cannot be parsed. The admission service logs each once.',
          unit: 'short',
          lines: [{ query: 'max by (instance) (sunbeon_unreadable_sales)', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Foreign entries',
          description: 'Stream entries that are no event. Skipped.',
          unit: 'ops',
          lines: [{ query: rate('sunbeon_stream_unreadable_total', 'instance'), legend: '{{instance}}' }],
        }),
      ],
    },
  ],
  [redisVariable],
);
