import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits } from '@sunbeon/contracts';
import { redisBreakerLimits } from '@sunbeon/runtime';
import { Redis } from 'ioredis';
import { addCurrent } from '../../services/admission/src/current-sales.ts';
import { createSale } from '../../services/admission/src/scripts/create-sale.ts';
import { plan } from '../../services/admission/src/scripts/plan.ts';
import { join } from '../../services/queue/src/scripts/join.ts';
import { apiAt, operatorAt, visitorOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import { startStack, type Stack } from '../fixtures/stack.mjs';

const sales = Array.from({ length: 200 }, (_, i) => `many_${String(i).padStart(3, '0')}`);
/** Another leads within this time after the leader died, ms (docs/RELIABILITY.md), and each sale has its second; the machine may be busy. */
const takeoverMs = limits.leaseMs + limits.tickMs + 3_000;

let stack: Stack;
let redis: Redis;
beforeAll(async () => {
  stack = await startStack({ built: true, instances: { admission: 2 }, env: { LOG_LEVEL: 'warn', SOCKETS_PER_ADDRESS: '0' } });
  redis = new Redis(stack.redisPort, '127.0.0.1');
  await Promise.all(
    sales.map(async (saleId) => {
      await createSale.run(redis, saleId, {
        saleId,
        title: 'Many',
        stock: 1_000,
        admitPerSecond: 1,
        activeLimit: 1_000,
        claimSeconds: 600,
      });
      await redis.sadd(keys.sales, saleId);
      await join.run(
        redis,
        saleId,
        Array.from({ length: 120 }, (_, i) => `${saleId}_visitor_${i}`),
      );
      await addCurrent(redis, saleId);
    }),
  );
}, 60_000);
afterAll(async () => {
  redis.disconnect();
  await stack.stop();
});

const ofAll = async (name: 'admitted' | 'epoch'): Promise<number[]> => {
  const many = redis.pipeline();
  for (const saleId of sales) many.hget(keys.flow(saleId), name);
  return ((await many.exec()) ?? []).map(([, value]) => Number(value ?? 0));
};
const leadersOf = async (): Promise<(string | null)[]> =>
  await redis
    .pipeline(sales.map((saleId) => ['get', keys.leader(saleId)]))
    .exec()
    .then((all) => (all ?? []).map(([, value]) => value as string | null));

const isOf = (name: string) => {
  const mark = `-${stack.processes.get(name)!.pid}-`;
  return (leader: string | null): boolean => leader?.includes(mark) === true;
};
/** The process that leads most sales, and the other one. */
const processesOf = (leaders: (string | null)[]) =>
  leaders.filter(isOf('admission-0')).length >= leaders.filter(isOf('admission-1')).length
    ? (['admission-0', 'admission-1'] as const)
    : (['admission-1', 'admission-0'] as const);
const kill = async (name: string): Promise<void> => {
  const { child } = stack.processes.get(name)!;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};
interface MadeChange {
  planned: string;
  plannedAt: number;
  lateMs?: number;
}
/** Planned changes of a sale that were made, by its audit log, with their time. */
const madeOf = async (saleId: string): Promise<(MadeChange & { atMs: number })[]> =>
  (await redis.xrange(keys.auditLog(saleId), '-', '+'))
    .map(([, fields]) => new Map(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]!] as const] : []))))
    .filter((entry) => entry.get('action') === 'planned_change')
    .map((entry) => ({ ...(JSON.parse(entry.get('detail')!) as MadeChange), atMs: Number(entry.get('at')) }));

