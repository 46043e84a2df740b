import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { newHoldId, newPurchaseId } from '@sunbeon/contracts/server';
import type { RedisClient } from '@sunbeon/runtime';
import { expire } from '../../admission/src/scripts/expire.ts';
import { answerOf, connectTestRedis, dumpSale, eventsOf, newSale, until } from '../../../tests/fixtures/sale.ts';
import { addStock } from '../src/scripts/add-stock.ts';
import { confirm } from '../src/scripts/confirm.ts';
import { expireHolds } from '../src/scripts/expire-holds.ts';
import { hold } from '../src/scripts/hold.ts';
import { decodeOutcome, holdOf, purchaseOf } from '../src/scripts/outcome.ts';
import { purchase } from '../src/scripts/purchase.ts';
import { readHold } from '../src/scripts/read-hold.ts';
import { readPurchases } from '../src/scripts/read-purchases.ts';
import { release } from '../src/scripts/release.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const inside = (saleId: string, ...visitors: string[]) =>
  redis.zadd(keys.active(saleId), ...visitors.flatMap((visitor) => [Date.now() + 60_000, visitor]));
const buy = async (saleId: string, visitor: string, quantity = 1, key = 'k') => {
  const reply = await purchase.run(redis, saleId, [
    { visitor, quantity, key, fingerprint: `purchase:${quantity}`, purchaseId: newPurchaseId() },
  ]);
  return decodeOutcome(answerOf(reply).items[0]!, purchaseOf(saleId));
};
const holdFor = async (saleId: string, visitor: string, quantity = 1, key = 'h') => {
  const outcome = decodeOutcome(
    answerOf(await hold.run(redis, saleId, { visitor, quantity, key, fingerprint: `hold:${quantity}`, holdId: newHoldId() })),
    holdOf(saleId),
  );
  return outcome;
};
const held = async (saleId: string, visitor: string, quantity = 1) => {
  const outcome = await holdFor(saleId, visitor, quantity);
  if (outcome.outcome !== 'done') throw new Error(outcome.why);
  return outcome.result;
};
const confirmed = async (saleId: string, visitor: string, holdId: string) =>
  decodeOutcome(answerOf(await confirm.run(redis, saleId, { visitor, holdId, purchaseId: newPurchaseId() })), purchaseOf(saleId));
const stockOf = async (saleId: string) => {
  const stock = await redis.hgetall(keys.stock(saleId));
  return { total: Number(stock['total']), left: Number(stock['left']), held: Number(stock['held']), sold: Number(stock['sold']) };
};
const refused = (why: string, replayed = false) => ({ outcome: 'refused', replayed, why });
const types = async (saleId: string) => (await eventsOf(redis, saleId)).map(({ type }) => type);

