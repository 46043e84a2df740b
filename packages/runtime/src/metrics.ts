import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { metricCatalogue, type MetricName } from '@sunbeon/contracts';

type Labels = Record<string, string | number>;

/** The metrics of one process: only names of the catalogue, each made when it is first asked for. */
export interface Metrics {
  registry: Registry;
  count: (name: MetricName, labels?: Labels, by?: number) => void;
  set: (name: MetricName, value: number, labels?: Labels) => void;
  observe: (name: MetricName, value: number, labels?: Labels) => void;
  /** One series of a histogram, found once: for paths that observe it thousands of times a second. */
  series: (name: MetricName, labels: Labels) => (value: number) => void;
  /** Forgets one series, e.g. of a sale that this instance no longer leads. */
  forget: (name: MetricName, labels: Labels) => void;
}

export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  // The monitor wakes the process each time it looks: every 50 ms shows any stall that matters, at a fifth of the default's cost.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  const make = (name: MetricName) => {
    const { type, help, labels, ...rest } = metricCatalogue[name] as { type: string; help: string; labels: readonly string[]; buckets?: readonly number[] };
    const base = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') return new Counter(base);
    if (type === 'gauge') return new Gauge(base);
    return new Histogram({ ...base, buckets: [...(rest.buckets ?? [])] });
  };
  const made = new Map<MetricName, ReturnType<typeof make>>();
  const get = (name: MetricName) => {
    let metric = made.get(name);
    if (!metric) made.set(name, (metric = make(name)));
    return metric;
  };
  return {
    registry,
    count: (name, labels = {}, by = 1) => (get(name) as Counter).inc(labels, by),
    set: (name, value, labels = {}) => (get(name) as Gauge).set(labels, value),
    observe: (name, value, labels = {}) => (get(name) as Histogram).observe(labels, value),
    series: (name, labels) => {
      const bound = (get(name) as Histogram).labels(labels);
      return (value) => bound.observe(value);
    },
    forget: (name, labels) => (get(name) as Gauge).remove(labels),
  };
};
