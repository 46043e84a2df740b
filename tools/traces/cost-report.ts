import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { megabytes, ms, rate, root } from '../bench/lib.ts';
import { generator } from '../bench/wrk.ts';
import { jaegerVersion } from './jaeger.mjs';

export type Mode = 'off' | 'all' | 'hundredth';
export interface Measured {
  /** Closed loop. */
  perSecond: number;
  /** Processor time of the whole stack a request, µs. */
  cpuUs: number;
  /** Open loop, ms. */
  p95: number;
}
interface Report {
  results: Record<string, Record<Mode, Measured>[]>;
  openRate: Record<string, number>;
  /** Of the gateway, bytes. */
  memory: Record<Mode, number>;
  lost: Record<Mode, number>;
  collector: { cpuSeconds: number; bytes: number };
  load: [before: number, after: number];
  job: { rounds: number; seconds: number; connections: number };
  tookSeconds: number;
  median: (values: readonly number[]) => number;
}

const titles: Record<string, string> = { join: 'join', purchase: 'purchase', read: '`GET /api/sales/{sale}`' };
const figures: [title: string, of: (measured: Measured) => number, text: (value: number) => string][] = [
  ['requests a second, closed loop', ({ perSecond }) => perSecond, rate],
  ['processor time a request', ({ cpuUs }) => cpuUs, (value) => `${Math.round(value)} µs`],
  ['p95, open loop', ({ p95 }) => p95, ms],
];

/** Medians over the rounds; ratios are those of each round, since a busy machine slows what is side by side. */
const rowsOf = ({ results, openRate, median }: Report): string[] =>
  Object.entries(results).flatMap(([load, measured]) =>
    figures.map(([title, of, text]) => {
      const figure = (mode: Mode): string => text(median(measured.map((round) => of(round[mode]))));
      const ratio = (mode: Mode): string => {
        const ratios = measured.map((round) => of(round[mode]) / of(round.off));
        return `${median(ratios).toFixed(2)} × (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;
      };
      const what = title.startsWith('p95') ? `${title} at ${rate(openRate[load]!)}` : title;
      return `| ${titles[load]}: ${what} | ${figure('off')} | ${figure('all')} | ${ratio('all')} | ${figure('hundredth')} | ${ratio('hundredth')} |`;
    }),
  );

export const writeReport = (report: Report): void => {
  const { memory, lost, collector, load, job, tookSeconds } = report;
  const redis = execFileSync(process.env['REDIS_SERVER'] ?? 'redis-server', ['--version'])
    .toString()
    .trim()
    .split(' sha')[0];
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${redis}, appendfsync always, Jaeger ${jaegerVersion}, ${generator}; everything on this machine, whose load (1 min) was ${load.map((value) => value.toFixed(1)).join(' before and ')} after`;
  const text = [
    '# Cost of traces',
    `\`npm run traces -- --cost\`, ${new Date().toISOString().slice(0, 10)}, ${Math.round(tookSeconds)} s. ${machine}.`,
    `Three whole stacks with the same sale: no traces, all of them (ratio 1), a hundredth (ratio 0.01), exported to a real Jaeger. ${job.rounds} rounds; in each, every load runs on the three in turns, ${job.seconds} s in a closed loop with ${job.connections} connections, ${job.seconds} s in an open loop below saturation. Medians of the rounds; each ratio is the median of the ratios within a round, with the smallest and the largest. Processor time is that of Redis and all services, without collector and load generator.`,
    [
      '| | without | all | all : without | a hundredth | a hundredth : without |',
      '|---|---|---|---|---|---|',
      ...rowsOf(report),
      `| memory of the gateway after all rounds | ${megabytes(memory.off)} | ${megabytes(memory.all)} | ${(memory.all / memory.off).toFixed(2)} × | ${megabytes(memory.hundredth)} | ${(memory.hundredth / memory.off).toFixed(2)} × |`,
      `| spans that were lost (\`spans_lost\`) | | ${lost.all.toLocaleString('en-US')} | | ${lost.hundredth.toLocaleString('en-US')} | |`,
    ].join('\n'),
    `The collector took ${Math.round(collector.cpuSeconds)} s of processor time and ${megabytes(collector.bytes)}, on the same cores; on cores of its own it would slow nothing. With all traces, answers to \`GET /api/sales/{sale}\` are not given again from memory; with a share they are, without a trace.`,
    'Of these, processor time depends least on what else the machine does. What this does not show: a machine without other work, and services on several machines.',
  ].join('\n\n');
  writeFileSync(join(root, 'docs/results/traces.md'), `${text}\n`);
  console.log(`\n${text}`);
};
