import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, type CreateSale } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { checkSale } from '../../services/admission/src/invariants/check-sale.ts';
import { isLong } from '../fixtures/long.ts';
import { operatorAt, valueOf, visitorOf } from '../fixtures/client.ts';
import { eventsOf, until } from '../fixtures/sale.ts';
import { freePort, startRedis, startStack, type RunningProcess, type Stack } from '../fixtures/stack.mjs';
import { insist } from './faulty.ts';

/** The faults of a disk and of a clock are preloaded into Redis; that needs a C compiler. */
const compiler = ((): string | null => {
  for (const name of ['gcc', 'cc', 'clang']) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {
      /* the next one */
    }
  }
  return null;
})();
if (!compiler) console.warn('skipped: no C compiler is installed');
const folder = mkdtempSync(join(tmpdir(), 'sunbeon-shim-'));
const rules = join(folder, 'rules');
const rule = (fsyncMs: number, offsetSeconds: number): void => writeFileSync(rules, `${fsyncMs} ${offsetSeconds}\n`);

let redisProcess: RunningProcess;
let port: number;
let stack: Stack;
let redis: Redis;
const shim = () => ({ env: { LD_PRELOAD: join(folder, 'shim.so'), SUNBEON_FAULTS: rules } });
beforeAll(async () => {
  if (!compiler) return;
  execFileSync(compiler, [
    '-shared',
    '-fPIC',
    '-O1',
    '-o',
    join(folder, 'shim.so'),
    join(import.meta.dirname, 'slow-disk-and-clock.c'),
    '-ldl',
  ]);
  rule(0, 0);
  port = await freePort();
  redisProcess = await startRedis(folder, port, shim());
  stack = await startStack({
    instances: { queue: 1, admission: 2, purchase: 2, gateway: 1 },
    built: true,
    redisUrl: `redis://127.0.0.1:${port}`,
  });
  redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
  redis.on('error', () => {});
}, 60_000);
afterAll(async () => {
  if (compiler) {
    redis.disconnect();
    await stack.stop();
    redisProcess.child.kill('SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
});

const create = (saleId: string, settings: Partial<CreateSale> = {}) =>
  valueOf(
    'create',
    operatorAt(stack.gateways[0]).create({
      saleId,
      title: 'T',
      stock: 10_000,
      admitPerSecond: 20,
      activeLimit: 10_000,
      claimSeconds: 600,
      ...settings,
    }),
  );
const crowdOf = async (saleId: string, size: number) =>
  await Promise.all(
    Array.from({ length: size }, async () => {
      const { body } = await visitorOf(saleId, undefined, stack.gateways[0]).join();
      return visitorOf(saleId, body.token, stack.gateways[0]);
    }),
  );
const killRedis = async (): Promise<void> => {
  const ended = once(redisProcess.child, 'exit');
  redisProcess.child.kill('SIGKILL');
  await ended;
  redisProcess = await startRedis(folder, port, shim());
};

(compiler ? describe : describe.skip)('the clock of Redis', () => {
  it('goes back an hour as the leader dies: the lease that it left is not waited for, and stays end with their own windows', async () => {
    const saleId = 'f20_lease';
    await create(saleId, { admitPerSecond: 10, claimSeconds: 3, sessionSeconds: 3 });
    await crowdOf(saleId, 100);
    const admitted = async () => Number(await redis.hget(keys.flow(saleId), 'admitted'));
    await until('admissions', async () => (await admitted()) > 5);
    const leader = (await redis.get(keys.leader(saleId)))!;
    const name = [...stack.processes.values()].find(
      ({ name: one, pid }) => one.startsWith('admission') && leader.includes(`-${pid}-`),
    )!.name;
    const ended = once(stack.processes.get(name)!.child, 'exit');
    stack.processes.get(name)!.child.kill('SIGKILL');
    rule(0, -3_600);
    await ended;
    const before = await admitted();
    try {
      await until('another admits', async () => (await admitted()) > before, 6_000);
      await until('stays of the time before end', async () => Number(await redis.hget(keys.flow(saleId), 'expired')) > 0, 8_000);
    } finally {
      stack.startService(name);
      await stack.ready(name);
      rule(0, 0);
    }
  });

  it.each([['forward an hour', 3_600], ['back an hour', -3_600], ...(isLong ? [['back a day', -86_400] as const] : [])])(
    'F20: that jumps %s gives nobody more than the pace allows, throws nobody out of the line, and admissions go on',
    async (_, offset) => {
      const saleId = `f20_${offset > 0 ? 'on' : 'back'}_${Math.abs(offset)}`;
      await create(saleId, { admitPerSecond: 10 });
      await crowdOf(saleId, 200);
      const admitted = async () => Number(await redis.hget(keys.flow(saleId), 'admitted'));
      await until('admissions', async () => (await admitted()) > 10);
      const before = await admitted();
      const jumpedAt = Date.now();
      rule(0, offset);
      await until('it goes on', async () => (await admitted()) >= before + 20, 10_000);
      const seconds = (Date.now() - jumpedAt) / 1_000;
      // At most the pace, one tick's worth, and three seconds' worth that a jump forward looks like.
      expect((await admitted()) - before).toBeLessThanOrEqual(10 * (seconds + 1 + 3) + 2);
      expect(await redis.zcard(keys.queue(saleId))).toBe(200 - (await admitted()));
      const everybody = (await eventsOf(redis, saleId))
        .filter(({ type }) => type === 'admitted')
        .flatMap(({ data }) => data['visitors'] as string[]);
      expect(new Set(everybody).size).toBe(everybody.length);
      rule(0, 0);
      const back = await admitted();
      await until('it goes on again', async () => (await admitted()) > back, 10_000);
      const { results } = (await checkSale(redis, saleId))!;
      expect(results.filter(({ verdict, invariant }) => verdict === 'broken' && invariant !== 'I7')).toEqual([]);
    },
  );
});

(compiler ? describe : describe.skip)('a slow disk', () => {
  // By npm run test:long alone.
  if (!isLong) return;

  /** Buys while the disk takes so long for each fsync, kills Redis, and counts the acknowledged purchases that are gone. */
  const lostPurchases = async (saleId: string, fsyncMs: number, enough: number): Promise<{ acked: number; lost: number }> => {
    await create(saleId, { admitPerSecond: 1_000 });
    const crowd = await crowdOf(saleId, 300);
    await until('all inside', async () => (await redis.zcard(keys.active(saleId))) === 300, 15_000);
    rule(fsyncMs, 0);
    const acked: string[] = [];
    let next = 0;
    const buyer = async (): Promise<void> => {
      for (let i = next++; i < crowd.length; i = next++) {
        const answer = await crowd[i]!.buy(1, 'k').catch(() => null);
        if (answer?.status === 201) acked.push(answer.body.purchaseId);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    };
    const buyers = Promise.all(Array.from({ length: 4 }, buyer));
    await until('some purchases', () => acked.length >= enough, 20_000);
    await killRedis();
    next = crowd.length;
    await buyers;
    rule(0, 0);
    await insist(() => visitorOf(saleId, undefined, stack.gateways[0]).join());
    await Promise.all(Object.keys(stack.ports).map(stack.ready));
    const kept = new Set(await redis.hkeys(keys.purchases(saleId)));
    return { acked: acked.length, lost: acked.filter((id) => !kept.has(id)).length };
  };

  it('loses no acknowledged purchase with appendfsync always', async () => {
    const { acked, lost } = await lostPurchases('disk_always', 400, 8);
    expect(acked).toBeGreaterThan(0);
    expect(lost).toBe(0);
  });

  it('F8: with appendfsync everysec some are lost, so this test can see it, and services warn', async () => {
    await redis.config('SET', 'appendfsync', 'everysec');
    const { lost } = await lostPurchases('disk_everysec', 1_500, 250);
    console.log(`appendfsync everysec on a slow disk: ${lost} acknowledged purchases were lost`);
    expect(lost).toBeGreaterThan(0);
    await redis.config('SET', 'appendfsync', 'everysec');
    stack.processes.get('queue-0')!.child.kill('SIGKILL');
    stack.startService('queue-0');
    await until('the warning', () => stack.processes.get('queue-0')!.log().includes('appendfsync is everysec'));
  });
});
