// npm run sales [-- --quick]: ticks, pace and lists at 1, 100 and 5,000 sales; writes docs/results/sales.md.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuSeconds, ms, root, startBench } from './lib.ts';
import { measureSales, type SalesJob, type SalesResult } from './sales.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const seconds = values.quick ? 10 : 40;
const jobs: SalesJob[] = (
  values.quick
    ? ([
        [1, 1],
        [40, 40],
      ] as const)
    : ([
        [1, 1],
        [100, 100],
        [5_000, 500],
      ] as const)
).map(([sales, open]) => ({ sales, open, seconds, waiting: 60 }));
const startedAt = Date.now();
const say = (text: string): void => console.log(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(5)} s  ${text}`);
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** Wanted: a first page in less than 100 ms, no tick more than a second late, no sale that starves. */
const faults = (result: SalesResult): string[] => [
  ...(result.publicMs.p99 < 100 ? [] : ['the public list']),
  ...(result.operatorMs.p99 < 100 ? [] : ["the operator's list"]),
  ...(result.lateMs.p99 < 1_000 ? [] : ['ticks']),
  ...(result.pace.slowest > 0.9 ? [] : ['pace']),
  ...(result.refused === 0 ? [] : ['refused lists']),
];

const results: SalesResult[] = [];
for (const job of jobs) {
  // Each on a stack of its own.
  const bench = await startBench();
  try {
    const result = await measureSales(bench, job, cpuSeconds, (text) => say(`  ${text}`));
    results.push(result);
    say(
      `${job.sales} sales: ticks late ${ms(result.lateMs.p50)} / ${ms(result.lateMs.p99)}, pace ${percent(result.pace.slowest)} at least, lists ${ms(result.publicMs.p99)} and ${ms(result.operatorMs.p99)}; ${faults(result).join(', ') || 'all as wanted'}`,
    );
  } finally {
    await bench.stop();
  }
}

const table = [
  "| sales | open and busy | tick late, p50 / p99 / worst | pace held: slowest sale / 1st percentile / fastest | public first page, p50 / p99 | operator's first page, p50 / p99 | series, size and time of `/metrics` | Redis and admission, of one core each | |",
  '|---|---|---|---|---|---|---|---|---|',
  ...results.map(
    (result) =>
      `| ${[
        result.sales.toLocaleString('en-US'),
        result.open,
        `${ms(result.lateMs.p50)} / ${ms(result.lateMs.p99)} / ${ms(result.lateMs.worst)}`,
        [result.pace.slowest, result.pace.p1, result.pace.fastest].map(percent).join(' / '),
        `${ms(result.publicMs.p50)} / ${ms(result.publicMs.p99)}`,
        `${ms(result.operatorMs.p50)} / ${ms(result.operatorMs.p99)}`,
        `${result.metrics.series.toLocaleString('en-US')}, ${(result.metrics.bytes / 1_024).toFixed(0)} KB, ${ms(result.metrics.ms)}`,
        `${percent(result.cpu.redis)}, ${percent(result.cpu.admission)}`,
        faults(result).length === 0 ? 'met' : `missed: ${faults(result).join(', ')}`,
      ].join(' | ')} |`,
  ),
].join('\n');
console.log(`\n${table}`);
if (!values.quick) {
  const redis = execFileSync(process.env['REDIS_SERVER'] ?? 'redis-server', ['--version'])
    .toString()
    .trim()
    .split(' sha')[0];
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${redis}, appendfsync always, all processes and the crowd on this machine`;
  const how = `Each open sale has 60 visitors in line at the start and a pace of one a second; each second one more visitor joins, and admitted visitors buy or leave. Both lists are asked for five times a second for ${seconds} s. A tick is late against its sale's own second, by the samples that the ticks write. \`/metrics\` is that of the admission service.`;
  writeFileSync(
    join(root, 'docs/results/sales.md'),
    `# Many sales\n\n\`npm run sales\`, ${new Date().toISOString().slice(0, 10)}. ${machine}.\n\n${how}\n\n${table}\n`,
  );
}
process.exit(results.every((result) => faults(result).length === 0) ? 0 : 1);
