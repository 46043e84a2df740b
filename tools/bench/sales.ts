import { keys, saleDefaults } from '@sunbeon/contracts';
import { newPurchaseId } from '@sunbeon/contracts/server';
import { addCurrent } from '../../services/admission/src/current-sales.ts';
import { createSale } from '../../services/admission/src/scripts/create-sale.ts';
import { setStatus } from '../../services/admission/src/scripts/set-status.ts';
import { purchase } from '../../services/purchase/src/scripts/purchase.ts';
import { join } from '../../services/queue/src/scripts/join.ts';
import { leave } from '../../services/queue/src/scripts/leave.ts';
import { quantile, type Bench } from './lib.ts';
import { newVisitors } from './line.ts';

export interface SalesJob {
  sales: number;
  /** Of those, open and busy; the others are closed and empty. */
  open: number;
  seconds: number;
  /** Waiting visitors of each open sale at the start. */
  waiting: number;
}
export interface SalesResult extends SalesJob {
  /** Delay of a sale's ticks against its own second, ms; the worst sale is the one with the latest tick. */
  lateMs: { p50: number; p99: number; worst: number };
  /** Ticks of the sale that had fewest, of those that its seconds allow. */
  fewestTicks: number;
  /** Admissions of a sale to what its pace allows in the time: the slowest sale, the percentile below which 1 % lie, and the fastest. */
  pace: { slowest: number; p1: number; fastest: number };
  /** First pages of the lists, from the call to the parsed answer, ms. */
  publicMs: { p50: number; p99: number };
  operatorMs: { p50: number; p99: number };
  /** Lists without an answer. */
  refused: number;
  metrics: { series: number; bytes: number; ms: number };
  /** Of one core. */
  cpu: { redis: number; admission: number };
}

const admitPerSecond = 1;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const idOf = (i: number): string => `sale_${String(i).padStart(5, '0')}`;
/** At most 100 at a time, to bound the load of the measurement itself. */
const inGroups = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < items.length; from += 100) await Promise.all(items.slice(from, from + 100).map(work));
};

interface Busy {
  saleId: string;
  line: string[];
  dealt: number;
}

/** The sales, created by the operator's API; the open ones lie evenly among the closed. */
const createAll = async ({ redis }: Bench, { sales, open, waiting }: SalesJob): Promise<Busy[]> => {
  const all = Array.from({ length: sales }, (_, i) => ({
    saleId: idOf(i),
    isOpen: Math.floor(((i + 1) * open) / sales) > Math.floor((i * open) / sales),
  }));
  const busy: Busy[] = [];
  await inGroups(all, async ({ saleId, isOpen }) => {
    await createSale.run(redis, saleId, {
      ...saleDefaults,
      saleId,
      title: 'Sales',
      stock: 100_000,
      admitPerSecond,
      activeLimit: 10_000,
      claimSeconds: 600,
    });
    await redis.sadd(keys.sales, saleId);
    if (!isOpen) return await setStatus.run(redis, saleId, { verb: 'close' });
    const line = newVisitors(waiting);
    await join.run(
      redis,
      saleId,
      line.map((visitorId) => ({ visitorId, generation: 0 })),
    );
    busy.push({ saleId, line, dealt: 0 });
    return await addCurrent(redis, saleId);
  });
  return busy;
};

/** One second of one sale: a join; admitted visitors buy or leave. */
const live = async ({ redis }: Bench, sale: Busy): Promise<void> => {
  const [visitorId] = newVisitors(1) as [string];
  const [admitted] = await Promise.all([
    redis.hget(keys.flow(sale.saleId), 'admitted'),
    join.run(redis, sale.saleId, [{ visitorId, generation: 0 }]),
  ]);
  sale.line.push(visitorId);
  for (; sale.dealt < Number(admitted ?? 0); sale.dealt += 1) {
    const visitor = sale.line[sale.dealt]!;
    if (sale.dealt % 2 === 0)
      await purchase.run(redis, sale.saleId, [{ visitor, quantity: 1, key: 'k', fingerprint: 'purchase:1', purchaseId: newPurchaseId() }]);
    else await leave.run(redis, sale.saleId, { visitor });
  }
};

/** All ticks of a sale in the time, by its samples: each tick writes one down. */
const ticksOf = async ({ redis }: Bench, saleId: string, fromMs: number, toMs: number): Promise<number[]> =>
  (await redis.xrange(keys.samples(saleId), String(fromMs), String(toMs))).map(([id]) => Number(id.split('-', 1)[0]));

const processor = async (bench: Bench, cpuSeconds: (pid: number) => number): Promise<{ redis: number; admission: number }> => ({
  redis: cpuSeconds(bench.stack.processes.get('redis')!.pid),
  admission: cpuSeconds(bench.stack.processes.get('admission-0')!.pid),
});

