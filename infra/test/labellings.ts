import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { metricCatalogue, type MetricSpec } from '@sunbeon/contracts';
import { root } from '../../tools/local/commands.mjs';
import type { SeriesValues } from '../../tools/monitor/evaluate.ts';
import { metricOf } from '../../tools/monitor/checks.ts';

type Labels = Record<string, string>;
/** Labels that Prometheus adds to a series of a process: `kind` is a service, or `redis` for the exporter; `honoured` when the metric's own label wins. */
type Labelling = (kind: string, instance: string, metric: string) => Labels;

/** Job and port of each kind, as a committed configuration of Prometheus has them. */
const jobsOf = (file: string): Record<string, { job: string; port: string }> => {
  const { scrape_configs: jobs } = parse(readFileSync(join(root, file), 'utf8')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  const kinds: Record<string, string> = { 9000: 'gateway', 9001: 'queue', 9002: 'admission', 9003: 'purchase', 8000: 'web', 9121: 'redis' };
  return Object.fromEntries(
    jobs.flatMap(({ job_name: job, static_configs: configs }) =>
      configs.flatMap(({ targets }) =>
        targets.flatMap((target) => {
          const port = target.split(':')[1]!;
          return kinds[port] === undefined ? [] : [[kinds[port], { job, port }]];
        }),
      ),
    ),
  );
};
const compose = jobsOf('infra/prometheus/prometheus.yml');
const bare = jobsOf('infra/prometheus/local.yml');
const fromFile =
  (jobs: typeof compose, hostOf: (kind: string, instance: string) => string): Labelling =>
  (kind, instance) => ({ job: jobs[kind]!.job, instance: `${hostOf(kind, instance)}:${jobs[kind]!.port}` });
const pod = (kind: string, instance: string): Labels => ({
  namespace: 'shop',
  pod: `sunbeon-${kind}-${instance}`,
  instance: `10.1.2.3-${instance}-${kind}:9000`,
});

/** How each way to run it labels what Prometheus reads. */
export const labellings: Record<string, Labelling> = {
  compose: fromFile(compose, (kind, instance) => `${kind}-${instance}`),
  bare: fromFile(bare, (_, instance) => `host-${instance}`),
  'Kubernetes, PodMonitor': (kind, instance) => ({ ...pod(kind, instance), job: `shop/sunbeon-${kind}`, container: kind, endpoint: 'ops' }),
  // `honorLabels: true`: the metrics' own `service` wins; `up` has none of its own.
  'Kubernetes, ServiceMonitor': (kind, instance, metric) => ({
    ...pod(kind, instance),
    job: `sunbeon-${kind}`,
    container: kind,
    endpoint: 'ops',
    ...(metric === 'up' || kind === 'redis' ? { service: `sunbeon-${kind}` } : {}),
  }),
};

const parts = (series: string): { name: string; labels: Labels } => {
  const [, name, inner = ''] = /^([\w:]+)(?:\{(.*)\})?$/.exec(series)!;
  return { name: name!, labels: Object.fromEntries([...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label!, value!])) };
};
const kindOf = (name: string, labels: Labels): string => {
  if (labels['service'] !== undefined) return labels['service'];
  if (name.startsWith('redis_')) return 'redis';
  const owner = (metricCatalogue as Record<string, MetricSpec>)[metricOf(name)]?.owner;
  return owner === undefined || owner === 'every service' ? 'queue' : owner === 'leader' ? 'admission' : owner;
};

/** The same series with the labels that a way to run it gives them, and `service` where our processes export it. */
export const labelled = (series: SeriesValues, labelling: Labelling): SeriesValues => {
  const all = Object.entries(series).map(([text, values]) => ({ ...parts(text), values }));
  // `up` is of the process that exports metrics under the same job and instance.
  const targetOf = ({ labels }: (typeof all)[number]): string => `${labels['job'] ?? ''} ${labels['instance'] ?? ''}`;
  return Object.fromEntries(
    all.map((one) => {
      const own = all.find((other) => other.name !== 'up' && targetOf(other) === targetOf(one));
      const foreign = one.name === 'up' && own === undefined;
      const kind = one.name === 'up' ? (own ? kindOf(own.name, own.labels) : '') : kindOf(one.name, one.labels);
      const isOurs = ['gateway', 'queue', 'admission', 'purchase', 'web'].includes(kind) && one.name !== 'up';
      const known = foreign || !['gateway', 'queue', 'admission', 'purchase', 'web', 'redis'].includes(kind);
      const labels = {
        ...one.labels,
        ...(isOurs ? { service: kind } : {}),
        ...(known ? {} : labelling(kind, one.labels['instance']?.replace(/\W/g, '-') ?? 'x', one.name)),
      };
      return [
        `${one.name}{${Object.entries(labels)
          .map(([label, value]) => `${label}="${value}"`)
          .join(',')}}`,
        one.values,
      ];
    }),
  );
};
