import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createShop } from '@sunbeon/client/shop';
import { keys, passCookieNameOf, ticketIn } from '@sunbeon/contracts';
import { shopKey } from '../../tests/fixtures/stack.mjs';
import { connections, cpuSeconds, inTurn, rate, root, times, valueOf, type Bench, type Row } from './lib.ts';
import { admitNow, joinAll, newVisitors, tokensFor } from './line.ts';
import type { ShopCrowdJob, ShopCrowdResult } from './shop-crowd.ts';
import { throughput } from './wrk.ts';

const shopUrl = 'https://shop.example/concert';
const rounds = 3;

export interface PassesSize {
  seconds: number;
  /** Visitors of one round, more than can be through in it. */
  claims: number;
  ways: number;
}

const inOwnProcess = async (job: ShopCrowdJob): Promise<ShopCrowdResult> => {
  const child = fork(join(root, 'tools/bench/shop-crowd.ts'), { execArgv: ['--conditions=development', '--import', 'tsx'] });
  child.send(job);
  const [result] = (await once(child, 'message')) as [ShopCrowdResult | { error: string }];
  child.kill();
  if ('error' in result) throw new Error(result.error);
  return result;
};

/** Processor time of Redis and all services for one of what `work` counts, µs; the least of all rounds. Does not count the load. */
const createCosts = (bench: Bench) => {
  const least = new Map<string, number>();
  const total = (): number => [...bench.stack.processes.values()].reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  return {
    during: async (name: string, work: () => Promise<{ done: number; perSecond: number }>): Promise<number> => {
      const before = total();
      const { done, perSecond } = await work();
      least.set(name, Math.min(least.get(name) ?? Infinity, ((total() - before) * 1e6) / done));
      return perSecond;
    },
    row: (what: string, name: string, reference: string): Row => ({
      what: `processor time, services and Redis: ${what}`,
      measured: `${Math.round(least.get(name)!)} µs`,
      reference: `${Math.round(least.get(reference)!)} µs`,
      ratio: times(least.get(name)! / least.get(reference)!),
      target: 'how much more',
      met: null,
    }),
  };
};

/** Visitors inside; resolves with their tokens. */
const insiders = async (bench: Bench, saleId: string, count: number): Promise<string[]> => {
  const visitors = newVisitors(count);
  await joinAll(bench.redis, saleId, visitors);
  await admitNow(bench.redis, saleId, count);
  const sign = await tokensFor(bench.redis, saleId);
  return visitors.map((visitor, i) => sign(visitor, i + 1));
};

/** Claim, ticket and redemption of each visitor, beside claims alone. */
const intoTheShop = async (bench: Bench, { seconds, claims, ways }: PassesSize): Promise<Row[]> => {
  const costs = createCosts(bench);
  const claiming = await insiders(bench, 'bench_claims', rounds * claims);
  const going = await insiders(bench, 'bench_passes', rounds * ways);
  const job = { port: bench.port('gateway'), connections, seconds };
  const issued = (): Promise<number> => bench.redis.hlen(keys.passes('bench_passes'));
  const go = async (): Promise<ShopCrowdResult> => {
    const before = await issued();
    const result = await inOwnProcess({ ...job, saleId: 'bench_passes', tokens: going.splice(0, ways), shopKey });
    const made = (await issued()) - before;
    if (made < result.done) throw new Error(`${made} passes for ${result.done} visitors`);
    return result;
  };
  const only = (): Promise<ShopCrowdResult> =>
    inOwnProcess({ ...job, saleId: 'bench_claims', tokens: claiming.splice(0, claims), shopKey: null });
  const [way, claim] = (await inTurn([() => costs.during('way', go), () => costs.during('claim', only)])) as [number, number];
  return [
    {
      what: 'visitors into a shop (claim, ticket, redemption) : claims alone',
      measured: rate(way),
      reference: rate(claim),
      ratio: times(way / claim),
      target: '≥ 1,000/s',
      met: way >= 1_000,
    },
    costs.row('a visitor into a shop : a claim', 'way', 'claim'),
  ];
};

