import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { selectorsOf } from './promql.ts';
import { recordings, root, type Alert } from './sources.ts';

/** Series by selector, in the notation of promtool: `1x5 0x20`, one value each five seconds. */
export type SeriesValues = Record<string, string>;
export interface Scene {
  /** Rules of this scene alone, as the text of a rule file; fewer rules are faster. Else the committed ones. */
  rules?: string;
  series: SeriesValues;
  /** PromQL, without variables of Grafana. */
  expressions: string[];
  /** Moment of the evaluation. */
  at: string;
}
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]));
const samplesOf = (text: string): Sample[] =>
  text.trim() === 'nil'
    ? []
    : [...text.matchAll(/(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}) (\S+?)(?:,|$)/gm)].map(([, labels, value]) => ({
        labels: labelsOf(labels!),
        value: value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value),
      }));

/**
 * What Prometheus says to each expression of each scene, with the committed rules evaluated over its series. promtool compares an expression with a
 * sample that none can have, and so prints what it got.
 */
export const evaluateAll = (scenes: readonly Scene[], { rules = true, every = '30s' } = {}): Sample[][][] => {
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-rules-'));
  const committed = readdirSync(join(root, 'infra/prometheus/rules')).map((name) => join(root, 'infra/prometheus/rules', name));
  // One file of tests for each set of rules.
  const sets = [...new Set(scenes.map((scene) => scene.rules))];
  const order = sets.flatMap((set) => scenes.filter((scene) => scene.rules === set));
  const files = sets.map((set, index) => {
    const own = join(folder, `rules-${index}.yml`);
    if (set !== undefined) writeFileSync(own, set);
    const file = join(folder, `scenes-${index}.yml`);
    writeFileSync(
      file,
      stringify({
        rule_files: set === undefined ? (rules ? committed : []) : [own],
        evaluation_interval: every,
        tests: scenes
          .filter((scene) => scene.rules === set)
          .map(({ series, expressions, at }) => ({
            interval: '5s',
            input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
            promql_expr_test: expressions.map((expr) => ({ expr, eval_time: at, exp_samples: [{ labels: 'impossible', value: 0 }] })),
          })),
      }),
    );
    return file;
  });
  let output = '';
  try {
    execFileSync('promtool', ['test', 'rules', ...files], { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    output = `${stdout ?? ''}${stderr ?? ''}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
  const answers = [...output.matchAll(/^ +got:(.*)$/gm)].map(([, text]) => samplesOf(text!));
  const asked = scenes.reduce((sum, { expressions }) => sum + expressions.length, 0);
  if (answers.length !== asked) throw new Error(`promtool answered ${answers.length} of ${asked} expressions: ${output.slice(0, 4_000)}`);
  let next = 0;
  const byScene = new Map(order.map((scene) => [scene, scene.expressions.map(() => answers[next++]!)]));
  return scenes.map((scene) => byScene.get(scene)!);
};

/** A rule file of the recorded rules that expressions need, and of further rules: the committed ones all take most of the time. */
export const rulesFor = (expressions: readonly string[], others: readonly Alert[] = []): string => {
  const names = new Set(expressions.flatMap((text) => selectorsOf(text).map(({ name }) => name)));
  for (const { record, expr } of recordings.toReversed()) if (names.has(record)) for (const { name } of selectorsOf(expr)) names.add(name);
  return stringify({ groups: [{ name: 'all', rules: [...recordings.filter(({ record }) => names.has(record)), ...others] }] });
};

/** What Prometheus says to each expression of each scene, with the rules that it needs: all of them for alerts. */
export const evaluate = (scenes: readonly Scene[]): Sample[][][] =>
  evaluateAll(
    scenes.map((scene) =>
      scene.expressions.some((text) => text.includes('ALERTS')) ? scene : { ...scene, rules: rulesFor(scene.expressions) },
    ),
  );