describe('buying', () => {
  it('sells to an active visitor, frees the slot, and writes one event', async () => {
    const saleId = await newSale(redis, { stock: 10 });
    await inside(saleId, 'a');
    const outcome = await buy(saleId, 'a', 3);
    expect(outcome).toMatchObject({ outcome: 'done', replayed: false, result: { saleId, visitorId: 'a', quantity: 3 } });
    expect(await stockOf(saleId)).toEqual({ total: 10, left: 7, held: 0, sold: 3 });
    expect(await redis.zscore(keys.active(saleId), 'a')).toBeNull();
    expect(await types(saleId)).toEqual(['sale', 'purchased']);
    expect(answerOf(await readPurchases.run(redis, saleId, { visitor: 'a' })).purchases.map(purchaseOf(saleId))).toEqual([
      outcome.outcome === 'done' && outcome.result,
    ]);
    expect(await redis.hget(keys.bought(saleId), 'a')).toBe('3');
  });

  it('makes exactly 100 purchases of 500 buyers for 100 tickets', async () => {
    const saleId = await newSale(redis, { stock: 100 });
    const buyers = Array.from({ length: 500 }, (_, i) => `v${i}`);
    await inside(saleId, ...buyers);
    const outcomes = await Promise.all(buyers.map((buyer) => buy(saleId, buyer)));
    expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(100);
    expect(outcomes.filter(({ outcome }) => outcome === 'refused')).toEqual(Array.from({ length: 400 }, () => refused('sold_out')));
    expect(await stockOf(saleId)).toEqual({ total: 100, left: 0, held: 0, sold: 100 });
    expect(await redis.hlen(keys.purchases(saleId))).toBe(100);
    expect((await types(saleId)).filter((type) => type === 'purchased')).toHaveLength(100);
  });

  it('makes one purchase of 40 at once by one visitor, whatever the keys', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a');
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, i) => buy(saleId, 'a', 1, `key${i}`)));
    expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect(await stockOf(saleId)).toMatchObject({ left: 99, sold: 1 });
  });

  it('answers the same key the same, for ever; another body under it is refused', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a');
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => buy(saleId, 'a')));
    const results = new Set(outcomes.map((outcome) => (outcome.outcome === 'done' ? outcome.result.purchaseId : outcome.why)));
    expect(results.size).toBe(1);
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const before = await dumpSale(redis, saleId);
    expect(await buy(saleId, 'a', 2)).toEqual(refused('idempotency_conflict'));
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('remembers a refusal under its key, even when the stock returns; a new key may buy', async () => {
    const saleId = await newSale(redis, { stock: 2 });
    await inside(saleId, 'a');
    expect(await buy(saleId, 'a', 3)).toEqual(refused('insufficient_stock'));
    await addStock.run(redis, saleId, { add: 10, key: null });
    expect(await buy(saleId, 'a', 3)).toEqual(refused('insufficient_stock', true));
    expect((await buy(saleId, 'a', 3, 'other')).outcome).toBe('done');
  });

  it.each([
    ['who never came', async () => {}],
    [
      'who only waits',
      async (saleId: string) => {
        await redis.zadd(keys.queue(saleId), 1, 'a');
      },
    ],
    [
      'that has expired, even before the sweep',
      async (saleId: string) => {
        await redis.zadd(keys.active(saleId), Date.now() - 1, 'a');
      },
    ],
  ])('refuses %s and changes nothing', async (_, prepare) => {
    const saleId = await newSale(redis);
    await prepare(saleId);
    const before = await dumpSale(redis, saleId);
    expect(await buy(saleId, 'a')).toEqual(refused('not_admitted'));
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('refuses more than one visitor may have, over all stays', async () => {
    const saleId = await newSale(redis, { perVisitorLimit: 3 });
    await inside(saleId, 'a');
    expect(await buy(saleId, 'a', 4, 'k1')).toEqual(refused('limit_exceeded'));
    expect((await buy(saleId, 'a', 2, 'k2')).outcome).toBe('done');
    await inside(saleId, 'a');
    expect(await buy(saleId, 'a', 2, 'k3')).toEqual(refused('limit_exceeded'));
    expect((await buy(saleId, 'a', 1, 'k4')).outcome).toBe('done');
    expect(answerOf(await readPurchases.run(redis, saleId, { visitor: 'a' })).purchases.length).toBe(2);
  });

  it('lets active visitors buy when the sale is paused or closed, and answers null without a sale', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a', 'b');
    await redis.hset(keys.sale(saleId), 'status', 'paused');
    expect((await buy(saleId, 'a')).outcome).toBe('done');
    await redis.hset(keys.sale(saleId), 'status', 'closed');
    expect((await buy(saleId, 'b')).outcome).toBe('done');
    expect(await purchase.run(redis, 'nowhere', [{ visitor: 'a', quantity: 1, key: 'k', fingerprint: 'f', purchaseId: 'p' }])).toEqual({
      outcome: 'no_sale',
    });
  });
});