describe('200 open sales', () => {
  it('are all ticked by the other process within the time of a takeover when their leader is killed', async () => {
    await until('each sale to have a leader', async () => (await ofAll('admitted')).every((count) => count > 0), 20_000);
    const leaders = await leadersOf();
    const [dead, other] = processesOf(leaders);
    const lost = sales.filter((_, i) => isOf(dead)(leaders[i]!));
    expect(lost.length).toBeGreaterThanOrEqual(sales.length / 2);
    await kill(dead);
    const [before, epochs] = [await ofAll('admitted'), await ofAll('epoch')];
    await until('each of them to admit again', async () => (await ofAll('admitted')).every((count, i) => count > before[i]!), takeoverMs);
    expect((await leadersOf()).every(isOf(other))).toBe(true);
    const now = await ofAll('epoch');
    for (const saleId of lost) expect(now[sales.indexOf(saleId)]).toBe(epochs[sales.indexOf(saleId)]! + 1);
    stack.startService(dead);
    await stack.ready(dead);
  }, 60_000);

  it('tick on, and claims are answered, while lists of all kinds are read without end', async () => {
    const base = stack.gateways[0]!;
    const visitors = await Promise.all(
      sales.slice(0, 20).map(async (saleId) => {
        const { status, body } = await visitorOf(saleId, undefined, base).join();
        expect(status).toBe(201);
        return visitorOf(saleId, body.token, base);
      }),
    );
    const before = await ofAll('admitted');
    let isOver = false;
    const lists: number[] = [];
    /** Straight at the service, past what a gateway shares and bounds: more than the breaker lets through. */
    const flood = Array.from(
      { length: Math.ceil((2 * (redisBreakerLimits.readsInFlight + redisBreakerLimits.readsWaiting)) / 25) },
      async (_, i) => {
        while (!isOver) {
          const service = stack.api(`admission-${i % 2}`);
          const list = [
            () => operatorAt(service).sales({ limit: 500 }),
            () => apiAt(service).sales({ limit: 500 }),
            () => operatorAt(service).stats(sales[i % sales.length]!),
            () => apiAt(service).sales(),
          ][i % 4]!;
          lists.push((await list()).status);
        }
      },
    );
    const claims: number[] = [];
    const startedAt = Date.now();
    while (Date.now() - startedAt < 4_000)
      claims.push(...(await Promise.all(visitors.map(async (visitor) => (await visitor.claim()).status))));
    const after = await ofAll('admitted');
    isOver = true;
    await Promise.all(flood);
    expect(lists.length).toBeGreaterThan(10);
    expect(claims.length).toBeGreaterThan(40);
    // Not let in yet: the answer of a claim that was judged.
    expect(claims.filter((status) => status !== 403 && status !== 200)).toEqual([]);
    expect(after.filter((count, i) => count <= before[i]!)).toEqual([]);
  }, 60_000);

  it('make each planned change once around the kill of their leader: in time, or late, which the audit log then says', async () => {
    const [dead] = processesOf(await leadersOf());
    const startedMs = Date.now();
    /** Times of the plan, ms from now: before the kill, around it, and after the takeover. */
    const times = [6_000, 7_400, 7_700, 8_000, 10_000, 16_000];
    await Promise.all(
      sales.map(async (saleId) => {
        for (const [i, inMs] of times.entries()) {
          const at = new Date(startedMs + inMs).toISOString();
          const kept = await plan.run(redis, saleId, { plannedId: `pl_${i}`, at, change: { activeLimit: 500 + i } });
          expect(kept.outcome).toBe('planned');
        }
      }),
    );
    await new Promise((resolve) => {
      setTimeout(resolve, startedMs + 7_600 - Date.now());
    });
    await kill(dead);
    const left = async (): Promise<number> =>
      ((await redis.pipeline(sales.map((saleId) => ['zcard', keys.planned(saleId)])).exec()) ?? []).reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    await until('the end of the plans', async () => (await left()) === 0, 16_000 + takeoverMs);
    let late = 0;
    for (const saleId of sales) {
      const made = await madeOf(saleId);
      // In the order of the plan.
      expect([saleId, made.map(({ planned }) => planned)]).toEqual([saleId, times.map((_, i) => `pl_${i}`)]);
      for (const { atMs, plannedAt, lateMs } of made) {
        expect(atMs).toBeGreaterThanOrEqual(plannedAt);
        expect(lateMs).toBe(atMs - plannedAt > 2 * limits.tickMs ? atMs - plannedAt : undefined);
        if (lateMs !== undefined) late += 1;
      }
      expect(await redis.hget(keys.sale(saleId), 'activeLimit')).toBe(String(500 + times.length - 1));
    }
    // The leader was killed in the middle of it.
    expect(late).toBeGreaterThan(0);
    stack.startService(dead);
    await stack.ready(dead);
  }, 60_000);
});
