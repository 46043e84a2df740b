import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, type Order } from '@sunbeon/contracts';
import { newHoldId, newPurchaseId } from '@sunbeon/contracts/server';
import type { RedisClient } from '@sunbeon/runtime';
import { answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { listOrders } from '../src/orders/list-orders.ts';
import { confirm } from '../src/scripts/confirm.ts';
import { hold } from '../src/scripts/hold.ts';
import type { OrdersQuery } from '../src/scripts/read-orders.ts';
import { purchase } from '../src/scripts/purchase.ts';
import { checkStock } from './check-stock.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const inside = (saleId: string, ...visitors: string[]) =>
  redis.zadd(keys.active(saleId), ...visitors.flatMap((visitor) => [Date.now() + 60_000, visitor]));
/** Buys as a visitor who was just admitted; returns the purchase id. */
const buy = async (saleId: string, visitor: string, quantity = 1, seq = 0): Promise<string> => {
  await inside(saleId, visitor);
  const purchaseId = newPurchaseId();
  const item = { visitor, quantity, key: purchaseId, fingerprint: `purchase:${quantity}`, purchaseId, seq };
  const [row] = answerOf(await purchase.run(redis, saleId, [item])).items;
  expect(row).toMatchObject({ outcome: 'done', replayed: false });
  return purchaseId;
};
/** Holds and confirms as the shop. */
const buyAtShop = async (saleId: string, visitor: string, reference: string | undefined, seq = 0): Promise<string> => {
  await inside(saleId, visitor);
  const [holdId, purchaseId] = [newHoldId(), newPurchaseId()];
  await hold.run(redis, saleId, { visitor, quantity: 1, key: holdId, fingerprint: 'hold:1', holdId, seq });
  await confirm.run(redis, saleId, { visitor: null, holdId, purchaseId, shop: 'shop', reference });
  await confirm.run(redis, saleId, { visitor: null, holdId, purchaseId: newPurchaseId(), shop: 'shop', reference: 'another' });
  return purchaseId;
};
const pages = async (saleId: string, query: Partial<OrdersQuery> = {}, most = 7): Promise<Order[][]> => {
  const found: Order[][] = [];
  for (let cursor: string | null = null; ;) {
    const { orders, next } = await listOrders(redis, saleId, { ...query, most, cursor });
    expect(orders.length).toBeLessThanOrEqual(most);
    found.push(orders);
    if (next === null) return found;
    cursor = next;
  }
};
const idsOf = async (saleId: string, query: Partial<OrdersQuery> = {}, most?: number) =>
  (await pages(saleId, query, most)).flat().map(({ purchaseId }) => purchaseId);

describe('orders', () => {
  it('are listed newest first in full pages, whatever is bought meanwhile', async () => {
    const saleId = await newSale(redis, { stock: 100 });
    expect(await pages(saleId)).toEqual([[]]);
    const bought: string[] = [];
    for (let i = 0; i < 21; i += 1) bought.unshift(await buy(saleId, `v${i}`, 2, i));
    const first = await listOrders(redis, saleId, { cursor: null, most: 10 });
    await buy(saleId, 'late');
    const second = await listOrders(redis, saleId, { cursor: first.next, most: 10 });
    const third = await listOrders(redis, saleId, { cursor: second.next, most: 10 });
    expect([first, second, third].map(({ orders }) => orders.length)).toEqual([10, 10, 1]);
    expect(third.next).toBeNull();
    expect([first, second, third].flatMap(({ orders }) => orders.map(({ purchaseId }) => purchaseId))).toEqual(bought);
    expect(first.orders[0]).toEqual({
      purchaseId: bought[0],
      saleId,
      visitorId: 'v20',
      seq: 20,
      quantity: 2,
      state: 'paid',
      purchasedAt: expect.stringMatching(/^20.*Z$/),
    });
    // A token of the lobby has no number.
    expect(third.orders[0]).not.toHaveProperty('seq');
    await checkStock(redis, saleId);
  });

  it('are found by id, its first six characters, visitor and reference, and by nothing else', async () => {
    const saleId = await newSale(redis, { stock: 100, confirmBy: 'shop', returnUrls: ['https://shop.test/'], perVisitorLimit: 20 });
    const one = await buyAtShop(saleId, 'anna', 'A-1', 5);
    const others: string[] = [];
    for (let i = 0; i < 16; i += 1) others.unshift(await buyAtShop(saleId, i < 9 ? 'boris' : `c${i}`, i % 2 === 0 ? 'group x' : undefined));
    const find = (q: string) => idsOf(saleId, { q }, 3);
    expect(await find(one)).toEqual([one]);
    expect(await find(one.slice(0, 6))).toEqual([one]);
    expect(await find(one.slice(2, 8))).toEqual([one]);
    expect(await find(one.slice(0, 5))).toEqual([]);
    expect(await find(one.slice(0, 12))).toEqual([one]);
    expect(await find(`${one.slice(0, 12)}?`)).toEqual([]);
    expect(await find('A-1')).toEqual([one]);
    expect(await find('a-1')).toEqual([]);
    expect(await find('another')).toEqual([]);
    expect(await find('anna')).toEqual([one]);
    expect(await find('boris')).toEqual(others.slice(-9));
    expect(await find('group x')).toEqual(others.filter((_, i) => i % 2 === 1));
    expect(await find('group')).toEqual([]);
    const [found] = (await pages(saleId, { q: one }))[0]!;
    expect(found).toMatchObject({ purchaseId: one, visitorId: 'anna', reference: 'A-1', seq: 5 });
    await checkStock(redis, saleId);
  });

  it('of a sale from before the list come last, each once, and are found', async () => {
    const saleId = await newSale(redis, { stock: 2_000, perVisitorLimit: 1_000 });
    const older: string[] = [];
    for (let i = 0; i < 700; i += 1) older.push(newPurchaseId());
    const stored = (purchaseId: string, visitor: string) => JSON.stringify({ purchaseId, visitor, quantity: 1, purchasedAtMs: 1 });
    await redis.hset(keys.purchases(saleId), Object.fromEntries(older.map((id, i) => [id, stored(id, `v${i}`)])));
    await redis.hset(keys.receipts(saleId), Object.fromEntries(older.map((id, i) => [`v${i}`, JSON.stringify([id])])));
    await redis.hset(keys.flow(saleId), 'purchased', older.length);
    expect((await idsOf(saleId, {}, 100)).sort()).toEqual([...older].sort());

    const newer: string[] = [];
    for (let i = 0; i < 5; i += 1) newer.unshift(await buy(saleId, 'v0'));
    const all = await idsOf(saleId, {}, 3);
    expect(all.slice(0, 5)).toEqual(newer);
    expect(all.slice(5).sort()).toEqual([...older].sort());
    expect(await idsOf(saleId, { q: older[3]! })).toEqual([older[3]]);
    expect(await idsOf(saleId, { q: older[3]!.slice(0, 6) }, 50)).toEqual([older[3]]);
    expect(await idsOf(saleId, { q: 'v0' })).toEqual([...newer, older[0]]);
  });
});
