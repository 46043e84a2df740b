import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits, type PlanChange } from '@sunbeon/contracts';
import { newPlannedId } from '@sunbeon/contracts/server';
import { readSale, type RedisClient } from '@sunbeon/runtime';
import { connectTestRedis, dumpSale, eventsOf, newSale } from '../../../tests/fixtures/sale.ts';
import { plan } from '../src/scripts/plan.ts';
import { runPlanned, type PlannedFate } from '../src/scripts/run-planned.ts';
import { setStatus } from '../src/scripts/set-status.ts';
import { unplan } from '../src/scripts/unplan.ts';
import { tickSale } from '../src/tick/tick-sale.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.quit());

const by = { operator: 'minji', address: '192.0.2.10' };
const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
const planAt = async (saleId: string, inMs: number, change: PlanChange['change'], key?: string) =>
  plan.run(redis, saleId, { plannedId: newPlannedId(), at: at(inMs), change, key, by });
/** The time of everything that is planned becomes `agoMs` ago, as if it were now. */
const comes = async (saleId: string, agoMs = 0): Promise<void> => {
  const [rows, [seconds, micros]] = await Promise.all([redis.zrange(keys.planned(saleId), '0', '-1'), redis.time()]);
  const nowMs = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  for (const [i, row] of rows.entries()) await redis.zadd(keys.planned(saleId), nowMs - agoMs - rows.length + i, row);
};
const saleOf = async (saleId: string) => (await readSale(redis, saleId))!;
const log = async (saleId: string) =>
  (await redis.xrange(keys.auditLog(saleId), '-', '+')).map(([, fields]) => {
    const field = new Map(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]!] as const] : [])));
    return { action: field.get('action'), by: JSON.parse(field.get('by')!) as object, detail: JSON.parse(field.get('detail')!) as object };
  });
const plannedOf = (saleId: string) => redis.zcard(keys.planned(saleId));
const fates: PlannedFate[] = [];
const tick = (saleId: string) => {
  fates.length = 0;
  return tickSale(redis, saleId, 'one', (fate) => fates.push(fate));
};