/** A proxy's questions about requests with a good pass, and the places of the same visitors. */
const guarded = async (bench: Bench, seconds: number): Promise<Row[]> => {
  const saleId = 'bench_guard';
  const shop = createShop({ baseUrl: bench.stack.gateways[0]!, token: shopKey });
  const tokens = await insiders(bench, saleId, 200);
  const questions: string[] = [];
  for (const token of tokens) {
    const { url } = valueOf('ticket', await bench.client.withToken(token).ticket(saleId));
    const { pass } = valueOf('redeem', await shop.redeem(ticketIn(url)!));
    questions.push(
      `GET /api/guard/${saleId} HTTP/1.1\r\nhost: bench\r\nx-forwarded-method: GET\r\nx-forwarded-proto: https\r\nx-forwarded-host: shop.example\r\nx-forwarded-uri: /concert/seats?row=7\r\ncookie: ${passCookieNameOf(saleId, true)}=${pass}\r\n\r\n`,
    );
  }
  const job = { port: bench.port('gateway'), connections, seconds };
  const load = async (requests: string[]): Promise<{ done: number; perSecond: number }> => {
    const perSecond = await throughput({ ...job, requests });
    return { done: perSecond * seconds, perSecond };
  };
  const places = tokens.map(
    (token) => `GET /api/sales/${saleId}/queue/me HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${token}\r\n\r\n`,
  );
  const costs = createCosts(bench);
  const [answers, place] = (await inTurn([
    () => costs.during('guard', () => load(questions)),
    () => costs.during('place', () => load(places)),
  ])) as [number, number];

  // Without the other services, whose ticks are commands, too: a good pass needs none of them.
  for (const [name, { child }] of bench.stack.processes) if (!/^(redis|gateway)/.test(name)) child.kill('SIGSTOP');
  await pause(1_000);
  /** Commands of Redis by its own count, a second; a gateway's reads of streams are there without any question. */
  const commandsWhile = async (work: () => Promise<number>) => {
    const startedAt = performance.now();
    await bench.redis.config('RESETSTAT');
    const answered = await work();
    const counted = await bench.commands();
    const tookSeconds = (performance.now() - startedAt) / 1_000;
    const calls = [...counted].filter(([name]) => !/^(config|info)/.test(name)).reduce((sum, [, one]) => sum + one.calls, 0);
    return { calls, answered, perSecond: calls / tookSeconds, tookSeconds };
  };
  const idle = await commandsWhile(async () => {
    await pause(seconds * 1_000);
    return 0;
  });
  const asked = await commandsWhile(async () => Math.round((await load(questions)).done));
  const each = Math.max(0, asked.calls - idle.perSecond * asked.tookSeconds) / asked.answered;
  return [
    {
      what: 'guard requests with a good pass : places by polling',
      measured: rate(answers),
      reference: rate(place),
      ratio: times(answers / place),
      target: '≥ 1 ×',
      met: answers >= place,
    },
    costs.row('a guard request : a place', 'guard', 'place'),
    {
      what: 'Redis commands a second during guard requests with a good pass : without any',
      measured: `${asked.perSecond.toFixed(1)} (${asked.answered.toLocaleString('en-US')} requests)`,
      reference: idle.perSecond.toFixed(1),
      ratio: `${each.toFixed(2)} a request`,
      target: '0 a request',
      met: each < 0.005,
    },
  ];
};

/** The way into another shop, and the guard in front of it. */
export const passes = async (bench: Bench, size: PassesSize): Promise<Row[]> => {
  // Before the visitors: this process signs their tokens for seconds, and does not see meanwhile that an idle connection was closed.
  for (const saleId of ['bench_claims', 'bench_passes', 'bench_guard'])
    await bench.create(saleId, { kind: 'gate', stock: undefined, returnUrls: [shopUrl], sessionSeconds: 3_600 });
  return [...(await intoTheShop(bench, size)), ...(await guarded(bench, size.seconds))];
};
