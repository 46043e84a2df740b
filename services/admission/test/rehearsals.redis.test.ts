import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, operatorLimits, rehearsalIdOf, rehearsalLimits, saleKeys, type OperatorSale } from '@sunbeon/contracts';
import { publicSaleOf, readSale, type RedisClient } from '@sunbeon/runtime';
import { admitNow, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { copyOf } from '../src/rehearsals/copy-of.ts';
import { allSalesPage, currentSalesPage } from '../src/routes/sale-pages.ts';
import { beginRehearsal } from '../src/scripts/begin-rehearsal.ts';
import { changeSale } from '../src/scripts/change-sale.ts';
import { createSale } from '../src/scripts/create-sale.ts';
import { deleteSale } from '../src/scripts/delete-sale.ts';
import { lead } from '../src/scripts/lead.ts';
import { setStatus } from '../src/scripts/set-status.ts';
import { checkNewSale } from '../src/setting-faults.ts';
import { tickSale } from '../src/tick/tick-sale.ts';
import { createUnreadable } from '../src/unreadable.ts';

let redis: RedisClient;
const ids: string[] = [];
const newId = (): string => {
  const id = rehearsalIdOf(randomBytes(8).readBigUInt64BE());
  ids.push(id);
  return id;
};
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterEach(async () => {
  for (const id of ids.splice(0)) {
    await redis.unlink(...saleKeys.map((name) => keys[name](id)), keys.auditLog(id));
    await redis.zrem(keys.currentSales, id);
    await redis.srem(keys.sales, id);
  }
});
afterAll(() => redis.quit());

const members = { issuer: 'https://shop.test', audience: 'a', keys: [] } as unknown as NonNullable<OperatorSale['members']>;
/** A sale with all that a rehearsal does not take. */
const original = async (): Promise<OperatorSale> => {
  const saleId = await newSale(redis, {
    stock: 40,
    admitPerSecond: 7,
    perVisitorLimit: 3,
    access: 'code',
    proofOfWork: 'on',
    message: 'Doors are open',
    confirmBy: 'shop',
    returnUrls: ['https://shop.test/'],
    closesAt: '2098-01-01T00:00:00Z',
  });
  return { ...(await readSale(redis, saleId))!, identity: 'member', members };
};
const rehearse = async (untilInMs = 60_000): Promise<string> => {
  const id = newId();
  const copy = copyOf(await original(), id, { people: 5 }, Date.now());
  expect(await createSale.run(redis, id, { ...copy, rehearsalUntil: Date.now() + untilInMs })).toEqual({ outcome: 'created' });
  await redis.sadd(keys.sales, id);
  await redis.zadd(keys.currentSales, 0, id);
  return id;
};
const allKeys = async (id: string): Promise<number> => redis.exists(...saleKeys.map((name) => keys[name](id)), keys.auditLog(id));

describe('a rehearsal', () => {
  it('has pace, limits, windows and stock of its sale, and nothing of its people, times and entrance', async () => {
    const sale = await original();
    const id = newId();
    const nowMs = 1_800_000_000_000;
    await createSale.run(redis, id, copyOf(sale, id, { people: 9, minutes: 2, noShowRate: 0 }, nowMs));
    const { leader: _leader, ...copy } = (await readSale(redis, id))!;
    expect(copy).toMatchObject({ title: sale.title, admitPerSecond: 7, perVisitorLimit: 3, claimSeconds: sale.claimSeconds });
    expect(copy).toMatchObject({
      stock: { total: 40, left: 40 },
      identity: 'none',
      access: 'open',
      proofOfWork: 'off',
      confirmBy: 'visitor',
    });
    for (const name of ['members', 'message', 'opensAt', 'lobbyOpensAt', 'returnUrls']) expect(copy).not.toHaveProperty(name);
    expect(Date.parse(copy.closesAt!)).toBe(nowMs + 120_000);
    const until = new Date(nowMs + 120_000 + rehearsalLimits.readMs).toISOString();
    expect(copy.rehearsal).toEqual({ of: sale.saleId, people: 9, conversion: 0.8, noShowRate: 0, arrivalSeconds: 60, minutes: 2, until });
    expect(publicSaleOf(copy)).not.toHaveProperty('rehearsal');
  });

  it('has an id that no other sale gets', () => {
    const sale = { saleId: newId(), title: 'T', stock: 1 };
    expect(() => checkNewSale(sale)).toThrow('/saleId is an id of rehearsals');
    expect(() => checkNewSale({ ...sale, saleId: 'rehearsal-of-spring' })).not.toThrow();
  });

  it('is one of a few, also when all begin at once', async () => {
    const begun = await Promise.all(
      Array.from({ length: operatorLimits.rehearsalsAtOnce + 3 }, () => beginRehearsal.run(redis, '', newId())),
    );
    expect(begun.filter((outcome) => outcome === 'begun')).toHaveLength(operatorLimits.rehearsalsAtOnce);
    expect(await beginRehearsal.run(redis, '', newId())).toBe('too_many');
    const listed = ids.filter((_, i) => begun[i] === 'begun');
    expect(await beginRehearsal.run(redis, '', listed[0]!)).toBe('begun');
    await redis.zrem(keys.currentSales, listed[1]!);
    expect(await Promise.all([listed[0]!, listed[2]!, newId()].map((id) => beginRehearsal.run(redis, '', id)))).not.toContain('too_many');
  });

  it('has its place beside other sales whose names begin like its id', async () => {
    const names = [
      'rehearsal-a',
      'rehearsal-0123456789',
      'rehearsal-of-spring',
      'rehearsal-0123456789abcdef0',
      'rehearsal-0123456789abcde_',
    ];
    await redis.zadd(keys.currentSales, ...names.flatMap((name) => [0, name]));
    try {
      expect(await beginRehearsal.run(redis, '', newId())).toBe('begun');
    } finally {
      await redis.zrem(keys.currentSales, ...names);
    }
  });

  it('is in the list of operators alone', async () => {
    const id = await rehearse();
    const log = { write: () => {} } as never;
    const context = { redis, unreadable: createUnreadable(log, () => {}) };
    const idsOf = async (page: typeof allSalesPage): Promise<string[]> => {
      const found: string[] = [];
      for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
        const answer = await page(context, cursor === undefined ? {} : { cursor });
        found.push(...answer.sales.map(({ saleId }) => saleId));
        cursor = answer.next;
      }
      return found;
    };
    expect(await idsOf(allSalesPage)).toContain(id);
    expect(await idsOf(currentSalesPage)).not.toContain(id);
  });
});

