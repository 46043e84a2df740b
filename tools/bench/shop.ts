import { keys } from '@sunbeon/contracts';
import { newPurchaseId } from '@sunbeon/contracts/server';
import { commandConnection } from '@sunbeon/runtime';
import { admit } from '../../services/admission/src/scripts/admit.ts';
import { expire } from '../../services/admission/src/scripts/expire.ts';
import { lead } from '../../services/admission/src/scripts/lead.ts';
import { readStats } from '../../services/admission/src/scripts/read-stats.ts';
import { readGauges } from '../../services/admission/src/scripts/read-gauges.ts';
import { sample } from '../../services/admission/src/scripts/sample.ts';
import { purchase } from '../../services/purchase/src/scripts/purchase.ts';
import { connections, inTurn, ms, rate, times, type Bench, type Row } from './lib.ts';
import { throughput } from './wrk.ts';
import { joinAll, newVisitors, tokensFor, admitNow } from './line.ts';

const seconds = 4;
/** Active visitors for one round of three, more than can buy in it. */
const perRound = 100_000;

/** Active visitors with a claim. */
const insiders = async (bench: Bench, saleId: string, count: number): Promise<string[]> => {
  await bench.create(saleId);
  const visitors = newVisitors(count);
  await joinAll(bench.redis, saleId, visitors);
  await admitNow(bench.redis, saleId, count);
  return visitors;
};

/** Purchases through the whole stack beside the raw script, both on a Redis with `appendfsync always`. */
export const shop = async (bench: Bench): Promise<Row[]> => {
  const raw = commandConnection(bench.stack.redisUrl);
  raw.on('error', () => {});
  await raw.connect();
  const rawSale = 'bench_raw';
  const own = await insiders(bench, rawSale, 3 * perRound);
  let round = 0;
  const rawPerSecond = async (): Promise<number> => {
    let next = round * perRound;
    const end = (round += 1) * perRound;
    const from = next;
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() - startedAt < seconds * 1_000 && next < end) {
          const visitor = own[next++]!;
          await purchase.run(raw, rawSale, [{ visitor, quantity: 1, key: 'k', fingerprint: 'purchase:1', purchaseId: newPurchaseId() }]);
        }
      }),
    );
    return (next - from) / ((performance.now() - startedAt) / 1_000);
  };

  const saleId = 'bench_shop';
  const visitors = await insiders(bench, saleId, 3 * perRound);
  const sign = await tokensFor(bench.redis, saleId);
  const body = '{"quantity":1}';
  const requests = visitors.map(
    (visitor, i) =>
      `POST /api/sales/${saleId}/purchases HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${sign(visitor, i + 1)}\r\nidempotency-key: k\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const sold = async (): Promise<number> => Number(await bench.redis.hget(keys.stock(saleId), 'sold'));
  const perSecond = async (): Promise<number> => {
    const before = await sold();
    const answered = await throughput({ port: bench.port('gateway'), connections, seconds, requests: requests.splice(0, perRound) });
    const bought = (await sold()) - before;
    if (bought < answered * seconds * 0.95) throw new Error(`${bought} sold for ${Math.round(answered * seconds)} answers`);
    return answered;
  };
  const [whole, script] = (await inTurn([perSecond, rawPerSecond])) as [number, number];
  raw.disconnect();
  return [
    {
      what: 'purchases through the whole stack : the raw script',
      measured: rate(whole),
      reference: rate(script),
      ratio: times(whole / script),
      target: '≥ 0.5 ×',
      met: whole / script >= 0.5,
    },
  ];
};

/** 5,000 admissions a second by the service, for a minute, and the longest script in Redis. */
export const pace = async (bench: Bench, perSecond: number, forSeconds: number): Promise<Row[]> => {
  const saleId = 'bench_pace';
  await bench.create(saleId, { activeLimit: 1_000_000 });
  await joinAll(bench.redis, saleId, newVisitors(perSecond * (forSeconds + 8)));
  await bench.redis.config('SET', 'slowlog-log-slower-than', '10000');
  await bench.redis.call('SLOWLOG', 'RESET');
  await bench.redis.hset(keys.sale(saleId), 'admitPerSecond', String(perSecond));
  const admitted = async (): Promise<{ count: number; at: number }> => {
    const [count, at] = await bench.redis.hmget(keys.flow(saleId), 'admitted', 'refilledAt');
    return { count: Number(count), at: Number(at) };
  };
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  const from = await admitted();
  await new Promise((resolve) => setTimeout(resolve, forSeconds * 1_000));
  const to = await admitted();
  const real = ((to.count - from.count) / (to.at - from.at)) * 1_000;
  const slow = (await bench.redis.call('SLOWLOG', 'GET', '128')) as [number, number, number, string[]][];
  const scripts = slow.filter(([, , , [name]]) => /^eval/i.test(name ?? '')).sort(([, , a], [, , b]) => b - a);
  const worst = scripts[0]?.[2] ?? 0;
  const nameOf = ([, sha]: string[]): string =>
    [admit, expire, lead, readGauges, readStats, sample].find((script) => script.sha === sha)?.name ?? 'another script';
  return [
    {
      what: `${perSecond} admissions a second, over ${forSeconds} s`,
      measured: rate(real),
      reference: rate(perSecond),
      ratio: `${(((real - perSecond) / perSecond) * 100).toFixed(2)} %`,
      target: 'within 1 %',
      met: Math.abs(real / perSecond - 1) <= 0.01,
    },
    {
      what: 'longest a script held Redis up then',
      measured:
        worst === 0 ? 'less than 10 ms' : `${ms(worst / 1_000)} (${nameOf(scripts[0]![3])}, one of ${scripts.length} longer than 10 ms)`,
      reference: '',
      ratio: worst === 0 ? '< 10 ms' : ms(worst / 1_000),
      target: '≤ 10 ms',
      met: worst <= 10_000,
    },
  ];
};
