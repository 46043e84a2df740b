import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { root } from './sources.ts';

/** Series by selector, in the notation of promtool: `1x5 0x20`, one value each five seconds. */
export type SeriesValues = Record<string, string>;
export interface Scene {
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
  const files = readdirSync(join(root, 'infra/prometheus/rules')).map((name) => join(root, 'infra/prometheus/rules', name));
  writeFileSync(
    join(folder, 'scenes.yml'),
    stringify({
      rule_files: rules ? files : [],
      evaluation_interval: every,
      tests: scenes.map(({ series, expressions, at }) => ({
        interval: '5s',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: expressions.map((expr) => ({ expr, eval_time: at, exp_samples: [{ labels: 'impossible', value: 0 }] })),
      })),
    }),
  );
  let output = '';
  try {
    execFileSync('promtool', ['test', 'rules', join(folder, 'scenes.yml')], { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 26 });
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
  return scenes.map(({ expressions }) => expressions.map(() => answers[next++]!));
};

/** Recorded names have a colon; alerts are series too. Scenes without either are evaluated without the rules, which take most of the time. */
const needsRules = ({ expressions }: Scene): boolean => expressions.some((text) => /\w:\w|ALERTS/.test(text));

/** `evaluateAll` of those with rules and of those without, in the order of the scenes. */
export const evaluate = (scenes: readonly Scene[]): Sample[][][] => {
  const parts = [true, false].map((rules) => {
    const own = scenes.filter((scene) => needsRules(scene) === rules);
    return { own, answers: own.length === 0 ? [] : evaluateAll(own, { rules }) };
  });
  return scenes.map((scene) => parts.flatMap(({ own, answers }) => (own.includes(scene) ? [answers[own.indexOf(scene)]!] : []))[0]!);
};
