import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { newPurchaseId } from '@sunbeon/contracts/server';
import type { RedisClient } from '@sunbeon/runtime';
import { join } from '../../queue/src/scripts/join.ts';
import { readPlaces } from '../../queue/src/scripts/read-places.ts';
import { admitNow, answerOf, connectTestRedis, dumpSale, eventsOf, newSale } from '../../../tests/fixtures/sale.ts';
import { listOrders } from '../src/orders/list-orders.ts';
import { cancelOrder } from '../src/scripts/cancel-order.ts';
import { checkIn } from '../src/scripts/check-in.ts';
import { purchase } from '../src/scripts/purchase.ts';
import { checkStock } from './check-stock.ts';
import { wordOf } from './rows.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const tryToBuy = async (saleId: string, visitor: string, quantity = 1, key = newPurchaseId()) => {
  await redis.zadd(keys.active(saleId), Date.now() + 60_000, visitor);
  const item = { visitor, quantity, key, fingerprint: `purchase:${quantity}`, purchaseId: newPurchaseId() };
  const row = answerOf(await purchase.run(redis, saleId, [item])).items[0]!;
  const purchaseId = row.outcome === 'done' ? (JSON.parse(row.json) as { purchaseId: string }).purchaseId : '';
  return { word: wordOf(row), purchaseId, row };
};
const buy = async (saleId: string, visitor: string, quantity = 1): Promise<string> => {
  const { word, purchaseId } = await tryToBuy(saleId, visitor, quantity);
  expect(word).toBe('done');
  return purchaseId;
};
const cancel = (saleId: string, purchaseId: string, restock = true) =>
  cancelOrder.run(redis, saleId, { purchaseId, reason: 'why', restock });
const stateOf = async (saleId: string, visitor: string): Promise<string> =>
  answerOf(await readPlaces.run(redis, saleId, [{ visitor, seq: 1 }])).places[0]!.state;

