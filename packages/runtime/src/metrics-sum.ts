import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';

/** All metrics of one process at one moment, as `registry.getMetricsAsJSON()` gives them; survives JSON. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

type Aggregator = 'sum' | 'min' | 'max' | 'first';
/** Gauges that a sum would make wrong; everything else is summed. */
const gauges: Readonly<Record<string, Aggregator>> = {
  sunbeon_redis_up: 'min',
  sunbeon_redis_warnings: 'max',
  sunbeon_followed_sales: 'max',
  nodejs_version_info: 'first',
  nodejs_eventloop_lag_min_seconds: 'min',
  process_start_time_seconds: 'min',
};
const aggregatorOf = (name: string): Aggregator => gauges[name] ?? (name.startsWith('nodejs_eventloop_lag_') ? 'max' : 'sum');

const summed = (snapshots: readonly MetricsSnapshot[]) =>
  AggregatorRegistry.aggregate(snapshots.map((metrics) => metrics.map((metric) => ({ ...metric, aggregator: aggregatorOf(metric.name) }))));

/** Whether a metric only grows: its value of a process that ended stays in the sum. */
const onlyGrows = ({ type }: { type: unknown }): boolean => type === 'counter' || type === 'histogram';

/**
 * The metrics of several processes as those of one: counters and histograms are sums that never go back, also when a process ends or does not answer,
 * because its last values are kept. Gauges are of the processes that live.
 */
export const createMetricsSum = () => {
  const last = new Map<number, MetricsSnapshot>();
  let ended: MetricsSnapshot = [];
  return {
    update: (process: number, snapshot: MetricsSnapshot): void => {
      last.set(process, snapshot);
    },
    /** The process ended; what it counted since its last snapshot is lost. */
    end: (process: number): void => {
      const snapshot = last.get(process);
      last.delete(process);
      if (snapshot) ended = summed([ended, snapshot.filter(onlyGrows)]).getMetricsAsArray() as MetricsSnapshot;
    },
    /** The sum of one metric, over all labels, of one process. */
    of: (process: number, name: string): number =>
      (last.get(process) ?? [])
        .find((metric) => name === metric.name || name === `${metric.name}_count`)
        ?.values.filter((value) => ((value as { metricName?: string }).metricName ?? name) === name)
        .reduce((sum, { value }) => sum + value, 0) ?? 0,
    /** The text of a scrape. */
    text: (own: MetricsSnapshot): Promise<string> => summed([own, ended, ...last.values()]).metrics(),
  };
};
export type MetricsSum = ReturnType<typeof createMetricsSum>;
