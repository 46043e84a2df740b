import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRehearsalId, keys, operatorLimits, publicRoutes, saleKeys, type OperatorSale, type PublicRoute } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { apiAt, operatorAt, valueOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { soundRequest } from '../fixtures/sound-request.ts';
import { operatorTokens, startStack, until, type Stack } from '../fixtures/stack.mjs';

let stack: Stack;
let redis: Redis;
let base: string;
beforeAll(async () => {
  stack = await startStack({ instances: { gateway: 2, admission: 2, queue: 1, purchase: 1 } });
  redis = new Redis(stack.redisUrl);
  base = stack.gateways[0]!;
}, 60_000);
afterAll(async () => {
  redis.disconnect();
  await stack.stop();
});

const admin = () => operatorAt(base);
const settings = {
  title: 'Concert',
  stock: 30,
  admitPerSecond: 40,
  activeLimit: 20,
  claimSeconds: 2,
  sessionSeconds: 4,
  perVisitorLimit: 1,
};
const newSale = async (saleId: string) => {
  await valueOf('create', admin().create({ saleId, ...settings, access: 'code', message: 'Hello' }));
  await valueOf('codes', admin().makeCodes(saleId, { codes: ['SECRET2026X'] }));
};
const crowd = { people: 60, conversion: 0.8, noShowRate: 0.1, arrivalSeconds: 1 };
const rehearse = async (saleId: string): Promise<OperatorSale> => await valueOf('rehearse', admin().rehearse(saleId, crowd));
const saleAt = async (saleId: string): Promise<OperatorSale> => await valueOf('sale', admin().sale(saleId));
const end = async (saleId: string): Promise<void> => {
  await admin().close(saleId);
  await valueOf('delete', admin().delete(saleId));
};
const allKeys = (saleId: string): Promise<number> => redis.exists(...saleKeys.map((name) => keys[name](saleId)), keys.auditLog(saleId));
/** Nothing of it is left, and its place is free for another one. */
const isGone = async (saleId: string): Promise<boolean> =>
  (await allKeys(saleId)) === 0 &&
  (await redis.sismember(keys.sales, saleId)) === 0 &&
  (await redis.zscore(keys.currentSales, saleId)) === null;
const endNow = (saleId: string) => redis.hset(keys.sale(saleId), 'rehearsalUntil', '1');

describe('a rehearsal', () => {
  it('sells its copy out to virtual people by the rules of the sale, and touches the sale in nothing', async () => {
    await newSale('spring');
    const copy = await rehearse('spring');
    expect(isRehearsalId(copy.saleId)).toBe(true);
    expect(copy).toMatchObject({
      title: 'Concert',
      status: 'open',
      access: 'open',
      stock: { total: 30 },
      rehearsal: { of: 'spring', ...crowd },
    });
    await until('it is sold out', async () => (await saleAt(copy.saleId)).soldOut, 40_000);
    const { joined, admitted, expired, stock } = await saleAt(copy.saleId);
    expect(joined).toBe(60);
    expect(stock).toEqual({ total: 30, left: 0, held: 0, sold: 30 });
    expect(admitted).toBeGreaterThanOrEqual(30);
    expect(expired).toBeGreaterThanOrEqual(0);
    const { body: stats } = await admin().stats(copy.saleId);
    expect(stats.invariants.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
    expect(stats.samples.length).toBeGreaterThan(1);
    expect(await saleAt('spring')).toMatchObject({ joined: 0, version: 1, stock: { sold: 0 } });
    const { body: log } = await admin().auditLog('spring');
    expect(log.entries[0]).toMatchObject({ action: 'rehearse', operator: 'admin', detail: { rehearsal: copy.saleId, people: 60 } });
    const { body: own } = await admin().auditLog(copy.saleId);
    expect(own.entries.at(-1)).toMatchObject({ action: 'create', operator: 'admin', detail: { rehearsalOf: 'spring' } });
    await end(copy.saleId);
    await end('spring');
    expect(await redis.zscore(keys.currentSales, copy.saleId)).toBeNull();
  }, 60_000);

  it('is a sale that does not exist to everybody but operators', async () => {
    await newSale('hidden');
    const { saleId } = await rehearse('hidden');
    const { body: list } = await apiAt(base).sales();
    expect(list.sales.map((sale) => sale.saleId)).toContain('hidden');
    expect(list.sales.map((sale) => sale.saleId)).not.toContain(saleId);
    expect((await admin().sales({ limit: 500 })).body.sales.map((sale) => sale.saleId)).toContain(saleId);
    const routes = Object.values<PublicRoute>(publicRoutes).filter(({ url, tag }) => url.includes(':sale') && tag !== 'operator');
    expect(routes.length).toBeGreaterThan(12);
    for (const route of routes) {
      const { path, ...request } = soundRequest(route, saleId);
      const answer = await rawCall<{ code?: string }>(route.method, path, { ...request, base });
      expect([route.operationId, answer.status, answer.body.code]).toEqual([route.operationId, 404, 'sale_not_found']);
    }
    const { joined } = await saleAt(saleId);
    expect(joined).toBeLessThanOrEqual(60);
    await end(saleId);
    await end('hidden');
  });

  it.each(['viewer', 'operator'] as const)('is nothing that a %s may begin', async (role) => {
    await newSale(`role_${role}`);
    const answer = await operatorAt(base, operatorTokens[role]).rehearse(`role_${role}`, crowd);
    expect(answer).toMatchObject({ status: 403, body: { code: 'role_required' } });
    await end(`role_${role}`);
  });

  it('is made once per key, with one crowd, also when the call is made at two gateways at once and again', async () => {
    await newSale('again');
    const call = (gateway: number, people = 25) =>
      operatorAt(stack.gateways[gateway]).rehearse('again', { people, arrivalSeconds: 3 }, { idempotencyKey: 'one-intent' });
    const answers = await Promise.all([call(0), call(1), call(0), call(1)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const [saleId, ...others] = new Set(answers.map(({ body }) => body.saleId));
    expect(others).toEqual([]);
    expect((await redis.zrange(keys.currentSales, '[rehearsal-', '(rehearsal.', 'BYLEX')).length).toBe(1);
    expect(await call(1, 26)).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
    await until('all arrive', async () => (await saleAt(saleId!)).joined >= 25);
    expect((await call(1)).body).toMatchObject({ saleId, joined: 25 });
    await until('it is sold', async () => (await saleAt(saleId!)).admitted >= 25, 20_000);
    const { joined, stock } = await saleAt(saleId!);
    expect(joined).toBe(25);
    expect(stock!.sold).toBeLessThanOrEqual(25);
    const { body: log } = await admin().auditLog('again');
    expect(log.entries.filter(({ action }) => action === 'rehearse')).toHaveLength(1);
    await end(saleId!);
    await end('again');
  }, 60_000);

  it('is bounded in people, minutes and number, and has none of its own', async () => {
    await newSale('bounds');
    for (const body of [{ people: 20_001 }, { people: 0 }, { people: 5, minutes: 61 }, { people: 5, conversion: 1.1 }])
      expect(await admin().rehearse('bounds', body)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(await admin().rehearse('no-such-sale', crowd)).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
    expect((await admin().create({ saleId: 'rehearsal-0123456789abcdef', title: 'T', stock: 1 })).status).toBe(400);
    const answers = await Promise.all(
      Array.from({ length: operatorLimits.rehearsalsAtOnce + 1 }, () => admin().rehearse('bounds', { people: 1, arrivalSeconds: 1 })),
    );
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.saleId);
    expect(made).toHaveLength(operatorLimits.rehearsalsAtOnce);
    expect(answers.find(({ status }) => status !== 201)).toMatchObject({ status: 409, body: { code: 'too_many_rehearsals' } });
    expect(await admin().rehearse(made[0]!, crowd)).toMatchObject({ status: 400 });
    for (const saleId of made) await end(saleId);
    expect(await redis.zlexcount(keys.currentSales, '[rehearsal-', '(rehearsal.')).toBe(0);
    await end('bounds');
  });

  it('ends when it is closed: nobody joins any more', async () => {
    await newSale('stopped');
    const { saleId } = await valueOf('rehearse', admin().rehearse('stopped', { people: 5_000, arrivalSeconds: 100 }));
    await until('people arrive', async () => (await saleAt(saleId)).joined > 20);
    await valueOf('close', admin().close(saleId));
    await until('the gateway says so', async () => stack.processes.get('gateway-0')!.log().includes('the people of a rehearsal are gone'));
    const { joined } = await saleAt(saleId);
    expect(joined).toBeLessThan(1_000);
    await valueOf('delete', admin().delete(saleId));
    await end('stopped');
  });
});

describe('faults during a rehearsal', () => {
  it('the gateway that sends its people is killed: it stands still, and is deleted when its time is over', async () => {
    await newSale('killed');
    const { saleId } = await valueOf('rehearse', admin().rehearse('killed', { people: 5_000, arrivalSeconds: 100 }));
    await until('people arrive', async () => (await saleAt(saleId)).joined > 20);
    const { child } = stack.processes.get('gateway-0')!;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const other = operatorAt(stack.gateways[1]);
    const { joined } = (await other.sale(saleId)).body;
    expect(await other.sale(saleId)).toMatchObject({ status: 200, body: { joined, status: 'open' } });
    await endNow(saleId);
    await until('it is deleted', () => isGone(saleId));
    stack.startService('gateway-0');
    await stack.ready('gateway-0');
    await end('killed');
  }, 60_000);

  it('every admission process dies between the deletion and the lists: the next one puts them right', async () => {
    await newSale('between');
    const { saleId } = await rehearse('between');
    const names = ['admission-0', 'admission-1'];
    for (const name of names) {
      const { child } = stack.processes.get(name)!;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    // As after the script, and before what follows it.
    await redis.unlink(...saleKeys.map((name) => keys[name](saleId)), keys.auditLog(saleId));
    expect(await isGone(saleId)).toBe(false);
    for (const name of names) stack.startService(name);
    await Promise.all(names.map((name) => stack.ready(name)));
    await until('the lists are right', () => isGone(saleId));
    await end('between');
  }, 60_000);
});
