import { dashboard, figure, graph, quantile, quantiles, rate } from './panels.ts';

/** Redis and the streams: availability, persistence, script latency, relay lag. */
export const redisDashboard = dashboard(
  'sunbeon-redis',
  'Redis and streams',
  'Whether Redis is there and keeps what it acknowledges, how long scripts take, and whether the relays follow.',
  [
    {
      title: 'Now',
      panels: [
        figure({
          title: 'Reachable',
          description: 'Minimum of exporter and services.',
          unit: 'none',
          lines: [{ query: 'min(redis_up) * min(sunbeon_redis_up)', legend: 'up' }],
        }),
        figure({
          title: 'Warnings',
          description: 'Settings that may lose acknowledged writes. The services log each.',
          unit: 'none',
          lines: [{ query: 'max(sunbeon_redis_warnings)', legend: 'warnings' }],
          bad: 1,
        }),
        figure({
          title: 'Append-only file written',
          description: '1 after a successful last write.',
          unit: 'none',
          lines: [{ query: 'min(redis_aof_last_write_status)', legend: 'ok' }],
        }),
        figure({
          title: 'Fsyncs delayed',
          description: 'Since the start of Redis. Only with appendfsync everysec: each may lose acknowledged writes in a crash.',
          unit: 'none',
          lines: [{ query: 'max(redis_aof_delayed_fsync)', legend: 'delayed' }],
          bad: 1,
        }),
        figure({
          title: 'Memory',
          description: 'Used.',
          unit: 'bytes',
          lines: [{ query: 'max(redis_memory_used_bytes)', legend: 'used' }],
        }),
        figure({
          title: 'Commands a second',
          description: 'A script counts as one command, each command inside it as another.',
          unit: 'ops',
          lines: [{ query: 'sum(rate(redis_commands_processed_total[$__rate_interval]))', legend: 'commands' }],
        }),
        figure({
          title: 'Connections',
          description: 'One for the commands of each process, and one stream reader for each gateway.',
          unit: 'short',
          lines: [{ query: 'max(redis_connected_clients)', legend: 'connections' }],
        }),
        figure({
          title: 'Slow commands',
          description: 'Entries of the slow log.',
          unit: 'none',
          lines: [{ query: 'max(redis_slowlog_length)', legend: 'entries' }],
        }),
      ],
    },
    {
      title: 'Scripts',
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
      panels: [
        graph({
          title: 'Cores used',
          description: 'Scripts run on one thread: saturated near 1.',
          unit: 'none',
          lines: [
            {
              query: 'rate(redis_cpu_user_seconds_total[$__rate_interval]) + rate(redis_cpu_sys_seconds_total[$__rate_interval])',
              legend: 'all threads',
            },
            {
              query:
                'rate(redis_cpu_user_main_thread_seconds_total[$__rate_interval]) + rate(redis_cpu_sys_main_thread_seconds_total[$__rate_interval])',
              legend: 'main thread',
            },
          ],
        }),
        graph({
          title: 'Memory',
          description: 'Used, and the limit. At the limit joins are refused.',
          unit: 'bytes',
          lines: [
            { query: 'redis_memory_used_bytes', legend: 'used' },
            { query: 'redis_memory_max_bytes > 0 or redis_memory_used_rss_bytes', legend: 'limit, or resident without one' },
          ],
        }),
        graph({
          title: 'Time by command',
          description: 'Seconds of the main thread per second.',
          unit: 's',
          lines: [{ query: 'topk(8, sum by (cmd) (rate(redis_commands_duration_seconds_total[$__rate_interval])))', legend: '{{cmd}}' }],
        }),
        graph({
          title: 'Commands',
          description: 'The most frequent.',
          unit: 'ops',
          lines: [{ query: 'topk(8, sum by (cmd) (rate(redis_commands_total[$__rate_interval])))', legend: '{{cmd}}' }],
        }),
        graph({
          title: 'Append-only file',
          description: 'Size. Rewritten when doubled.',
          unit: 'bytes',
          lines: [{ query: 'redis_aof_current_size_bytes', legend: 'size' }],
        }),
        graph({
          title: 'Network',
          description: 'Bytes a second.',
          unit: 'Bps',
          lines: [
            { query: 'rate(redis_net_input_bytes_total[$__rate_interval])', legend: 'in' },
            { query: 'rate(redis_net_output_bytes_total[$__rate_interval])', legend: 'out' },
          ],
        }),
        graph({
          title: 'Persistence',
          description: '1 each when healthy: file on, last write, last rewrite, last snapshot.',
          unit: 'none',
          lines: [
            { query: 'redis_aof_enabled', legend: 'file on' },
            { query: 'redis_aof_last_write_status', legend: 'last write' },
            { query: 'redis_aof_last_bgrewrite_status', legend: 'last rewrite' },
            { query: 'redis_rdb_last_bgsave_status', legend: 'last snapshot' },
          ],
        }),
        graph({
          title: 'Connections',
          description: 'Open, blocked on a read (the relays), refused.',
          unit: 'short',
          lines: [
            { query: 'redis_connected_clients', legend: 'open' },
            { query: 'redis_blocked_clients', legend: 'blocked' },
            { query: 'rate(redis_rejected_connections_total[$__rate_interval])', legend: 'refused per second' },
          ],
        }),
        graph({
          title: 'Forgotten keys',
          description: 'Evictions must stay 0: an evicted key loses places in the line.',
          unit: 'ops',
          lines: [{ query: 'rate(redis_evicted_keys_total[$__rate_interval])', legend: 'evicted' }],
        }),
      ],
    },
    {
      title: 'Streams',
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
);