describe('a cancelled order', () => {
  it.each([
    [true, { total: 10, left: 9, held: 0, sold: 1 }],
    [false, { total: 7, left: 6, held: 0, sold: 1 }],
  ])('is cancelled once by 40 at once, restock %s, with one event', async (restock, stock) => {
    const saleId = await newSale(redis, { stock: 10 });
    const [purchaseId] = [await buy(saleId, 'a', 3), await buy(saleId, 'b', 1)];
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => cancel(saleId, purchaseId, restock)));
    expect(outcomes.filter(({ outcome }) => outcome === 'cancelled')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(39);
    expect(new Set(outcomes.map((outcome) => ('json' in outcome ? outcome.json : '')))).toHaveProperty('size', 1);
    expect(await checkStock(redis, saleId)).toEqual(stock);
    const before = await dumpSale(redis, saleId);
    expect((await cancel(saleId, purchaseId, !restock)).outcome).toBe('already_cancelled');
    expect((await cancel(saleId, 'p_none', restock)).outcome).toBe('order_not_found');
    expect((await checkIn.run(redis, saleId, { purchaseId, key: null })).outcome).toBe('order_cancelled');
    expect(await dumpSale(redis, saleId)).toEqual(before);
    const events = (await eventsOf(redis, saleId)).filter(({ type }) => type === 'cancelled');
    expect(events.map(({ data }) => data)).toEqual([
      { visitor: 'a', purchaseId, quantity: 3, purchasedAtMs: expect.any(Number), restock, left: true },
    ]);
    const { orders } = await listOrders(redis, saleId, { cursor: null, most: 10, state: 'cancelled' });
    expect(orders).toMatchObject([{ purchaseId, state: 'cancelled', reason: 'why', quantity: 3 }]);
  });

  it('gives the limit back; with no order left the state is as if nothing was bought, and the key still gets its first answer', async () => {
    const saleId = await newSale(redis, { stock: 10, perVisitorLimit: 4 });
    const first = await tryToBuy(saleId, 'a', 3, 'k');
    const second = await buy(saleId, 'a', 1);
    expect((await tryToBuy(saleId, 'a', 1)).word).toBe('limit_exceeded');
    await redis.zrem(keys.active(saleId), 'a');
    await cancel(saleId, first.purchaseId);
    expect(await stateOf(saleId, 'a')).toBe('purchased');
    expect(await redis.hget(keys.bought(saleId), 'a')).toBe('1');
    await cancel(saleId, second);
    expect(await stateOf(saleId, 'a')).toBe('left');
    expect(await redis.hexists(keys.bought(saleId), 'a')).toBe(0);
    const again = await tryToBuy(saleId, 'a', 3, 'k');
    expect(again).toMatchObject({ word: 'replayed', row: { json: 'json' in first.row ? first.row.json : '' } });
    expect((await tryToBuy(saleId, 'a', 4)).word).toBe('done');
    await checkStock(redis, saleId);
  });

  it('leaves a place of now as it is, with its code; without one the use of the code goes back, once', async () => {
    const saleId = await newSale(redis, { stock: 10, access: 'code' });
    await redis.hset(keys.codes(saleId), 'C', JSON.stringify({ uses: 2 }));
    const enter = async (visitor: string, generation: number) =>
      answerOf(await join.run(redis, saleId, [{ visitorId: visitor, generation, entrance: { code: 'C' } }])).places[0]!.state;
    const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
    expect([await enter('a', 0), await enter('b', 0)]).toEqual(['joined', 'joined']);
    expect(await admitNow(redis, saleId, 2)).toBe(2);
    const [ofA, ofB] = [await buy(saleId, 'a'), await buy(saleId, 'b')];
    expect(await enter('a', generation)).toBe('joined');
    expect(await redis.hget(keys.codeUses(saleId), 'C')).toBe('2');
    await cancel(saleId, ofB);
    await cancel(saleId, ofB);
    expect(await redis.hget(keys.codeUses(saleId), 'C')).toBe('1');
    await cancel(saleId, ofA);
    expect(await redis.hget(keys.codeUses(saleId), 'C')).toBe('1');
    expect([await stateOf(saleId, 'a'), await stateOf(saleId, 'b')]).toEqual(['waiting', 'left']);
    const events = (await eventsOf(redis, saleId)).filter(({ type }) => type === 'cancelled');
    expect(events.map(({ data }) => data['left'])).toEqual([true, undefined]);
  });

  it('never costs or makes a ticket while others buy and cancel', async () => {
    const saleId = await newSale(redis, { stock: 60, perVisitorLimit: 1_000 });
    const bought = await Promise.all(Array.from({ length: 40 }, (_, i) => buy(saleId, `v${i}`)));
    await Promise.all([
      ...bought.map((purchaseId, i) => cancel(saleId, purchaseId, i % 2 === 0)),
      ...Array.from({ length: 60 }, (_, i) => tryToBuy(saleId, `w${i}`)),
    ]);
    const stock = await checkStock(redis, saleId);
    expect(stock.total).toBe(40);
    expect(stock.left + stock.sold).toBe(40);
  });
});

describe('a check-in', () => {
  it('of 40 at once succeeds once; its own key gets it again, and no other', async () => {
    const saleId = await newSale(redis);
    const purchaseId = await buy(saleId, 'a');
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, i) => checkIn.run(redis, saleId, { purchaseId, key: `k${i}` })));
    expect(outcomes.filter(({ outcome }) => outcome === 'checked_in')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'already_checked_in')).toHaveLength(39);
    const first = outcomes.findIndex(({ outcome }) => outcome === 'checked_in');
    const before = await dumpSale(redis, saleId);
    expect(await checkIn.run(redis, saleId, { purchaseId, key: `k${first}` })).toEqual({ ...outcomes[first], outcome: 'replayed' });
    for (const key of [null, 'k40']) expect((await checkIn.run(redis, saleId, { purchaseId, key })).outcome).toBe('already_checked_in');
    expect((await cancel(saleId, purchaseId)).outcome).toBe('already_checked_in');
    expect(await dumpSale(redis, saleId)).toEqual(before);
    expect((await eventsOf(redis, saleId)).filter(({ type }) => type === 'checked_in')).toHaveLength(1);
  });

  it('without a key is done once, too', async () => {
    const saleId = await newSale(redis);
    const purchaseId = await buy(saleId, 'a');
    expect((await checkIn.run(redis, saleId, { purchaseId, key: null })).outcome).toBe('checked_in');
    expect((await checkIn.run(redis, saleId, { purchaseId, key: null })).outcome).toBe('already_checked_in');
  });
});
