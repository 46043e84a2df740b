// What `npm run traces -- --cost` runs: the same loads on three whole stacks, without traces and with all and a hundredth of them, in turns.
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { admitNow, joinAll, newVisitors, tokensFor } from '../bench/line.ts';
import { post } from '../bench/joins.ts';
import { blast, cpuSeconds, quantile, rssBytes, startBench, type Bench } from '../bench/lib.ts';
import { throughput } from '../bench/wrk.ts';
import { writeReport, type Measured, type Mode } from './cost-report.ts';
import { startJaeger } from './jaeger.mjs';

const rounds = 5;
const seconds = 2;
/** As many as a browser-facing load has, fewer than `npm run bench`: three stacks share the cores. */
const connections = 128;
/** More than can buy in one closed and one open loop. */
const buyersPerRound = 14_000;
const saleId = 'cost';

const startedAt = Date.now();
const say = (text: string): void => console.log(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(5)} s  ${text}`);

/** A stack with a sale, and its buyers who are inside. */
const prepare = async (mode: Mode, env: Record<string, string>) => {
  const bench = await startBench({}, () => env);
  await bench.create(saleId);
  const visitors = newVisitors(rounds * buyersPerRound);
  await joinAll(bench.redis, saleId, visitors);
  await admitNow(bench.redis, saleId, visitors.length);
  const sign = await tokensFor(bench.redis, saleId);
  const body = '{"quantity":1}';
  const purchases = visitors.map(
    (visitor, i) =>
      `POST /api/sales/${saleId}/purchases HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${sign(visitor, i + 1)}\r\nidempotency-key: k\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  say(`stack ${mode}`);
  return { mode, bench, purchases };
};
type Prepared = Awaited<ReturnType<typeof prepare>>;
type Load = 'join' | 'purchase' | 'read';

const requestsOf = ({ purchases }: Prepared, load: Load): string[] => {
  if (load === 'purchase') return purchases.splice(0, buyersPerRound / 2);
  return [load === 'join' ? post(`/api/sales/${saleId}/queue`) : `GET /api/sales/${saleId} HTTP/1.1\r\nhost: bench\r\n\r\n`];
};
const cpuOf = (bench: Bench): number => [...bench.stack.processes.values()].reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);

/** Requests a second in open loops: two fifths of what the stack without traces did first. */
const openRate: Partial<Record<Load, number>> = {};
const measure = async (prepared: Prepared, load: Load): Promise<Measured> => {
  const { bench } = prepared;
  const job = { port: bench.port('gateway'), connections, seconds };
  const cpuBefore = cpuOf(bench);
  const perSecond = await throughput({ ...job, requests: requestsOf(prepared, load) });
  const cpuUs = ((cpuOf(bench) - cpuBefore) / (perSecond * seconds)) * 1e6;
  openRate[load] ??= Math.floor(perSecond * 0.4);
  const { p95, failed } = await blast({ ...job, rate: openRate[load], requests: requestsOf(prepared, load) });
  if (failed > 0) throw new Error(`${failed} of ${load} failed`);
  return { perSecond, cpuUs, p95 };
};

/** Ends the services in order; the spans that each lost are the last sum in its log. */
const lostSpans = async ({ bench }: Prepared): Promise<number> => {
  let lost = 0;
  for (const { name, child, log } of bench.stack.processes.values()) {
    if (name === 'redis') continue;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    for (const line of log()
      .split('\n')
      .filter((text) => text.includes('"spans_lost"')))
      lost += (JSON.parse(line) as { count: number }).count;
  }
  return lost;
};

const jaeger = await startJaeger({ maxTraces: 20_000 });
const loadBefore = loadavg()[0]!;
const stacks: Prepared[] = [];
try {
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.endpoint };
  stacks.push(await prepare('off', {}));
  stacks.push(await prepare('all', { ...on, OTEL_TRACES_SAMPLER_ARG: '1' }));
  stacks.push(await prepare('hundredth', { ...on, OTEL_TRACES_SAMPLER_ARG: '0.01' }));
  const results: Record<Load, Record<Mode, Measured>[]> = { join: [], purchase: [], read: [] };
  // The first requests compile the code.
  for (const { bench } of stacks)
    for (const load of ['join', 'read'] as const)
      await throughput({ port: bench.port('gateway'), connections, seconds: 1, requests: requestsOf(stacks[0]!, load) });
  for (let round = 0; round < rounds; round += 1) {
    for (const load of Object.keys(results) as Load[]) {
      // Each is first in its turn: the load of others on this machine favours none. The first round begins without traces, for the rate of the open loops.
      const order = stacks.map((_, i) => stacks[(round + i) % stacks.length]!);
      const measured: Partial<Record<Mode, Measured>> = {};
      for (const prepared of order) measured[prepared.mode] = await measure(prepared, load);
      results[load].push(measured as Record<Mode, Measured>);
    }
    say(`round ${round + 1} of ${rounds}; load ${loadavg()[0]!.toFixed(1)}`);
  }
  const memory = stacks.map(({ mode, bench }) => [mode, rssBytes(bench.stack.processes.get('gateway-0')!.pid)] as const);
  const collector = { cpuSeconds: cpuSeconds(jaeger.pid), bytes: rssBytes(jaeger.pid) };
  const lost: [Mode, number][] = [];
  for (const prepared of stacks) lost.push([prepared.mode, await lostSpans(prepared)]);
  writeReport({
    results,
    openRate: openRate,
    memory: Object.fromEntries(memory) as Record<Mode, number>,
    lost: Object.fromEntries(lost) as Record<Mode, number>,
    collector,
    load: [loadBefore, loadavg()[0]!],
    job: { rounds, seconds, connections },
    tookSeconds: (Date.now() - startedAt) / 1_000,
    median: (values) => quantile(values, 0.5),
  });
} finally {
  for (const { bench } of stacks) await bench.stop();
  await jaeger.stop();
}