describe('a planned change', () => {
  it('is made by the tick after its time, once, by the name of who planned it; not before', async () => {
    const saleId = await newSale(redis, { admitPerSecond: 5, activeLimit: 10 });
    const { version } = await saleOf(saleId);
    const planned = await planAt(saleId, 60_000, { admitPerSecond: 7.25, activeLimit: 20, message: 'Faster' });
    expect(planned).toMatchObject({
      outcome: 'planned',
      planned: { change: { admitPerSecond: 7.25, activeLimit: 20, message: 'Faster' } },
    });
    expect(await saleOf(saleId)).toMatchObject({ admitPerSecond: 5, version: version + 1 });
    await tick(saleId);
    expect(await saleOf(saleId)).toMatchObject({ admitPerSecond: 5, activeLimit: 10 });
    await comes(saleId);
    await tick(saleId);
    expect(await saleOf(saleId)).toMatchObject({ admitPerSecond: 7.25, activeLimit: 20, message: 'Faster', version: version + 2 });
    expect(await plannedOf(saleId)).toBe(0);
    await tick(saleId);
    expect((await saleOf(saleId)).version).toBe(version + 2);
    const entries = (await log(saleId)).filter(({ action }) => action === 'planned_change');
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ by: { operator: 'minji' }, detail: { change: { admitPerSecond: 7.25 } } });
    expect(entries[0]!.detail).not.toHaveProperty('lateMs');
    expect(entries[0]!.detail).not.toHaveProperty('skipped');
    const changed = (await eventsOf(redis, saleId)).filter(({ type }) => type === 'sale').at(-1)!;
    expect(changed.data).toMatchObject({ change: 'changed', admitPerSecond: 7.25, activeLimit: 20 });
  });

  it('clears the message with null', async () => {
    const saleId = await newSale(redis, { message: 'Soon' });
    await planAt(saleId, 60_000, { message: null });
    await comes(saleId);
    await tick(saleId);
    expect(await saleOf(saleId)).not.toHaveProperty('message');
  });

  it.each([
    ['open', 'paused', 'open'],
    ['open', 'open', 'open'],
    ['open', 'scheduled', 'open'],
    ['paused', 'open', 'paused'],
    ['paused', 'paused', 'paused'],
    ['closed', 'open', 'closed'],
    ['closed', 'scheduled', 'closed'],
  ] as const)('to the status %s of a sale that is %s', async (status, from, to) => {
    const saleId = await newSale(redis, from === 'scheduled' ? { draft: true } : {});
    if (from === 'paused') await setStatus.run(redis, saleId, { verb: 'pause' });
    expect((await saleOf(saleId)).status).toBe(from);
    await planAt(saleId, 60_000, { status, message: 'As planned' });
    await comes(saleId);
    await tick(saleId);
    expect(await saleOf(saleId)).toMatchObject({ status: to, message: 'As planned' });
    expect((await log(saleId)).at(-1)).toMatchObject({ action: 'planned_change', detail: { change: { status } } });
  });

  it('that is not possible then is skipped whole, and the audit log says so', async () => {
    const saleId = await newSale(redis, { draft: true });
    await planAt(saleId, 60_000, { status: 'paused', message: 'Never' });
    const { version } = await saleOf(saleId);
    await comes(saleId);
    await tick(saleId);
    expect(fates).toEqual(['skipped']);
    expect(await saleOf(saleId)).toMatchObject({ status: 'scheduled', version: version + 1 });
    expect(await saleOf(saleId)).not.toHaveProperty('message');
    expect((await log(saleId)).at(-1)).toMatchObject({ action: 'planned_change', detail: { skipped: 'scheduled' } });
    expect(await plannedOf(saleId)).toBe(0);
  });

  it('that was missed is made late, in the order of the plan, and says by how much', async () => {
    const saleId = await newSale(redis);
    for (let pace = 1; pace <= limits.plannedPerCall + 3; pace += 1) await planAt(saleId, 60_000 + pace, { admitPerSecond: pace });
    await comes(saleId, 90_000);
    await tick(saleId);
    expect(fates).toEqual(Array.from({ length: limits.plannedPerCall + 3 }, () => 'late'));
    expect((await saleOf(saleId)).admitPerSecond).toBe(limits.plannedPerCall + 3);
    const made = (await log(saleId)).filter(({ action }) => action === 'planned_change').map(({ detail }) => detail as { lateMs: number });
    expect(made).toHaveLength(limits.plannedPerCall + 3);
    for (const { lateMs } of made) expect(lateMs).toBeGreaterThanOrEqual(90_000);
  });

  it('settles the bucket by the old pace first', async () => {
    const saleId = await newSale(redis, { admitPerSecond: 1 });
    await tick(saleId);
    await redis.hset(keys.flow(saleId), 'tokens', '0.5', 'refilledAt', Date.now() - 500);
    await planAt(saleId, 60_000, { admitPerSecond: 1_000 });
    await comes(saleId);
    const epoch = Number(await redis.hget(keys.flow(saleId), 'epoch'));
    expect(await runPlanned.run(redis, saleId, epoch)).toEqual({ outcome: 'done', changes: ['made'] });
    expect(Number(await redis.hget(keys.flow(saleId), 'tokens'))).toBeLessThan(2);
    expect(await redis.hget(keys.flow(saleId), 'pace')).toBe('1000');
  });

  it('is not made by an old leader', async () => {
    const saleId = await newSale(redis);
    await tick(saleId);
    await planAt(saleId, 60_000, { admitPerSecond: 9 });
    await comes(saleId);
    const epoch = Number(await redis.hincrby(keys.flow(saleId), 'epoch', 1));
    expect(await runPlanned.run(redis, saleId, epoch - 1)).toEqual({ outcome: 'fenced', epoch });
    expect(await plannedOf(saleId)).toBe(1);
  });

  it('gives a draft a leader when its time comes, and no earlier', async () => {
    const saleId = await newSale(redis, { draft: true });
    expect(await tick(saleId)).toEqual({ role: 'scheduled', nextInMs: null });
    await planAt(saleId, 30_000, { status: 'open' });
    expect(await tick(saleId)).toMatchObject({ role: 'scheduled', nextInMs: expect.any(Number) });
    await comes(saleId);
    expect(await tick(saleId)).toMatchObject({ role: 'leader', status: 'open' });
  });

  it('goes with the closing of the sale, by hand, by plan or by the clock', async () => {
    const byHand = await newSale(redis);
    await planAt(byHand, 60_000, { status: 'open' });
    await setStatus.run(redis, byHand, { verb: 'close' });
    await setStatus.run(redis, byHand, { verb: 'open' });
    expect(await plannedOf(byHand)).toBe(0);

    const byPlan = await newSale(redis);
    await planAt(byPlan, 60_000, { status: 'closed', activeLimit: 3 });
    await planAt(byPlan, 60_001, { status: 'open' });
    await comes(byPlan);
    await tick(byPlan);
    expect(await saleOf(byPlan)).toMatchObject({ status: 'closed', activeLimit: 3 });
    expect((await log(byPlan)).filter(({ action }) => action === 'planned_change')).toHaveLength(1);

    const byClock = await newSale(redis);
    await planAt(byClock, 60_000, { status: 'open' });
    await redis.hset(keys.sale(byClock), 'closesAt', Date.now() - 1);
    await tick(byClock);
    expect(await plannedOf(byClock)).toBe(0);
    expect((await planAt(byClock, 60_000, { status: 'open' })).outcome).toBe('closed');
  });

  it('is planned once per key, and refused in the past, beyond the most, and where there is no sale', async () => {
    const saleId = await newSale(redis);
    const when = at(60_000);
    const once = { at: when, change: { admitPerSecond: 3 }, key: 'k', by };
    const first = await plan.run(redis, saleId, { ...once, plannedId: newPlannedId() });
    expect(await plan.run(redis, saleId, { ...once, plannedId: newPlannedId() })).toEqual({ ...first, outcome: 'replayed' });
    expect((await plan.run(redis, saleId, { ...once, change: { admitPerSecond: 4 }, plannedId: newPlannedId() })).outcome).toBe(
      'idempotency_conflict',
    );
    expect(await plannedOf(saleId)).toBe(1);
    expect((await planAt(saleId, -1_000, { admitPerSecond: 3 })).outcome).toBe('past');
    for (let i = 1; i < limits.plannedChanges; i += 1) await planAt(saleId, 60_000, { admitPerSecond: 3 });
    expect((await planAt(saleId, 60_000, { admitPerSecond: 3 })).outcome).toBe('too_many');
    expect(await plannedOf(saleId)).toBe(limits.plannedChanges);
    expect((await planAt('no_such_sale', 60_000, { admitPerSecond: 3 })).outcome).toBe('no_sale');
  });

  it('leaves nothing behind when it is unreadable', async () => {
    const saleId = await newSale(redis);
    const before = await dumpSale(redis, saleId);
    await expect(planAt(saleId, 60_000, { message: 'a\ud83c' }, 'k')).rejects.toThrow();
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('is taken back once', async () => {
    const saleId = await newSale(redis);
    const planned = await planAt(saleId, 60_000, { admitPerSecond: 3 });
    if (planned.outcome !== 'planned') throw new Error(planned.outcome);
    const { plannedId } = planned.planned;
    const { version } = await saleOf(saleId);
    expect(await unplan.run(redis, saleId, { plannedId, by })).toBe('unplanned');
    expect((await saleOf(saleId)).version).toBe(version + 1);
    expect(await unplan.run(redis, saleId, { plannedId, by })).toBe('planned_not_found');
    expect(await unplan.run(redis, 'no_such_sale', { plannedId, by })).toBe('no_sale');
    expect((await log(saleId)).at(-1)).toMatchObject({ action: 'unplan', detail: { planned: plannedId } });
  });

  it('stays in the plan when a closing is refused for its version', async () => {
    const saleId = await newSale(redis, {});
    await planAt(saleId, 60_000, { admitPerSecond: 2 });
    const { version } = await saleOf(saleId);
    expect(await setStatus.run(redis, saleId, { verb: 'close', expected: version - 1 })).toEqual({
      outcome: 'conflict',
      status: 'open',
      version,
    });
    expect(await plannedOf(saleId)).toBe(1);
    expect(await setStatus.run(redis, saleId, { verb: 'close', expected: version })).toEqual({ outcome: 'changed', status: 'closed' });
    expect(await plannedOf(saleId)).toBe(0);
  });
});
