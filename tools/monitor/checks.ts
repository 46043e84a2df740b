import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricCatalogue, type MetricSpec } from '@sunbeon/contracts';
import { dashboards, textOf } from '../../infra/grafana/src/dashboards.ts';
import { missing } from '../../infra/grafana/src/judge.ts';
import { runbookBase } from '../../infra/grafana/src/runbook.ts';
import { foreignMetrics } from './foreign-metrics.ts';
import { metricsPage } from './metrics-page.ts';
import { selectorsOf, type Selector } from './promql.ts';
import { alerts, allPanels, dashboardFiles, expectations, queries, read, recordings, root, runbookSections, uses } from './sources.ts';

const catalogue = metricCatalogue as Readonly<Record<string, MetricSpec>>;
const recorded = new Set(recordings.map(({ record }) => record));
/** Labels that Prometheus and the services add to every series. */
const added = new Set(['job', 'instance', 'service', 'le']);

const typeOf = (name: string): string | undefined => catalogue[name]?.type ?? foreignMetrics[name]?.type;
/** The metric a series belongs to: `x_bucket`, `x_count` and `x_sum` are of the histogram `x`. */
export const metricOf = (name: string): string => {
  const base = name.replace(/_(bucket|count|sum)$/, '');
  return typeOf(name) === undefined && typeOf(base) === 'histogram' ? base : name;
};

/** Faults in the labels of a selector. */
const labelFaults = (where: string, { name, matchers }: Selector): string[] => {
  const spec = catalogue[metricOf(name)];
  if (!spec) return [];
  return matchers.flatMap(({ label, operator, value }) => {
    if (added.has(label)) return [];
    const allowed = spec.labels[label];
    if (allowed === undefined) return [`${where}: ${name} has no label ${label}`];
    if (typeof allowed === 'string' || value.includes('$')) return [];
    const asked = operator.endsWith('~') ? value.split('|') : [value];
    return asked.filter((one) => !allowed.includes(one)).map((one) => `${where}: ${label} of ${name} is never "${one}"`);
  });
};

/** Code of services and runtime, where metrics are made. */
const sourceTexts = (): string => {
  const filesBelow = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(folder, entry.name)) : entry.name.endsWith('.ts') ? [join(folder, entry.name)] : [],
    );
  return ['packages/runtime/src', 'services/gateway/src', 'services/queue/src', 'services/admission/src', 'services/purchase/src']
    .flatMap((folder) => filesBelow(join(root, folder)))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
};

