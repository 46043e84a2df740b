import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { metricCatalogue, type MetricSpec } from '@sunbeon/contracts';
import { root, which } from '../../tools/local/commands.mjs';
import { startSettings } from '../../tools/local/start-settings.mjs';
import { evaluateAll, rulesFor, type Scene, type SeriesValues } from '../../tools/monitor/evaluate.ts';
import { selectorsOf } from '../../tools/monitor/promql.ts';
import { alerts, recordings } from '../../tools/monitor/sources.ts';
import { labelled, labellings } from './labellings.ts';

type Labels = Record<string, string>;
interface RuleTests {
  tests: {
    name: string;
    input_series: { series: string; values: string }[];
    alert_rule_test?: { eval_time: string; alertname: string; exp_alerts?: { exp_labels: Labels }[] }[];
  }[];
}
const folder = join(root, 'infra/prometheus/tests');
const tests = readdirSync(folder).flatMap((file) => (parse(readFileSync(join(folder, file), 'utf8')) as RuleTests).tests);

/** One question of a test of the rules: an alert at a moment. */
const questions = tests.flatMap(({ name, input_series, alert_rule_test = [] }) =>
  alert_rule_test.map(({ eval_time: at, alertname, exp_alerts = [] }) => {
    const alert = alerts.find(({ alert: own }) => own === alertname)!;
    return {
      name,
      alertname,
      at,
      series: Object.fromEntries(input_series.map(({ series, values }) => [series, values])),
      rules: rulesFor([alert.expr], [alert]),
      // Where a process runs is what differs; the rest of the labels does not.
      expected: exp_alerts.map(({ exp_labels: { job: _, instance: __, ...labels } }) => labels),
    };
  }),
);
/** Series that a recorded rule reads: one of each selector, that grows, of two buckets if it is of a histogram. */
const seriesFor = (expression: string): SeriesValues =>
  Object.fromEntries(
    selectorsOf(expression).flatMap(({ name, matchers }) => {
      if (name.includes(':')) return seriesOf(recordings.find(({ record }) => record === name)!.expr);
      const spec = (metricCatalogue as Record<string, MetricSpec>)[name.replace(/_(bucket|count|sum)$/, '')];
      const labels: Labels = Object.fromEntries(
        Object.entries(spec?.labels ?? {}).map(([label, values]) => [label, typeof values === 'string' ? 'a' : values[0]!]),
      );
      for (const { label, operator, value } of matchers) {
        if (operator === '=') labels[label] = value;
        if (operator === '=~') labels[label] = value.split('|')[0]!.replace('.*', '');
      }
      const text = (more: Labels): string =>
        `${name}{${Object.entries({ instance: 'x', ...labels, ...more })
          .map(([label, value]) => `${label}="${value}"`)
          .join(',')}}`;
      return name.endsWith('_bucket')
        ? [
            [text({ le: '0.1' }), '0+5x100'],
            [text({ le: '+Inf' }), '0+5x100'],
          ]
        : [[text({}), /_(total|count|sum)$/.test(name) ? '0+5x100' : '1x100']];
    }),
  );
const seriesOf = (expression: string): [string, string][] => Object.entries(seriesFor(expression));

it('local.yml reads the ops ports of npm start', () => {
  const text = readFileSync(join(root, 'infra/prometheus/local.yml'), 'utf8');
  const { scrape_configs: jobs } = parse(text) as { scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[] };
  const targets = jobs.find(({ job_name: name }) => name === 'sunbeon')!.static_configs.flatMap(({ targets: some }) => some);
  // The ports of a part are wanted twice: the first is its own.
  const wanted = startSettings([], {}).wantedPorts.map(({ variable, port }) => ({ variable, port }));
  const ops = wanted.filter(({ variable }, index) => wanted.findIndex((one) => one.variable === variable) < index);
  expect(targets.toSorted()).toEqual(ops.map(({ port }) => `localhost:${port}`).toSorted());
});

const promtool = which('promtool');
describe(`the rules${promtool ? '' : ' (skipped: promtool is not installed)'}`, () => {
  (promtool ? it : it.skip).each(Object.keys(labellings))('alert the same of series that are labelled as by %s', (way) => {
    const scenes = questions.map(({ alertname, at, series, rules }): Scene => ({
      rules,
      series: labelled(series, labellings[way]!),
      expressions: [`ALERTS{alertname="${alertname}",alertstate="firing"}`],
      at,
    }));
    const answers = evaluateAll(scenes, { every: '5s' });
    const seen = questions.map(({ name, alertname, at, expected }, index) => {
      const keys = new Set(expected.flatMap((labels) => Object.keys(labels)));
      const got = answers[index]![0]!.map(({ labels }) => Object.fromEntries(Object.entries(labels).filter(([key]) => keys.has(key))));
      return [name, alertname, at, got.map((labels) => JSON.stringify(labels, [...keys].toSorted())).toSorted()];
    });
    expect(seen).toEqual(
      questions.map(({ name, alertname, at, expected }) => {
        const keys = [...new Set(expected.flatMap((labels) => Object.keys(labels)))].toSorted();
        return [name, alertname, at, expected.map((labels) => JSON.stringify(labels, keys)).toSorted()];
      }),
    );
  });

  (promtool ? it : it.skip)('record the same of series that are labelled as by each', () => {
    const plain = recordings.map(({ record, expr }) => ({ record, series: seriesFor(expr), rules: rulesFor([record]) }));
    const ways = [
      (series: SeriesValues) => series,
      ...Object.values(labellings).map((way) => (series: SeriesValues) => labelled(series, way)),
    ];
    const scenes = ways.flatMap((way) =>
      plain.map(({ record, series, rules }): Scene => ({ rules, series: way(series), expressions: [record], at: '8m' })),
    );
    const answers = evaluateAll(scenes);
    const values = scenes.map((_, index) => answers[index]![0]!.map(({ value }) => value).toSorted());
    const first = plain.map(({ record }, index) => [record, values[index]]);
    // `up` of two processes at one address is one series where jobs are told apart: the alerts above have it.
    const isCompared = ([record]: unknown[]): boolean => record !== 'instance:sunbeon_up:last1h';
    expect(first.filter(([, some]) => (some as number[]).length === 0)).toEqual([]);
    for (const [index, way] of ['without labels', ...Object.keys(labellings)].entries())
      expect([way, plain.map(({ record }, each) => [record, values[index * plain.length + each]]).filter(isCompared)]).toEqual([
        way,
        first.filter(isCompared),
      ]);
  });
});