describe('holding', () => {
  it('sets tickets aside, counts as the claim, and ends in one purchase', async () => {
    const saleId = await newSale(redis, { stock: 10, sessionSeconds: 1_000, holdSeconds: 50 });
    await inside(saleId, 'a');
    const { holdId, expiresAt } = await held(saleId, 'a', 4);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(50_000);
    expect(Number(await redis.zscore(keys.active(saleId), 'a')) - Date.now()).toBeGreaterThan(900_000);
    expect(await stockOf(saleId)).toEqual({ total: 10, left: 6, held: 4, sold: 0 });
    const first = await confirmed(saleId, 'a', holdId);
    expect(first).toMatchObject({ outcome: 'done', replayed: false, result: { quantity: 4 } });
    expect(await confirmed(saleId, 'a', holdId)).toEqual({ ...first, replayed: true });
    expect(await stockOf(saleId)).toEqual({ total: 10, left: 6, held: 0, sold: 4 });
    expect(await types(saleId)).toEqual(['sale', 'claimed', 'held', 'purchased']);
    expect(await redis.exists(keys.active(saleId), keys.holds(saleId), keys.holdData(saleId), keys.sessions(saleId))).toBe(0);
  });

  it('never outlives the session, and goes back with it', async () => {
    const saleId = await newSale(redis, { sessionSeconds: 5, holdSeconds: 500 });
    await inside(saleId, 'a');
    const { holdId, expiresAt } = await held(saleId, 'a', 2);
    expect(Date.parse(expiresAt)).toBe(Number(await redis.zscore(keys.active(saleId), 'a')));
    await redis.zadd(keys.active(saleId), 1, 'a');
    await redis.zadd(keys.holds(saleId), 1, holdId);
    expect(await confirmed(saleId, 'a', holdId)).toEqual(refused('hold_not_found'));
    expect(await expire.run(redis, saleId, 10)).toEqual({ claimMissed: 0, sessionOver: 1 });
    expect((await expireHolds.run(redis, saleId, 10)).holds).toBe(0);
    expect(await stockOf(saleId)).toEqual({ total: 100, left: 100, held: 0, sold: 0 });
    expect((await types(saleId)).slice(-2)).toEqual(['released', 'expired']);
  });

  it('expires by itself; the visitor may hold again', async () => {
    const saleId = await newSale(redis, { holdSeconds: 1 });
    await inside(saleId, 'a');
    const { holdId } = await held(saleId, 'a', 2);
    await until('the hold is over', async () => (await expireHolds.run(redis, saleId, 10)).holds === 1, 3_000);
    expect(await confirmed(saleId, 'a', holdId)).toEqual(refused('hold_not_found'));
    expect(await stockOf(saleId)).toEqual({ total: 100, left: 100, held: 0, sold: 0 });
    expect((await holdFor(saleId, 'a', 1, 'h2')).outcome).toBe('done');
  });

  it('is found again by its own visitor while it lives, and by no other', async () => {
    const saleId = await newSale(redis, { stock: 5 });
    await inside(saleId, 'a', 'b');
    const find = async (visitor: string) => answerOf(await readHold.run(redis, saleId, { visitor })).holds.map(holdOf(saleId));
    expect(await find('a')).toEqual([]);
    const mine = await held(saleId, 'a', 2);
    const before = await dumpSale(redis, saleId);
    expect(await find('a')).toEqual([mine]);
    expect(await find('b')).toEqual([]);
    expect(await dumpSale(redis, saleId)).toEqual(before);
    await redis.zadd(keys.holds(saleId), Date.now() - 1, mine.holdId);
    expect(await find('a')).toEqual([]);
    await redis.zadd(keys.holds(saleId), Date.now() + 60_000, mine.holdId);
    await release.run(redis, saleId, { visitor: 'a', holdId: mine.holdId });
    expect(await find('a')).toEqual([]);
    expect(await readHold.run(redis, 'no_such_sale', { visitor: 'a' })).toEqual({ outcome: 'no_sale' });
  });

  it('is released by its own visitor only, once; who asks again gets the same answer', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a', 'b');
    const { holdId } = await held(saleId, 'a', 2);
    const before = await dumpSale(redis, saleId);
    expect(await release.run(redis, saleId, { visitor: 'b', holdId })).toBe('hold_not_found');
    expect(await confirmed(saleId, 'b', holdId)).toEqual(refused('hold_not_found'));
    expect(await dumpSale(redis, saleId)).toEqual(before);
    expect(await release.run(redis, saleId, { visitor: 'a', holdId })).toBe('released');
    const after = await dumpSale(redis, saleId);
    for (const visitor of ['a', null]) expect(await release.run(redis, saleId, { visitor, holdId })).toBe('replayed');
    expect(await release.run(redis, saleId, { visitor: 'b', holdId })).toBe('hold_not_found');
    expect(await confirmed(saleId, 'a', holdId)).toEqual(refused('hold_not_found'));
    await redis.hset(keys.sale(saleId), 'confirmBy', 'shop');
    expect(await release.run(redis, saleId, { visitor: 'a', holdId })).toBe('replayed');
    expect(await release.run(redis, saleId, { visitor: 'b', holdId })).toBe('confirm_by_shop');
    await redis.hset(keys.sale(saleId), 'confirmBy', 'visitor');
    expect({ ...(await dumpSale(redis, saleId)), sale: null }).toEqual({ ...after, sale: null });
    expect(await stockOf(saleId)).toEqual({ total: 100, left: 100, held: 0, sold: 0 });
    expect((await buy(saleId, 'a', 1)).outcome).toBe('done');
  });

  it('with `confirmBy: shop` is answered to the shop alone: what it confirmed or released is no answer to its visitor', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a', 'b');
    const [paid, back] = [await held(saleId, 'a'), await held(saleId, 'b')];
    await redis.hset(keys.sale(saleId), 'confirmBy', 'shop');
    const byShop = { visitor: null, holdId: paid.holdId, purchaseId: 'p_shop' };
    expect((await confirm.run(redis, saleId, byShop)).outcome).toBe('done');
    expect((await confirm.run(redis, saleId, byShop)).outcome).toBe('done');
    expect(await confirmed(saleId, 'a', paid.holdId)).toEqual(refused('confirm_by_shop'));
    expect(await release.run(redis, saleId, { visitor: null, holdId: back.holdId })).toBe('released');
    expect(await release.run(redis, saleId, { visitor: null, holdId: back.holdId })).toBe('replayed');
    expect(await release.run(redis, saleId, { visitor: 'b', holdId: back.holdId })).toBe('confirm_by_shop');
  });

  it('that ended another way was not released: its time over, or confirmed', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a', 'b');
    const [over, paid] = [await held(saleId, 'a'), await held(saleId, 'b')];
    await redis.zadd(keys.holds(saleId), 1, over.holdId);
    expect((await expireHolds.run(redis, saleId, 10)).holds).toBe(1);
    await confirmed(saleId, 'b', paid.holdId);
    for (const [visitor, { holdId }] of [
      ['a', over],
      ['b', paid],
    ] as const)
      for (const by of [visitor, null]) expect(await release.run(redis, saleId, { visitor: by, holdId })).toBe('hold_not_found');
  });

  it('that is confirmed stays so for who asks again, also when the shop confirms since', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a', 'b');
    const [mine, other] = [await held(saleId, 'a', 2), await held(saleId, 'b', 1)];
    const first = await confirmed(saleId, 'a', mine.holdId);
    await redis.hset(keys.sale(saleId), 'confirmBy', 'shop');
    const before = await dumpSale(redis, saleId);
    expect(await confirmed(saleId, 'a', mine.holdId)).toEqual({ ...first, replayed: true });
    expect(await confirmed(saleId, 'b', mine.holdId)).toEqual(refused('confirm_by_shop'));
    expect(await confirmed(saleId, 'b', other.holdId)).toEqual(refused('confirm_by_shop'));
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('is one at a time, and no way round the limit or the purchase', async () => {
    const saleId = await newSale(redis, { perVisitorLimit: 4 });
    await inside(saleId, 'a');
    await held(saleId, 'a', 2);
    expect(await holdFor(saleId, 'a', 1, 'h2')).toEqual(refused('limit_exceeded'));
    expect(await buy(saleId, 'a', 1)).toEqual(refused('limit_exceeded'));
    expect(await stockOf(saleId)).toEqual({ total: 100, left: 98, held: 2, sold: 0 });
  });

  it('answers insufficient_stock, not sold_out, while others hold the rest', async () => {
    const saleId = await newSale(redis, { stock: 2 });
    await inside(saleId, 'a', 'b');
    await held(saleId, 'a', 2);
    expect(await buy(saleId, 'b')).toEqual(refused('insufficient_stock'));
  });

  it('replays under its key', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a');
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => holdFor(saleId, 'a', 2)));
    expect(new Set(outcomes.map((outcome) => (outcome.outcome === 'done' ? outcome.result.holdId : outcome.why))).size).toBe(1);
    expect(await stockOf(saleId)).toMatchObject({ held: 2 });
    expect(await buy(saleId, 'a', 2, 'h')).toEqual(refused('idempotency_conflict'));
  });
});

describe('adding stock', () => {
  it('adds, once per key, with an event', async () => {
    const saleId = await newSale(redis, { stock: 1 });
    expect(await addStock.run(redis, saleId, { add: 5, key: 'k' })).toBe('added');
    expect(await addStock.run(redis, saleId, { add: 5, key: 'k' })).toBe('replayed');
    expect(await addStock.run(redis, saleId, { add: 6, key: 'k' })).toBe('idempotency_conflict');
    expect(await addStock.run(redis, saleId, { add: 1, key: null })).toBe('added');
    expect(await stockOf(saleId)).toEqual({ total: 7, left: 7, held: 0, sold: 0 });
    expect((await types(saleId)).filter((type) => type === 'sale')).toHaveLength(3);
    expect(await addStock.run(redis, 'nowhere', { add: 1, key: null })).toBe('no_sale');
  });
});