/** Always fires: no test shows it silent, and it is routed to no person. */
export const watchdog = 'SunbeonWatchdog';
/** Functions that make a rate or an increase of a counter. */
const overWindow = /\b(rate|increase|irate)\($/;
/** Counters that an expression shows as they are: one event would colour a panel for ever. Comparisons with an earlier moment are none. */
const lifetimeCounters = (expression: string): string[] =>
  [...expression.matchAll(/(?<![\w:])([a-z][a-z0-9_]*)(\{(?:[^{}"]|"[^"]*")*\})?(?=[\s\[)*/+,-]|$)/g)].flatMap(({ 1: name, index }) => {
    const type = typeOf(metricOf(name!));
    const isCounter = type === 'counter' || (type === 'histogram' && /_(bucket|count|sum)$/.test(name!));
    return isCounter && !overWindow.test(expression.slice(0, index)) ? [name!] : [];
  });

/** Each check by name: its faults, none when all is well. */
export const checks: Record<string, () => string[]> = {
  'the dashboards are what their code says (npm run dashboards)': () => [
    ...Object.entries(dashboards)
      .filter(
        ([file, dashboard]) =>
          !dashboardFiles.some((one) => one.file === file) || read(`infra/grafana/dashboards/${file}`) !== textOf(dashboard),
      )
      .map(([file]) => `${file} differs from its code`),
    ...dashboardFiles.filter(({ file }) => !(file in dashboards)).map(({ file }) => `${file} has no code`),
  ],
  'docs/METRICS.md is what the catalogue says (npm run dashboards)': () =>
    read('docs/METRICS.md') === metricsPage() ? [] : ['docs/METRICS.md differs from the catalogue'],
  'every metric that dashboards, alerts and rules use is in the catalogue, with its labels': () =>
    uses.flatMap(({ where, expression }) =>
      selectorsOf(expression).flatMap((selector) => {
        const known = recorded.has(selector.name) || metricOf(selector.name) in catalogue || metricOf(selector.name) in foreignMetrics;
        return known ? labelFaults(where, selector) : [`${where}: ${selector.name} is not in the catalogue`];
      }),
    ),
  'every metric of the catalogue is looked at by a dashboard, an alert or a rule': () => {
    const used = new Set(uses.flatMap(({ expression }) => selectorsOf(expression).map(({ name }) => metricOf(name))));
    return [...Object.keys(catalogue), ...Object.keys(foreignMetrics)]
      .filter((name) => !used.has(name))
      .map((name) => `${name} is looked at by nobody`);
  },
  'no panel shows a counter as it is: only its rate or increase': () =>
    queries.flatMap(({ where, expression }) => lifetimeCounters(expression).map((name) => `${where}: ${name} grows for ever`)),
  'every figure has a bad colour, one for no data and one for no traffic, and is an instant query': () =>
    allPanels
      .filter(({ panel }) => panel.type === 'stat')
      .flatMap(({ file, panel: { title, targets, fieldConfig, options } }) => {
        const { thresholds, mappings = [], noValue } = fieldConfig!.defaults;
        const colours = [
          ...thresholds!.steps.map(({ color }) => color),
          ...mappings.flatMap((mapping) => (mapping.type === 'value' ? Object.values(mapping.options).map(({ color }) => color) : [])),
        ];
        const ofNothing = mappings.flatMap((mapping) => (mapping.type === 'special' ? [mapping.options.match as string] : []));
        return [
          ...(colours.includes('red') || colours.includes('orange') ? [] : ['has no bad colour']),
          ...(noValue === missing.text && ['null', 'nan'].every((match) => ofNothing.includes(match)) ? [] : ['has no state for no data']),
          ...(String(options?.reduceOptions?.calcs) === 'last' ? [] : ['confuses no number with no data']),
          ...(targets!.every(({ instant, range }) => instant === true && range !== true) ? [] : ['may show a value of the past']),
        ].map((fault) => `${file}: ${title} ${fault}`);
      }),
  'every panel links to a section of the runbook': () =>
    allPanels.flatMap(({ file, panel: { title, links = [] } }) => {
      const anchors = links.map(({ url }) => /^\$\{runbook:raw\}#(\w+)$/.exec(url)?.[1]);
      return runbookSections.some((name) => anchors.includes(name.toLowerCase())) ? [] : [`${file}: ${title}`];
    }),
  'every dashboard has a choice of data source and instance, and shows deploys and operators': () =>
    dashboardFiles.flatMap(({ file, templating, annotations }) => {
      const names = [...(templating?.list ?? []), ...(annotations?.list ?? [])].map(({ name }) => name);
      return ['datasource', 'runbook', 'instance', 'Deploys', 'Operators']
        .filter((name) => !names.includes(name))
        .map((name) => `${file} has no ${name}`);
    }),
  'every rule that is recorded is used': () => {
    const used = new Set(uses.flatMap(({ expression }) => selectorsOf(expression).map(({ name }) => name)));
    return [...recorded].filter((name) => !used.has(name)).map((name) => `${name} is used by nobody`);
  },
  'every metric of the catalogue is made by the code, and no other': () => {
    const text = sourceTexts();
    const made = new Set([...text.matchAll(/'(sunbeon_[a-z_]+)'/g)].map(([, name]) => name!));
    return [
      ...Object.keys(catalogue)
        .filter((name) => !made.has(name))
        .map((name) => `${name} is made nowhere`),
      ...[...made].filter((name) => !(name in catalogue)).map((name) => `${name} is not in the catalogue`),
    ];
  },
  'every alert has a test that it fires and one that it does not': () =>
    alerts.flatMap(({ alert }) => {
      const own = expectations.filter(({ alertname }) => alertname === alert);
      return [
        ...(own.some(({ exp_alerts }) => (exp_alerts?.length ?? 0) > 0) ? [] : [`${alert}: no test that it fires`]),
        // A test with several series names exactly those that fire; the others are those that do not.
        ...(alert === watchdog ||
        own.some(({ exp_alerts }) => (exp_alerts?.length ?? 0) === 0) ||
        own.some(({ exp_alerts }) => exp_alerts?.length === 1)
          ? []
          : [`${alert}: no test that it does not fire`]),
      ];
    }),
  'every alert has a section in docs/RUNBOOK.md that it links to, and every section an alert': () => [
    ...alerts.filter(({ alert }) => !runbookSections.includes(alert)).map(({ alert }) => `${alert} has no section`),
    ...alerts
      .filter(({ alert, annotations }) => annotations['runbook_url'] !== `${runbookBase}#${alert.toLowerCase()}`)
      .map(({ alert }) => `${alert} does not link to its section`),
    ...runbookSections.filter((name) => !alerts.some(({ alert }) => alert === name)).map((name) => `the section ${name} is of no alert`),
  ],
  'every alert says how bad it is, and what it means': () =>
    alerts.flatMap(({ alert, labels, annotations }) => [
      ...(['critical', 'warning', ...(alert === watchdog ? ['none'] : [])].includes(labels['severity'] ?? '')
        ? []
        : [`${alert} has no severity`]),
      ...(annotations['summary'] && annotations['description'] ? [] : [`${alert} has no summary or description`]),
    ]),
};
