import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, type SchemaTypes } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { api, createSale, joinAs, operator, publicSale, saleOf, type Answer } from '../fixtures/client.ts';
import { testRedisUrl, until } from '../fixtures/sale.ts';

type OperatorSalesList = SchemaTypes['OperatorSalesList'];

let redis: Redis;
beforeAll(() => {
  redis = new Redis(testRedisUrl());
});
afterAll(() => {
  redis.disconnect();
});

/** The whole list, page by page. */
const operatorList = async (): Promise<OperatorSalesList> => {
  const whole: OperatorSalesList = { sales: [], broken: [] };
  for (let cursor: string | undefined; ;) {
    const { status, body }: Answer<OperatorSalesList> = await operator.sales({ limit: 500, cursor });
    expect(status).toBe(200);
    whole.sales.push(...body.sales);
    whole.broken.push(...body.broken);
    if (body.next === undefined) return whole;
    cursor = body.next;
  }
};

describe('one sale that cannot be read', () => {
  it.each([
    ['a time', (id: string) => redis.hset(keys.sale(id), 'closesAt', 'NaN')],
    ['a setting', (id: string) => redis.hset(keys.sale(id), 'admitPerSecond', 'fast')],
    ['the stock', (id: string) => redis.del(keys.stock(id))],
    [
      'the line',
      async (id: string) => {
        await redis.del(keys.queue(id));
        await redis.set(keys.queue(id), 'x');
      },
    ],
  ])('%s: it is shown as broken, all others go on, and it can be closed and deleted', async (_, spoil) => {
    const [saleId, other] = [await createSale(), await createSale({ admitPerSecond: 10 })];
    await spoil(saleId);
    expect((await operator.sale(saleId)).body).toMatchObject({ code: 'sale_unreadable' });
    const list = await operatorList();
    expect(list.broken.map((sale) => sale.saleId)).toContain(saleId);
    expect(list.sales.map((sale) => sale.saleId)).toContain(other);
    expect((await api.sales()).status).toBe(200);
    const visitor = await joinAs(other);
    await until('the other sale admits', async () => (await visitor.place()).body.state === 'admitted', 5_000);
    await operator.close(saleId);
    expect((await operator.delete(saleId)).status).toBe(204);
    expect((await publicSale(saleId)).status).toBe(404);
  });

  it('a time that cannot be read is repaired by setting it anew', async () => {
    const saleId = await createSale();
    await redis.hset(keys.sale(saleId), 'closesAt', 'NaN', 'opensAt', 'never');
    expect((await operator.change(saleId, { closesAt: null, opensAt: null })).status).toBe(200);
    expect(await saleOf(saleId)).toMatchObject({ status: 'open' });
  });
});

/** Counters of each admission service. */
const counted = async (): Promise<number[]> =>
  (await Promise.all((process.env['TEST_OPS'] ?? '').split(',').map(async (ops) => (await fetch(`${ops}/metrics`)).text()))).flatMap(
    (text) => [...text.matchAll(/^sunbeon_unreadable_sales\{[^}]*\} (\d+)$/gm)].map(([, value]) => Number(value)),
  );

it('sales that cannot be read are counted until they can be read again', async () => {
  const saleId = await createSale();
  await until('those of the tests before to be forgotten', async () => (await counted()).every((count) => count === 0), 15_000);
  await redis.hset(keys.sale(saleId), 'closesAt', 'NaN');
  await operatorList();
  await until('it to be counted', async () => Math.max(...(await counted())) === 1, 15_000);
  expect((await operator.change(saleId, { closesAt: null })).status).toBe(200);
  await until('it to be forgotten', async () => (await counted()).every((count) => count === 0), 15_000);
}, 60_000);

it('one unreadable entry hides no other: audit log, samples, purchases', async () => {
  const saleId = await createSale({ admitPerSecond: 10 });
  await redis.xadd(keys.auditLog(saleId), '*', 'at', 'x', 'action', 'change', 'by', 'junk', 'detail', '{}');
  // The oldest entry, also after one of the first tick.
  await redis.multi().del(keys.samples(saleId)).xadd(keys.samples(saleId), '1-0', 'row', 'junk').exec();
  const visitor = await joinAs(saleId);
  await redis.hset(keys.receipts(saleId), visitor.visitor.visitorId, '["p_junk","p_gone"]');
  await redis.hset(keys.purchases(saleId), 'p_junk', '{');
  expect(await operator.auditLog(saleId)).toMatchObject({
    status: 200,
    body: { entries: [{ action: 'create' }] },
  });
  const figures = await operator.stats(saleId);
  expect(figures.status).toBe(200);
  expect(figures.body.samples.flat().every(Number.isFinite)).toBe(true);
  expect(await visitor.purchases()).toMatchObject({ status: 200, body: { purchases: [] } });
});
