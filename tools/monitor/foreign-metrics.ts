import type { MetricSpec } from '@sunbeon/contracts';

/** External metrics used by dashboards and alerts, in the form of the catalogue. Labels that are not listed may have any value. */
export interface ForeignMetric extends Pick<MetricSpec, 'type' | 'help'> {
  unit: string;
  exporter: 'prom-client' | 'redis_exporter' | 'Prometheus';
  labels: readonly string[];
}

const process = (type: MetricSpec['type'], unit: string, help: string): ForeignMetric => ({
  exporter: 'prom-client',
  type,
  unit,
  help,
  labels: ['service'],
});
const redis = (type: MetricSpec['type'], unit: string, help: string, labels: readonly string[] = []): ForeignMetric => ({
  exporter: 'redis_exporter',
  type,
  unit,
  help,
  labels,
});

export const foreignMetrics: Readonly<Record<string, ForeignMetric>> = {
  up: { exporter: 'Prometheus', type: 'gauge', unit: 'boolean', help: '1 when the last scrape of an instance went well', labels: [] },
  ALERTS: {
    exporter: 'Prometheus',
    type: 'gauge',
    unit: 'boolean',
    help: '1 for each alert that is pending or firing',
    labels: ['alertname', 'alertstate'],
  },

  nodejs_eventloop_lag_p99_seconds: process('gauge', 'seconds', 'How late the event loop was, p99 since the last scrape'),
  nodejs_heap_size_used_bytes: process('gauge', 'bytes', 'Heap used by JavaScript'),
  nodejs_gc_duration_seconds: process('histogram', 'seconds', 'Garbage collections'),
  process_cpu_seconds_total: process('counter', 'seconds', 'Time of the processor used'),
  process_resident_memory_bytes: process('gauge', 'bytes', 'Memory that the process occupies'),

  redis_up: redis('gauge', 'boolean', '1 when the exporter could ask Redis'),
  redis_aof_enabled: redis('gauge', 'boolean', '1 when the append-only file is on'),
  redis_aof_last_write_status: redis('gauge', 'boolean', '1 when the last write of the append-only file went well'),
  redis_aof_last_bgrewrite_status: redis('gauge', 'boolean', '1 when the last rewrite of the append-only file went well'),
  // The exporter calls these two gauges; they only grow while Redis runs.
  redis_aof_delayed_fsync: redis('counter', 'number', 'Fsyncs that came late since the start'),
  redis_slowlog_last_id: redis('counter', 'number', 'Number of the last entry of the slow log'),
  redis_aof_current_size_bytes: redis('gauge', 'bytes', 'Size of the append-only file'),
  redis_rdb_last_bgsave_status: redis('gauge', 'boolean', '1 when the last snapshot went well'),
  redis_memory_used_bytes: redis('gauge', 'bytes', 'Memory used'),
  redis_memory_used_rss_bytes: redis('gauge', 'bytes', 'Memory that the process occupies'),
  redis_memory_max_bytes: redis('gauge', 'bytes', 'Limit of the memory, 0 for none'),
  redis_commands_total: redis('counter', 'commands', 'Commands by name', ['cmd']),
  redis_commands_duration_seconds_total: redis('counter', 'seconds', 'Time spent in commands by name', ['cmd']),
  redis_cpu_user_seconds_total: redis('counter', 'seconds', 'Processor time of all threads, in Redis'),
  redis_cpu_sys_seconds_total: redis('counter', 'seconds', 'Processor time of all threads, in the kernel'),
  redis_cpu_user_main_thread_seconds_total: redis('counter', 'seconds', 'Processor time of the main thread, in Redis'),
  redis_cpu_sys_main_thread_seconds_total: redis('counter', 'seconds', 'Processor time of the main thread, in the kernel'),
  redis_connected_clients: redis('gauge', 'connections', 'Open connections'),
  redis_blocked_clients: redis('gauge', 'connections', 'Connections that wait for events'),
  redis_rejected_connections_total: redis('counter', 'connections', 'Connections refused because of maxclients'),
  redis_evicted_keys_total: redis('counter', 'keys', 'Keys forgotten because of the memory limit'),
  redis_net_input_bytes_total: redis('counter', 'bytes', 'Bytes received'),
  redis_net_output_bytes_total: redis('counter', 'bytes', 'Bytes sent'),
};