describe('the end of a rehearsal', () => {
  it('closed, it needs a tick when it is to be deleted, and can be deleted by hand before', async () => {
    const id = await rehearse();
    expect(await lead.run(redis, id, 'a')).toMatchObject({ role: 'leader' });
    expect(await deleteSale.run(redis, id, {})).toBe('not_closed');
    await setStatus.run(redis, id, { verb: 'close' });
    const leadership = await lead.run(redis, id, 'a');
    expect(leadership).toMatchObject({ role: 'scheduled' });
    expect(leadership).toHaveProperty('nextInMs', expect.any(Number));
    expect((leadership as { nextInMs: number }).nextInMs).toBeGreaterThan(50_000);
    expect(await deleteSale.run(redis, id, {})).toBe('deleted');
  });

  it.each(['open', 'paused', 'closed'] as const)(
    '%s, a tick deletes it with all its keys when its time is over, and not before',
    async (status) => {
      const id = await rehearse();
      await join.run(redis, id, ['a', 'b']);
      await admitNow(redis, id, 1);
      if (status !== 'open') await setStatus.run(redis, id, { verb: status === 'paused' ? 'pause' : 'close' });
      expect((await tickSale(redis, id, 'test')).role).not.toBe('no_sale');
      expect(await allKeys(id)).toBeGreaterThan(4);
      await redis.hset(keys.sale(id), 'rehearsalUntil', Date.now() - 1);
      // Another instance leads: the deletion needs no leader. Two of them, and a repetition after a crash, do no harm.
      expect(await Promise.all([tickSale(redis, id, 'x'), tickSale(redis, id, 'y')])).toEqual([{ role: 'no_sale' }, { role: 'no_sale' }]);
      expect(await allKeys(id)).toBe(0);
      expect(await tickSale(redis, id, 'x')).toEqual({ role: 'no_sale' });
      expect(await allKeys(id)).toBe(0);
    },
  );

  it('cannot be put off by a change of the sale or by opening it again', async () => {
    const id = await rehearse();
    await changeSale.run(redis, id, { expected: null, change: { closesAt: null } });
    await setStatus.run(redis, id, { verb: 'close' });
    await setStatus.run(redis, id, { verb: 'open' });
    await redis.hset(keys.sale(id), 'rehearsalUntil', Date.now() - 1);
    expect(await tickSale(redis, id, 'x')).toEqual({ role: 'no_sale' });
  });

  it('of another sale never comes: only a rehearsal is deleted by a tick', async () => {
    const saleId = await newSale(redis, { closesAt: '2001-01-01T00:00:00Z' });
    await tickSale(redis, saleId, 'x');
    expect(await readSale(redis, saleId)).toMatchObject({ status: 'closed' });
  });
});
