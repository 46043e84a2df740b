import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { MetricName } from '@sunbeon/contracts';

/** All metrics of one process at one moment, as `registry.getMetricsAsJSON()` gives them; survives JSON. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

type Aggregator = 'sum' | 'min' | 'max' | 'average' | 'first';
/** Gauges that a sum would make wrong; everything else is summed. */
const gauges: Readonly<Record<string, Aggregator>> = {
  sunbeon_build_info: 'max',
  // A share: one process without Redis is not a gateway without it.
  sunbeon_redis_up: 'average',
  sunbeon_redis_warnings: 'max',
  sunbeon_followed_sales: 'max',
  sunbeon_mirror_age_seconds: 'max',
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
    /** One metric of one process, summed over all its labels; of a histogram the number of its observations. */
    of: (process: number, name: MetricName): number => {
      const metric = last.get(process)?.find((one) => one.name === name);
      if (!metric) return 0;
      const values = metric.values as { metricName?: string; value: number }[];
      return values.reduce(
        (sum, { metricName = name, value }) => sum + (metricName === name || metricName === `${name}_count` ? value : 0),
        0,
      );
    },
    /** The text of a scrape. */
    text: (own: MetricsSnapshot): Promise<string> => summed([own, ended, ...last.values()]).metrics(),
  };
};
export type MetricsSum = ReturnType<typeof createMetricsSum>;
