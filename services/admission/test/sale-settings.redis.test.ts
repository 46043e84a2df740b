import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateSale, keys, saleKeys, saleTimeMs, saleTimePattern } from '@sunbeon/contracts';
import { keyOf, readSale, type RedisClient } from '@sunbeon/runtime';
import { Check } from 'typebox/value';
import { connectTestRedis, dumpSale, newSale } from '../../../tests/fixtures/sale.ts';
import { forgetSale } from '../src/forget-sale.ts';
import { changeSale } from '../src/scripts/change-sale.ts';
import { createSale } from '../src/scripts/create-sale.ts';
import { deleteSale } from '../src/scripts/delete-sale.ts';
import { lead } from '../src/scripts/lead.ts';
import { setStatus } from '../src/scripts/set-status.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const newId = () => `t_${randomBytes(8).toString('hex')}`;
const change = (saleId: string, settings: object) => changeSale.run(redis, saleId, { expected: null, change: settings });
const closed = async (saleId: string): Promise<string> => (await setStatus.run(redis, saleId, { verb: 'close' })).outcome;

describe('a time of a sale', () => {
  it.each([
    '2026-12-31T23:59:60Z',
    '2026-02-30T10:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-12-31T24:00:00Z',
    '2026-12-31T23:60:00Z',
    '2026-04-31T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-12-31t23:59:59z',
    '2026-12-31T23:59:59z',
    '2026-12-31 23:59:59Z',
    '2026-12-31T23:59:59',
    '2026-12-31T23:59Z',
    '2026-12-31T23:59:59+24:00',
    '2026-12-31T23:59:59+0900',
    '2026-12-31T23:59:59+09',
    '2026-12-31T23:59:59.Z',
    '1999-12-31T23:59:59Z',
    '1970-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2100-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '+010000-01-01T00:00:00Z',
    '12026-01-01T00:00:00Z',
    ' 2026-12-31T23:59:59Z',
    '2026-12-31T23:59:59Z\n',
    'soon',
    '',
  ])('%j is refused', (opensAt) => {
    expect(saleTimeMs(opensAt)).toBeNull();
    for (const name of ['opensAt', 'closesAt'])
      expect(Check(CreateSale, { saleId: 'a', title: 'A', stock: 1, [name]: opensAt })).toBe(false);
  });

  it.each([
    '2026-12-31T23:59:59Z',
    '2000-02-29T00:00:00Z',
    '2028-02-29T10:00:00.123456789Z',
    '2099-12-31T23:59:59.999+23:59',
    '2000-01-01T00:00:00-23:59',
    '2026-12-31T23:59:59-00:00',
  ])('%j is accepted and read', (opensAt) => {
    expect(new Date(saleTimeMs(opensAt)!).toISOString()).toMatch(/Z$/);
    expect(Check(CreateSale, { saleId: 'a', title: 'A', stock: 1, opensAt })).toBe(true);
  });

  it('is kept in UTC', async () => {
    const saleId = await newSale(redis, { opensAt: '2031-05-01T19:00:00+09:00' });
    expect((await readSale(redis, saleId))?.opensAt).toBe('2031-05-01T10:00:00.000Z');
  });

  it('matches the pattern on every day that exists from 2000 to 2099, and on no other', () => {
    const pattern = new RegExp(saleTimePattern);
    const two = (n: number) => String(n).padStart(2, '0');
    for (let year = 2000; year < 2100; year += 1)
      for (let month = 1; month <= 12; month += 1)
        for (let day = 28; day <= 31; day += 1) {
          const real = new Date(Date.UTC(year, month - 1, day)).getUTCMonth() === month - 1;
          if (pattern.test(`${year}-${two(month)}-${two(day)}T00:00:00Z`) !== real) throw new Error(`${year}-${month}-${day}`);
        }
  });
});

it.each([
  [5e-324, false],
  [0.00009, false],
  [0.0001, true],
  [6_000, true],
  [6_001, false],
  [50_000, false],
])('a pace of %d is accepted: %s', (admitPerSecond, accepted) => {
  expect(Check(CreateSale, { saleId: 'a', title: 'A', stock: 1, admitPerSecond })).toBe(accepted);
});
it.each([
  [' ', false],
  ['\u200b', false],
  ['\u3000', false],
  ['a\nb', false],
  ['a\u0000', false],
  ['a\u0085', false],
  ['a\u202eb', false],
  ['순번 👩‍👧', true],
  [' a ', true],
])('a title %j is accepted: %s', (title, accepted) => {
  expect(Check(CreateSale, { saleId: 'a', title, stock: 1 })).toBe(accepted);
});
it.each([
  ['two\nlines', true],
  ['a\r', false],
  ['a\u001b[2J', false],
  ['', true],
])('a message %j is accepted: %s', (message, accepted) => {
  expect(Check(CreateSale, { saleId: 'a', title: 'A', stock: 1, message })).toBe(accepted);
});