export const measureSales = async (
  bench: Bench,
  job: SalesJob,
  cpuSeconds: (pid: number) => number,
  say: (text: string) => void,
): Promise<SalesResult> => {
  const { redis, stack } = bench;
  const busy = await createAll(bench, job);
  say(`${job.sales} sales, ${job.open} of them open`);
  let isOver = false;
  const crowd = (async () => {
    while (!isOver) {
      const started = performance.now();
      // Spread over the second, as arrivals are.
      const steps = 20;
      for (let step = 0; step < steps; step += 1) {
        await Promise.all(busy.filter((_, i) => i % steps === step).map((sale) => live(bench, sale)));
        await sleep(Math.max(0, started + ((step + 1) * 1_000) / steps - performance.now()));
      }
    }
  })();
  // Every sale has a leader and one tick: the start-up is over.
  for (const deadline = Date.now() + 60_000; ;) {
    let ticked = 0;
    await inGroups(busy, async ({ saleId }) => {
      if (Number(await redis.xlen(keys.samples(saleId))) > 2) ticked += 1;
    });
    if (ticked === busy.length) break;
    if (Date.now() > deadline) throw new Error(`${ticked} of ${busy.length} open sales are ticked after a minute`);
    await sleep(250);
  }
  say('every open sale is ticked');
  const now = async (): Promise<number> => {
    const [s, us] = await redis.time();
    return Number(s) * 1_000 + Math.floor(Number(us) / 1_000);
  };
  const read = async (saleId: string): Promise<{ admitted: number; atMs: number }> => {
    const [admitted, at] = await redis.hmget(keys.flow(saleId), 'admitted', 'refilledAt');
    return { admitted: Number(admitted), atMs: Number(at) };
  };
  const before = new Map<string, { admitted: number; atMs: number }>();
  await inGroups(busy, async ({ saleId }) => {
    before.set(saleId, await read(saleId));
  });
  const [fromMs, cpuBefore] = [await now(), await processor(bench, cpuSeconds)];
  const listMs: Record<'public' | 'operator', number[]> = { public: [], operator: [] };
  let refused = 0;
  const list = async (kind: 'public' | 'operator'): Promise<void> => {
    const started = performance.now();
    const { ok } = await (kind === 'operator' ? bench.operator : bench.client).sales();
    listMs[kind].push(performance.now() - started);
    if (!ok) refused += 1;
  };
  const scraped = { series: 0, bytes: 0, ms: 0 };
  for (let second = 0; second < job.seconds; second += 1) {
    const started = performance.now();
    for (let look = 0; look < 5; look += 1) {
      await Promise.all([list('public'), list('operator')]);
      await sleep(Math.max(0, started + (look + 1) * 200 - performance.now()));
    }
    if (second % 5 === 4 || second + 1 === job.seconds) {
      const scrapedAt = performance.now();
      const text = await (await fetch(`${stack.ops('admission-0')}/metrics`)).text();
      Object.assign(scraped, {
        series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
        bytes: text.length,
        ms: Math.max(scraped.ms, performance.now() - scrapedAt),
      });
      say(`${second + 1} s, lists p99 ${Math.round(quantile(listMs.public, 0.99))} and ${Math.round(quantile(listMs.operator, 0.99))} ms`);
    }
  }
  const [toMs, cpuAfter] = [await now(), await processor(bench, cpuSeconds)];
  const tookSeconds = (toMs - fromMs) / 1_000;
  const [late, counts, pace]: [number[], number[], number[]] = [[], [], []];
  await inGroups(busy, async ({ saleId }) => {
    const ticks = await ticksOf(bench, saleId, fromMs, toMs);
    counts.push(ticks.length);
    const first = ticks[0] ?? toMs;
    const offsets = ticks.map((at, i) => at - first - i * 1_000);
    const least = Math.min(...offsets);
    late.push(...offsets.map((offset) => offset - least));
    const [{ admitted, atMs }, old] = [await read(saleId), before.get(saleId)!];
    pace.push((admitted - old.admitted) / ((atMs - old.atMs) / 1_000) / admitPerSecond);
  });
  isOver = true;
  await crowd;
  return {
    ...job,
    lateMs: { p50: quantile(late, 0.5), p99: quantile(late, 0.99), worst: Math.max(...late) },
    fewestTicks: Math.min(...counts) / tookSeconds,
    pace: { slowest: Math.min(...pace), p1: quantile(pace, 0.01), fastest: Math.max(...pace) },
    publicMs: { p50: quantile(listMs.public, 0.5), p99: quantile(listMs.public, 0.99) },
    operatorMs: { p50: quantile(listMs.operator, 0.5), p99: quantile(listMs.operator, 0.99) },
    refused,
    metrics: scraped,
    cpu: { redis: (cpuAfter.redis - cpuBefore.redis) / tookSeconds, admission: (cpuAfter.admission - cpuBefore.admission) / tookSeconds },
  };
};
