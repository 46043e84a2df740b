import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { buildInfo } from './build-info.ts';
import { metricCatalogue, type LabelsOf, type MetricName, type MetricOf, type MetricSpec } from '@sunbeon/contracts';

type Labels = Record<string, string>;

/** A gauge that copies a value of Redis, until it is removed. */
export interface SeriesHandle {
  set: (value: number) => void;
  /** Removes the series, e.g. of a sale that this instance no longer leads. */
  forget: () => void;
}

/**
 * The metrics of one process: only names and labels of the catalogue. A series is looked up once and then used without a look-up or an
 * allocation, because some are used tens of thousands of times a second.
 */
export interface Metrics {
  registry: Registry;
  /** Exported from 0 on, from its creation. */
  counter: <N extends MetricOf<'counter'>>(name: N, labels: LabelsOf<N>) => (by?: number) => void;
  /** One counter for each value of the last open question: `counters('sunbeon_joins_total', 'outcome').joined()`. */
  counters: <N extends MetricOf<'counter'>, L extends keyof LabelsOf<N> & string>(
    name: N,
    label: L,
    others?: Omit<LabelsOf<N>, L>,
  ) => Record<LabelsOf<N>[L] & string, (by?: number) => void>;
  /** A counter that copies a total, for example of Redis. */
  total: <N extends MetricOf<'counter'>>(name: N, labels: LabelsOf<N>) => SeriesHandle;
  gauge: <N extends MetricOf<'gauge'>>(name: N, labels: LabelsOf<N>) => SeriesHandle;
  histogram: <N extends MetricOf<'histogram'>>(name: N, labels: LabelsOf<N>) => (value: number) => void;
}

interface Cell {
  labels: Labels;
  value: number;
}

/** Three default metrics of prom-client that break the rules of the format: gauges named `_total`. */
const malformed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Every combination of the values of closed labels; none when a label is open. */
const combinations = (labels: MetricSpec['labels']): Labels[] =>
  Object.entries(labels).reduce<Labels[]>(
    (rows, [label, values]) =>
      typeof values === 'string' ? [] : rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value }))),
    [{}],
  );

export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  // Each sample of the monitor wakes the process: 250 ms detects the relevant delays (the alert is at 350) and wakes an idle service four times a
  // second instead of ten or a hundred times. Its values include those 250 ms; the dashboards subtract them.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 250 });
  for (const name of malformed) registry.removeSingleMetric(name);

  const counters = new Map<MetricName, Map<string, Cell>>();
  const others = new Map<MetricName, Gauge | Histogram>();
  const specOf = (name: MetricName): MetricSpec => metricCatalogue[name];
  const baseOf = (name: MetricName) => ({
    name,
    help: specOf(name).help,
    labelNames: Object.keys(specOf(name).labels),
    registers: [registry],
  });

  const cellsOf = (name: MetricName): Map<string, Cell> => {
    let cells = counters.get(name);
    if (cells) return cells;
    const made = (cells = new Map<string, Cell>());
    counters.set(name, made);
    new Counter({
      ...baseOf(name),
      collect() {
        this.reset();
        for (const { labels, value } of made.values()) this.inc(labels, value);
      },
    });
    return made;
  };
  const cellOf = (name: MetricName, labels: Labels): Cell => {
    const cells = cellsOf(name);
    const key = JSON.stringify(Object.keys(specOf(name).labels).map((label) => labels[label]));
    let cell = cells.get(key);
    if (!cell) cells.set(key, (cell = { labels, value: 0 }));
    return cell;
  };
  const counterOf = (name: MetricName, labels: Labels) => {
    const cell = cellOf(name, labels);
    return (by = 1): void => {
      cell.value += by;
    };
  };
  const otherOf = <T extends Gauge | Histogram>(name: MetricName, make: () => T): T => {
    let metric = others.get(name) as T | undefined;
    if (!metric) others.set(name, (metric = make()));
    return metric;
  };
  const histogramOf = (name: MetricName) =>
    otherOf(name, () => new Histogram({ ...baseOf(name), buckets: [...(specOf(name).buckets ?? [])] }));

  // Counters are exported with 0 from the start, so that `increase` sees the first event.
  for (const name of Object.keys(metricCatalogue) as MetricName[]) {
    const { type, owner, labels } = specOf(name);
    if (owner !== service && owner !== 'every service') continue;
    if (type === 'counter') for (const row of combinations(labels)) cellOf(name, row);
    if (type === 'histogram' && owner === service) for (const row of combinations(labels)) histogramOf(name).zero(row);
  }

  const metrics: Metrics = {
    registry,
    counter: (name, labels) => counterOf(name, labels as Labels),
    counters: (name, label, rest) => {
      const values = specOf(name).labels[label] as readonly string[];
      return Object.fromEntries(
        values.map((value) => [value, counterOf(name, { ...(rest as Labels | undefined), [label]: value })]),
      ) as never;
    },
    total: (name, labels) => {
      const cells = cellsOf(name);
      const cell = cellOf(name, labels as Labels);
      return {
        set: (value) => {
          cell.value = value;
        },
        forget: () => {
          for (const [key, known] of cells) if (known === cell) cells.delete(key);
        },
      };
    },
    gauge: (name, labels) => {
      const metric = otherOf(name, () => new Gauge(baseOf(name)));
      const bound = metric.labels(labels as Labels);
      return { set: (value) => bound.set(value), forget: () => metric.remove(labels as Labels) };
    },
    histogram: (name, labels) => {
      const bound = histogramOf(name).labels(labels as Labels);
      return (value) => bound.observe(value);
    },
  };
  metrics.gauge('sunbeon_build_info', buildInfo()).set(1);
  return metrics;
};
