import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { testRedisUrl } from '../fixtures/sale.ts';
import { api, createSale, newSaleId, operator, saleOf, visitorOf } from '../fixtures/client.ts';

const body = (settings: Record<string, unknown>) => ({ saleId: newSaleId(), title: 'T', stock: 1, ...settings });
const listsAnswer = async (): Promise<number[]> => [(await api.sales()).status, (await operator.sales()).status];

describe('settings that would be unreadable', () => {
  it.each([
    ['opensAt', '2026-12-31T23:59:60Z'],
    ['closesAt', '2026-12-31T23:59:60Z'],
    ['closesAt', '2026-02-30T10:00:00Z'],
    ['closesAt', '2026-12-31T10:00:00+24:00'],
    ['closesAt', '9999-12-31T23:59:59Z'],
    ['closesAt', 4_000_000_000_000],
    ['admitPerSecond', 5e-324],
    ['admitPerSecond', 0.00009],
    ['admitPerSecond', 6_001],
    ['admitPerSecond', 50_000],
    ['title', '   '],
    ['title', 'a\u0000b'],
    ['title', 'two\nlines'],
    ['title', '\u200b\u200b'],
    ['title', 'a\u202eb'],
    ['message', 'bell \u0007'],
  ])('%s: %j is refused by POST and PATCH, and nothing changes', async (name, value) => {
    const made = body({ [name]: value });
    expect(await operator.create(made)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((await operator.sale(made.saleId)).status).toBe(404);
    const saleId = await createSale();
    expect(await operator.change(saleId, { [name]: value })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
    expect((await saleOf(saleId)).version).toBe(1);
    expect(await listsAnswer()).toEqual([200, 200]);
  });

  it('takes the slowest and the fastest pace, offsets, and a message of two lines', async () => {
    const saleId = await createSale({ admitPerSecond: 0.0001, closesAt: '2099-12-31T23:59:59.5+09:00', message: 'one\ntwo' });
    expect(await saleOf(saleId)).toMatchObject({ admitPerSecond: 0.0001, closesAt: '2099-12-31T14:59:59.500Z', message: 'one\ntwo' });
    expect((await operator.change(saleId, { admitPerSecond: 6_000 })).status).toBe(200);
  });

  it('a deletion interrupted by a crash, and a creation blocked by a foreign key, succeed when repeated', async () => {
    const redis = new Redis(testRedisUrl());
    try {
      const [cut, foreign] = [newSaleId(), newSaleId()];
      await redis.sadd(keys.sales, cut);
      expect((await operator.delete(cut)).status).toBe(204);
      expect((await operator.delete(cut)).status).toBe(404);
      expect(await redis.sismember(keys.sales, cut)).toBe(0);
      await redis.set(keys.stock(foreign), 'foreign');
      expect(await operator.create({ ...body({}), saleId: foreign })).toMatchObject({
        status: 409,
        body: { code: 'sale_exists' },
      });
      expect(await redis.sismember(keys.sales, foreign)).toBe(0);
      expect(await listsAnswer()).toEqual([200, 200]);
      expect((await operator.delete(foreign)).status).toBe(204);
      expect((await operator.create({ ...body({}), saleId: foreign })).status).toBe(201);
    } finally {
      redis.disconnect();
    }
  });

  it('a visitor who joins and leaves a thousand times is known by the last token, and `left` is answered again', async () => {
    const saleId = await createSale({ admitPerSecond: 0.0001 });
    const first = await visitorOf(saleId).join();
    await visitorOf(saleId, first.body.token).leave();
    expect((await visitorOf(saleId, first.body.token).place()).body).toMatchObject({ state: 'left', seq: 1 });
    expect((await visitorOf(saleId, first.body.token).leave()).status).toBe(204);
    const again = await visitorOf(saleId, first.body.token).join();
    expect(again.body.visitor).toMatchObject({ state: 'waiting', seq: 2, visitorId: first.body.visitor.visitorId });
    expect((await visitorOf(saleId, again.body.token).place()).body).toMatchObject({ state: 'waiting', seq: 2 });
  });
});
