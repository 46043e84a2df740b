import { createHash } from 'node:crypto';
import { keys } from '@sunbeon/contracts';
import { newPurchaseId } from '@sunbeon/contracts';
import { commandConnection } from '@sunbeon/runtime';
import { admit } from '../../services/admission/src/scripts/admit.ts';
import { expire } from '../../services/admission/src/scripts/expire.ts';
import { lead } from '../../services/admission/src/scripts/lead.ts';
import { readFigures } from '../../services/admission/src/scripts/read-figures.ts';
import { readGauges } from '../../services/admission/src/scripts/read-gauges.ts';
import { sample } from '../../services/admission/src/scripts/sample.ts';
import { purchase } from '../../services/purchase/src/scripts/purchase.ts';
import { ms, rate, times, type Bench, type Row } from './lib.ts';
import { throughput } from './wrk.ts';
import { joinAll, newVisitors, tokensFor, admitNow } from './line.ts';

const seconds = 6;
const connections = 256;

/** People who are inside, ready to buy. */
const insiders = async (bench: Bench, saleId: string, count: number): Promise<string[]> => {
  await bench.create(saleId);
  const visitors = newVisitors(count);
  await joinAll(bench.redis, saleId, visitors);
  for (let left = count; left > 0; left -= 500) await admitNow(bench.redis, saleId, Math.min(500, left));
  return visitors;
};

/** Purchases through the whole stack beside the raw script, both on a Redis that writes each batch to the disk first. */
export const shop = async (bench: Bench): Promise<Row[]> => {
  const raw = commandConnection(bench.stack.redisUrl);
  raw.on('error', () => {});
  await raw.connect();
  const own = await insiders(bench, 'bench_raw', 200_000);
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() - startedAt < seconds * 1_000 && next < own.length) {
      const visitor = own[next++]!;
      await purchase.run(raw, 'bench_raw', [{ visitor, quantity: 1, key: 'k', fingerprint: 'purchase:1', purchaseId: newPurchaseId() }]);
    }
  }));
  const rawPerSecond = next / ((performance.now() - startedAt) / 1_000);
  raw.disconnect();

  const saleId = 'bench_shop';
  const visitors = await insiders(bench, saleId, 120_000);
  const sign = await tokensFor(bench.redis, saleId);
  const body = '{"quantity":1}';
  const requests = visitors.map((visitor, i) => `POST /api/sales/${saleId}/purchases HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${sign(visitor, i + 1)}\r\nidempotency-key: k\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  const perSecond = await throughput({ port: bench.port('gateway'), connections, seconds, requests });
  const sold = Number(await bench.redis.hget(keys.stock(saleId), 'sold'));
  if (sold < perSecond * seconds * 0.95) throw new Error(`${sold} sold for ${Math.round(perSecond * seconds)} answers`);
  return [{ what: 'purchases through the whole stack : the raw script', measured: rate(perSecond), reference: rate(rawPerSecond), ratio: times(perSecond / rawPerSecond), target: '≥ 0.5 ×', met: perSecond / rawPerSecond >= 0.5 }];
};

/** 5,000 admissions a second by the real service, for a minute; and whether any script held Redis up. */
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
  const nameOf = ([, sha]: string[]): string => [admit, expire, lead, readGauges, readFigures, sample].find(({ source }) => createHash('sha1').update(source).digest('hex') === sha)?.name ?? 'another script';
  return [
    { what: `${perSecond} admissions a second, over ${forSeconds} s`, measured: rate(real), reference: rate(perSecond), ratio: `${(((real - perSecond) / perSecond) * 100).toFixed(2)} %`, target: 'within 1 %', met: Math.abs(real / perSecond - 1) <= 0.01 },
    { what: 'longest a script held Redis up then', measured: worst === 0 ? 'less than 10 ms' : `${ms(worst / 1_000)} (${nameOf(scripts[0]![3])}, one of ${scripts.length} longer than 10 ms)`, reference: '', ratio: worst === 0 ? '< 10 ms' : ms(worst / 1_000), target: '≤ 10 ms', met: worst <= 10_000 },
  ];
};
