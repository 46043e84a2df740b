// npm run bench [-- --quick]: measures everything of docs/SCALE.md in one run, each figure beside its reference.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { draw } from './draw.ts';
import { drawReaders } from './draw-readers.ts';
import { durability, twoDurabilities } from './durability.ts';
import { fewJoins } from './few-joins.ts';
import { joins } from './joins.ts';
import { root, startBench, type Bench, type Row } from './lib.ts';
import { message } from './message.ts';
import { opening } from './opening.ts';
import { passes } from './passes.ts';
import { growthPicture } from './picture.ts';
import { proofs } from './proofs.ts';
import { processes, twoProcesses } from './processes.ts';
import { publicLine } from './public-line.ts';
import { scale, type Size } from './scale.ts';
import { pace, shop } from './shop.ts';
import { waiting } from './waiting.ts';
import { generator } from './wrk.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const quick = values.quick;
const startedAt = Date.now();
const say = (text: string): void => console.log(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(5)} s  ${text}`);

const rows: Row[] = [];
let sizes: Size[] = [];
/** Each part on a stack of its own, so that memory of one part does not affect another. */
const part = async (
  name: string,
  work: (bench: Bench) => Promise<Row[]>,
  instances = {},
  envOf?: (name: string) => Record<string, string>,
): Promise<void> => {
  if (values.only && !name.startsWith(values.only)) return;
  say(name);
  const bench = await startBench(instances, envOf);
  try {
    // A part that fails is reported and counted; the others are measured.
    for (const row of await work(bench)) {
      rows.push(row);
      say(
        `  ${row.met === null ? '      ' : row.met ? 'ok    ' : 'MISSED'}  ${row.what}: ${row.measured}${row.reference ? ` beside ${row.reference}` : ''} → ${row.ratio} (${row.target})`,
      );
    }
  } catch (error) {
    rows.push({
      what: name,
      measured: 'broke',
      reference: '',
      ratio: String((error as Error).message).split('\n')[0]!,
      target: '',
      met: false,
    });
    console.error(error);
  } finally {
    await bench.stop();
  }
};

await part('joins and places', joins);
await part('few joins', fewJoins);
await part('proofs', proofs);
await part('processes', (bench) => processes(bench, quick ? 2 : 5), { gateway: 2 }, twoProcesses);
await part('waiting, 10,000', (bench) => waiting(bench, quick ? { sockets: 1_000, seconds: 10 } : { sockets: 10_000, seconds: 60 }));
// One process holds one open file a socket; where a machine allows fewer, the rest are on further gateways.
const openFiles = Number(execFileSync('sh', ['-c', 'ulimit -n']).toString());
const many = 20_000;
const perProcess = Math.min(many, (Number.isNaN(openFiles) ? Infinity : openFiles) - 200);
if (!quick)
  await part('sockets, 20,000', async (bench) => (await waiting(bench, { sockets: many, seconds: 10, perProcess })).slice(2), {
    gateway: Math.ceil(many / perProcess),
  });
await part('line of a million', async (bench) => {
  const result = await scale(bench, quick ? 10_000 : 1_000_000, (text) => say(`  ${text}`));
  ({ sizes } = result);
  return result.rows;
});
await part('public line', (bench) => publicLine(bench, quick ? 20_000 : 1_000_000, quick ? 2 : 4, (text) => say(`  ${text}`)));
await part('draw', (bench) => draw(bench, quick ? 100_000 : 1_000_000, (text) => say(`  ${text}`)), { admission: 2 });
const crowd = quick ? { sockets: 2_000, pollers: 200, renewMs: 5_000 } : { sockets: many, pollers: 2_000, renewMs: 30_000 };
// Polls and renewals need open files of the gateway, too.
const inLobby = Math.floor(perProcess * 0.9);
await part('opening', (bench) => opening(bench, { ...crowd, perProcess: inLobby }), { gateway: Math.ceil(crowd.sockets / inLobby) });
await part('strangers of a draw', (bench) => drawReaders(bench, quick ? 100_000 : 1_000_000, quick ? 2 : 4));
await part('message', (bench) => message(bench, quick ? { sockets: 1_000, messages: 5 } : { sockets: 10_000, messages: 15 }));
await part('pace', (bench) => pace(bench, 5_000, quick ? 5 : 60));
await part('shop', shop);
await part(
  'durability',
  (bench) => durability(bench, quick ? { seconds: 2, buyers: 10_000 } : { seconds: 4, buyers: 40_000 }),
  { queue: 2, purchase: 2 },
  twoDurabilities,
);
await part('passes', (bench) =>
  passes(bench, quick ? { seconds: 2, claims: 20_000, ways: 10_000 } : { seconds: 5, claims: 80_000, ways: 30_000 }),
);

const redis = execFileSync(process.env['REDIS_SERVER'] ?? 'redis-server', ['--version'])
  .toString()
  .trim();
const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${redis.split(' sha')[0]}, appendfsync always, all processes and the load on this machine; throughput by ${generator}`;
const table = [
  '| what | measured | reference in the same run | figure | target | |',
  '|---|---|---|---|---|---|',
  ...rows.map(
    ({ what, measured, reference, ratio, target, met }) =>
      `| ${what} | ${measured} | ${reference} | **${ratio}** | ${target} | ${met === null ? '' : met ? 'met' : 'missed'} |`,
  ),
].join('\n');
const growth = [
  '| waiting | join, µs | place by ZRANK, µs | tick of 50, ms | tick of 1,000, ms | position by the mirror, ns |',
  '|---|---|---|---|---|---|',
  ...sizes.map(
    (size) =>
      `| ${size.waiting.toLocaleString('en-US')} | ${size.joinUs.toFixed(1)} | ${size.placeUs.toFixed(1)} | ${size.tick50Ms.toFixed(2)} | ${size.tick1000Ms.toFixed(2)} | ${size.positionNs.toFixed(0)} |`,
  ),
].join('\n');
console.log(`\n${table}\n\n${growth}`);
if (!quick && !values.only) {
  const folder = join(root, 'docs/results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify({ machine, takenAt: new Date().toISOString(), rows, sizes }, null, 2)}\n`);
  if (sizes.length > 0) writeFileSync(join(folder, 'growth.svg'), growthPicture(sizes));
  writeFileSync(
    join(folder, 'bench.md'),
    `# Bench\n\n\`npm run bench\`, ${new Date().toISOString().slice(0, 10)}, ${Math.round((Date.now() - startedAt) / 60_000)} min. ${machine}.\n\nRatios are of the same run; absolute figures are of this machine.\n\n${table}\n\n## Growth\n\n${growth}\n\n![cost by the length of the line](growth.svg)\n`,
  );
}
const missed = rows.filter(({ met }) => met === false).length;
say(missed === 0 ? 'every target is met' : `${missed} targets are missed`);
process.exit(missed === 0 ? 0 : 1);
