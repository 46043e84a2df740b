import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../..');
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const yamlOf = <T>(path: string): T => parse(read(path)) as T;

/** An expression and where it stands. */
export interface Use {
  where: string;
  expression: string;
}
export interface Alert {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
export interface Recording {
  record: string;
  expr: string;
}

const ruleFiles = readdirSync(join(root, 'infra/prometheus/rules')).map((name) => `infra/prometheus/rules/${name}`);
const rules = ruleFiles.flatMap((path) =>
  yamlOf<{ groups: { rules: (Alert | Recording)[] }[] }>(path).groups.flatMap((group) => group.rules),
);
export const alerts = rules.filter((rule): rule is Alert => 'alert' in rule);
export const recordings = rules.filter((rule): rule is Recording => 'record' in rule);

interface RuleTest {
  alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[];
}
/** What the tests of the rules expect of each alert. */
export const expectations = readdirSync(join(root, 'infra/prometheus/tests')).flatMap((name) =>
  yamlOf<{ tests: RuleTest[] }>(`infra/prometheus/tests/${name}`).tests.flatMap((test) => test.alert_rule_test ?? []),
);

export interface Panel {
  title: string;
  type: string;
  targets?: { expr: string; instant?: boolean; range?: boolean }[];
  panels?: Panel[];
  links?: { url: string }[];
  options?: { reduceOptions?: { calcs: string[] } };
  fieldConfig?: {
    defaults: {
      noValue?: string;
      mappings?: ValueMapping[];
      thresholds?: { mode: string; steps: { value: number | null; color: string }[] };
    };
  };
}
export interface DashboardFile {
  file: string;
  title: string;
  panels: Panel[];
  templating?: { list: { name: string; query?: unknown }[] };
  annotations?: { list: { name: string; expr?: string }[] };
}
export const dashboardFiles = readdirSync(join(root, 'infra/grafana/dashboards')).map((file): DashboardFile => ({
  ...(JSON.parse(read(`infra/grafana/dashboards/${file}`)) as Omit<DashboardFile, 'file'>),
  file,
}));

/** A panel, and those inside of it when it is a row. */
const panelsOf = (panels: Panel[]): Panel[] => panels.flatMap((panel) => [panel, ...panelsOf(panel.panels ?? [])]);
/** Every panel but the rows. */
export const allPanels: { file: string; panel: Panel }[] = dashboardFiles.flatMap(({ file, panels }) =>
  panelsOf(panels).flatMap((panel) => (panel.type === 'row' ? [] : [{ file, panel }])),
);
/** Every query of every panel. */
export const queries: (Use & { dashboard: string; panel: string })[] = dashboardFiles.flatMap(({ file, title, panels }) =>
  panelsOf(panels).flatMap((panel) =>
    (panel.targets ?? []).map(({ expr }) => ({ where: `${file}: ${panel.title}`, expression: expr, dashboard: title, panel: panel.title })),
  ),
);

/** Queries of annotations and of variables. */
export const sideQueries: Use[] = dashboardFiles.flatMap(({ file, templating, annotations }) => [
  ...(annotations?.list ?? []).flatMap(({ name, expr }) => (expr === undefined ? [] : [{ where: `${file}: ${name}`, expression: expr }])),
  ...(templating?.list ?? []).flatMap(({ name, query }) => {
    const metric = /^label_values\((.+), \w+\)$/.exec(String(query))?.[1];
    return metric === undefined ? [] : [{ where: `${file}: $${name}`, expression: metric }];
  }),
]);

export const uses: Use[] = [
  ...queries,
  ...sideQueries,
  ...alerts.map(({ alert, expr }) => ({ where: alert, expression: expr })),
  ...recordings.map(({ record, expr }) => ({ where: record, expression: expr })),
];

/** The sections of the runbook, one per alert. */
export const runbookSections = [...read('docs/RUNBOOK.md').matchAll(/^## (Sunbeon\w+)$/gm)].map(([, name]) => name!);