describe('settings that contradict each other', () => {
  const [early, late] = ['2031-01-01T00:00:00Z', '2032-01-01T00:00:00Z'];

  it('two changes at once cannot leave a sale that closes before it opens', async () => {
    for (let round = 0; round < 10; round += 1) {
      const saleId = await newSale(redis, { opensAt: early, closesAt: '2033-01-01T00:00:00Z' });
      const outcomes = await Promise.all([change(saleId, { opensAt: '2032-06-01T00:00:00Z' }), change(saleId, { closesAt: late })]);
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['changed', 'invalid']);
      const sale = (await readSale(redis, saleId))!;
      expect(Date.parse(sale.opensAt!)).toBeLessThan(Date.parse(sale.closesAt!));
    }
  });

  it('are refused whole, by name, and one that is stored can be put right', async () => {
    const saleId = await newSale(redis, { opensAt: early, closesAt: late });
    const before = await dumpSale(redis, saleId);
    expect(await change(saleId, { closesAt: early, title: 'B' })).toMatchObject({ outcome: 'invalid', faults: ['closesAt<>'] });
    expect(await change(saleId, { opensAt: late })).toMatchObject({ outcome: 'invalid', faults: ['opensAt<>'] });
    expect(await createSale.run(redis, newId(), { saleId: 'x', title: 'X', stock: 1, opensAt: late, closesAt: early })).toMatchObject({
      outcome: 'invalid',
    });
    expect(await dumpSale(redis, saleId)).toEqual(before);
    for (const bad of ['NaN', 'soon', String(Date.parse('2030-01-01T00:00:00Z'))]) {
      await redis.hset(keys.sale(saleId), 'closesAt', bad, 'opensAt', String(Date.parse(early)));
      expect(await change(saleId, { title: 'C' })).toMatchObject({ outcome: 'changed' });
      expect(await change(saleId, { closesAt: late })).toMatchObject({ outcome: 'changed' });
      expect((await readSale(redis, saleId))?.closesAt).toBe('2032-01-01T00:00:00.000Z');
    }
  });

  it.each([
    ['opensAt', 'NaN'],
    ['admitPerSecond', 'inf'],
    ['admitPerSecond', '0'],
    ['activeLimit', '1.5'],
    ['claimSeconds', ''],
    ['closesAt', '-1'],
    ['sessionSeconds', '86401'],
  ])('the script itself refuses %s = %j', async (name, text) => {
    const saleId = await newSale(redis);
    const spec = changeSale.arguments({ expected: null, change: {} });
    const reply = await redis.eval(
      changeSale.source,
      changeSale.keys.length,
      ...changeSale.keys.map((key) => keyOf(key, saleId)),
      ...spec,
      name,
      text,
    );
    expect(changeSale.decode(reply)).toMatchObject({ outcome: 'invalid', faults: [name] });
  });
});

describe('a sale that is half there', () => {
  it.each(saleKeys.map((name) => [name]))('a foreign key at %s: nothing is created; a deletion clears it', async (name) => {
    const saleId = newId();
    await redis.set(keys[name](saleId), 'foreign');
    expect(await createSale.run(redis, saleId, { saleId, title: 'A', stock: 1 })).toEqual({
      outcome: 'foreign_key',
      key: keys[name](saleId),
    });
    expect(await redis.keys(`*{${saleId}}`)).toEqual([keys[name](saleId)]);
    expect(await deleteSale.run(redis, saleId, {})).toBe('deleted');
    expect(await createSale.run(redis, saleId, { saleId, title: 'A', stock: 1 })).toEqual({ outcome: 'created' });
  });

  it.each([
    ['events', 'set'],
    ['events', 'gone'],
    ['flow', 'set'],
    ['stock', 'set'],
    ['sale', 'junk'],
  ] as const)('a sale whose %s is %s can be deleted', async (name, what) => {
    const saleId = await newSale(redis);
    if (what === 'junk') await redis.hdel(keys.sale(saleId), 'status');
    else await redis.del(keys[name](saleId));
    if (what === 'set') await redis.sadd(keys[name](saleId), 'foreign');
    expect(await deleteSale.run(redis, saleId, {})).toBe('deleted');
    expect(await redis.keys(`*{${saleId}}`)).toEqual([keys.auditLog(saleId)]);
  });

  it('an audit log of another type stops no deletion; a whole open sale is not deleted', async () => {
    const saleId = await newSale(redis);
    await redis.set(keys.auditLog(saleId), 'foreign');
    expect(await deleteSale.run(redis, saleId, {})).toBe('not_closed');
    expect(await closed(saleId)).toBe('changed');
    expect(await deleteSale.run(redis, saleId, {})).toBe('deleted');
    expect(await deleteSale.run(redis, saleId, {})).toBe('no_sale');
  });

  it('an id that a crash left on the list goes with a second deletion, one that is there stays', async () => {
    const [gone, there] = [newId(), await newSale(redis)];
    await redis.sadd(keys.sales, gone, there);
    expect([await forgetSale(redis, gone), await forgetSale(redis, gone), await forgetSale(redis, there)]).toEqual([true, false, false]);
    expect([await redis.sismember(keys.sales, gone), await redis.sismember(keys.sales, there)]).toEqual([0, 1]);
    await redis.srem(keys.sales, there);
  });
});

describe('a lease', () => {
  it.each([
    ['an hour', 3_600_000],
    ['without an end', -1],
  ])('that lasts %s is free', async (_, leaseMs) => {
    const saleId = await newSale(redis);
    expect(await lead.run(redis, saleId, 'a')).toMatchObject({ role: 'leader' });
    if (leaseMs > 0) await redis.pexpire(keys.leader(saleId), leaseMs);
    else await redis.persist(keys.leader(saleId));
    expect(await lead.run(redis, saleId, 'b')).toMatchObject({ role: 'leader' });
    expect(await redis.pttl(keys.leader(saleId))).toBeLessThanOrEqual(3_000);
    expect(await lead.run(redis, saleId, 'a')).toMatchObject({ role: 'follower' });
  });
});
