import { metricCatalogue, openLabels, type MetricSpec } from '@sunbeon/contracts';

const owners = ['every service', 'gateway', 'queue', 'admission', 'leader', 'purchase'] as const;
const titles: Record<MetricSpec['owner'], string> = {
  'every service': 'Every service',
  gateway: 'Gateway',
  queue: 'Queue',
  admission: 'Admission',
  purchase: 'Purchase',
  leader: 'A sale, by its leader only',
};
const labelsOf = (labels: MetricSpec['labels']): string =>
  Object.entries(labels)
    .map(([label, values]) => `\`${label}\`: ${typeof values === 'string' ? openLabels[values] : values.join(', ')}`)
    .join('; ') || '–';

/** docs/METRICS.md, made from the catalogue. */
export const metricsPage = (): string => `# Metrics

Made from \`packages/contracts/src/metrics.ts\` by \`npm run dashboards\`; services can export nothing else. Every series also has \`service\`, and
\`job\` and \`instance\` from Prometheus. The stats of a sale are exported by its leader (one admission instance), from one read of Redis
per second, and removed when it loses the lead, so that sums over instances are right. Label values come from closed sets, or are bounded as described.
${owners
  .map(
    (owner) => `
## ${titles[owner]}

| metric | type | unit | meaning | labels |
|---|---|---|---|---|
${Object.entries(metricCatalogue as Record<string, MetricSpec>)
  .filter(([, spec]) => spec.owner === owner)
  .map(([name, { type, unit, help, labels }]) => `| \`${name}\` | ${type} | ${unit} | ${help} | ${labelsOf(labels)} |`)
  .join('\n')}
`,
  )
  .join('')}`;
