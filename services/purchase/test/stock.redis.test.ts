import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keys } from '@sunbeon/contracts';
import { newHoldId, newPurchaseId } from '@sunbeon/contracts/server';
import { createService, type RedisClient } from '@sunbeon/runtime';
import { expire } from '../../admission/src/scripts/expire.ts';
import { leave } from '../../queue/src/scripts/leave.ts';
import { answerOf, connectTestRedis, dumpSale, eventsOf, newSale, testRedisUrl, until } from '../../../tests/fixtures/sale.ts';
import { purchaseMetrics } from '../src/metrics.ts';
import { addStock } from '../src/scripts/add-stock.ts';
import { confirm } from '../src/scripts/confirm.ts';
import { expireHolds } from '../src/scripts/expire-holds.ts';
import { hold } from '../src/scripts/hold.ts';
import { purchase } from '../src/scripts/purchase.ts';
import { release } from '../src/scripts/release.ts';
import { startSweeper } from '../src/sweep/sweeper.ts';
import { checkStock } from './check-stock.ts';
import { wordOf } from './rows.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const inside = (saleId: string, ...visitors: string[]) =>
  redis.zadd(keys.active(saleId), ...visitors.flatMap((visitor) => [Date.now() + 60_000, visitor]));
const buy = async (saleId: string, visitor: string, quantity: number, key: string): Promise<string> =>
  wordOf(
    answerOf(
      await purchase.run(redis, saleId, [{ visitor, quantity, key, fingerprint: `purchase:${quantity}`, purchaseId: newPurchaseId() }]),
    ).items[0]!,
  );
const holdAs = async (saleId: string, visitor: string, quantity: number, key: string) => {
  const holdId = newHoldId();
  const word = wordOf(answerOf(await hold.run(redis, saleId, { visitor, quantity, key, fingerprint: `hold:${quantity}`, holdId })));
  return { word, holdId };
};
/** Moves the hold's deadline into the past, so that no test waits for it. */
const overdue = (saleId: string, holdId: string) => redis.zadd(keys.holds(saleId), 'XX', 1, holdId);

describe('the stock', () => {
  it('adds up after every step, whatever the order of steps', async () => {
    const visitor = fc.integer({ min: 0, max: 5 });
    const step = fc.record({
      verb: fc.constantFrom('admit', 'buy', 'hold', 'confirm', 'release', 'hold over', 'sweep', 'session over', 'leave', 'add'),
      visitor,
      quantity: fc.integer({ min: 1, max: 4 }),
      key: fc.integer({ min: 0, max: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const saleId = await newSale(redis, { stock: 12, perVisitorLimit: 6 });
        const holdOf = async (name: string) => (await redis.hget(keys.sessions(saleId), name)) || 'h_none';
        await inside(saleId, 'v0', 'v1', 'v2');
        for (const { verb, visitor: who, quantity, key } of steps) {
          const name = `v${who}`;
          if (verb === 'admit') await inside(saleId, name);
          if (verb === 'buy') await buy(saleId, name, quantity, `k${key}`);
          if (verb === 'hold') await holdAs(saleId, name, quantity, `k${key}`);
          if (verb === 'confirm')
            await confirm.run(redis, saleId, { visitor: name, holdId: await holdOf(name), purchaseId: newPurchaseId() });
          if (verb === 'release') await release.run(redis, saleId, { visitor: name, holdId: await holdOf(name) });
          if (verb === 'hold over') await overdue(saleId, await holdOf(name));
          if (verb === 'sweep') await expireHolds.run(redis, saleId, 2);
          if (verb === 'session over') {
            await redis.zadd(keys.active(saleId), 'XX', 1, name);
            await expire.run(redis, saleId, 10);
          }
          if (verb === 'leave') await leave.run(redis, saleId, { visitor: name });
          if (verb === 'add') await addStock.run(redis, saleId, { add: quantity === 4 ? -2 : 1, key: `k${key % 9}` });
          await checkStock(redis, saleId);
        }
      }),
      { numRuns: 25, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('sells a batch item by item: the next item may get the tickets refused to one', async () => {
    const saleId = await newSale(redis, { stock: 3 });
    await inside(saleId, 'a', 'b', 'c');
    const item = (visitor: string, quantity: number) => ({
      visitor,
      quantity,
      key: 'k',
      fingerprint: `purchase:${quantity}`,
      purchaseId: newPurchaseId(),
    });
    const reply = await purchase.run(redis, saleId, [item('a', 2), item('b', 2), item('stranger', 1), item('a', 2), item('c', 1)]);
    expect(answerOf(reply).items.map(wordOf)).toEqual(['done', 'insufficient_stock', 'not_admitted', 'replayed', 'done']);
    expect(await checkStock(redis, saleId)).toEqual({ total: 3, left: 0, held: 0, sold: 3 });
  });
});

describe('stock taken away', () => {
  it('goes down to what is left and no further, by 40 at once too', async () => {
    const saleId = await newSale(redis, { stock: 25 });
    await inside(saleId, 'a', 'b');
    expect(await buy(saleId, 'a', 3, 'k')).toBe('done');
    expect((await holdAs(saleId, 'b', 2, 'h')).word).toBe('done');
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => addStock.run(redis, saleId, { add: -3, key: null })));
    expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(6);
    expect(outcomes.filter((outcome) => outcome === 'insufficient_stock')).toHaveLength(34);
    expect(await checkStock(redis, saleId)).toEqual({ total: 7, left: 2, held: 2, sold: 3 });
    const removed = (await eventsOf(redis, saleId)).filter(({ data }) => data['change'] === 'stock_removed');
    expect(removed.map(({ data }) => data['total'])).toEqual([22, 19, 16, 13, 10, 7]);
  });

  it('is taken once per key', async () => {
    const saleId = await newSale(redis, { stock: 10 });
    expect(await addStock.run(redis, saleId, { add: -4, key: 'typo' })).toBe('added');
    expect(await addStock.run(redis, saleId, { add: -4, key: 'typo' })).toBe('replayed');
    expect(await addStock.run(redis, saleId, { add: 4, key: 'typo' })).toBe('idempotency_conflict');
    expect(await checkStock(redis, saleId)).toMatchObject({ total: 6, left: 6 });
  });
});

describe('a hold that is over', () => {
  it('counts as gone before the sweep: it is no longer in the way of its own visitor', async () => {
    const saleId = await newSale(redis, { stock: 2 });
    await inside(saleId, 'a');
    const { holdId } = await holdAs(saleId, 'a', 2, 'h');
    await overdue(saleId, holdId);
    expect(await buy(saleId, 'a', 2, 'k')).toBe('done');
    expect(await checkStock(redis, saleId)).toEqual({ total: 2, left: 0, held: 0, sold: 2 });
    expect((await eventsOf(redis, saleId)).slice(-2)).toMatchObject([
      { type: 'released', data: { holdId, reason: 'hold_over' } },
      { type: 'purchased' },
    ]);
  });

  it('is looked for again after its rest, at a shop without one after the window of a new one, and at a gate never sooner than anyway', async () => {
    const gate = await newSale(redis, { kind: 'gate', returnUrls: ['https://shop.test/'] });
    expect(await expireHolds.run(redis, gate, 10)).toEqual({ holds: 0, nextInMs: Infinity });
    const saleId = await newSale(redis, { holdSeconds: 50 });
    expect(await expireHolds.run(redis, saleId, 10)).toEqual({ holds: 0, nextInMs: 50_000 });
    await inside(saleId, 'a');
    const { holdId } = await holdAs(saleId, 'a', 1, 'h');
    await redis.zadd(keys.holds(saleId), Date.now() + 20_000, holdId);
    const { nextInMs } = await expireHolds.run(redis, saleId, 10);
    expect(nextInMs).toBeGreaterThan(15_000);
    expect(nextInMs).toBeLessThanOrEqual(20_000);
  });

  it('is given back by the sweeper, by two at once as by one, until it is stopped', async () => {
    const saleId = await newSale(redis, { stock: 5, holdSeconds: 1 });
    await redis.zadd(keys.currentSales, 0, saleId);
    await inside(saleId, 'a');
    const service = createService('purchase', {
      REDIS_URL: testRedisUrl(),
      HOST: '127.0.0.1',
      PORT: 15_003,
      OPS_PORT: 20_003,
      LOG_LEVEL: 'silent',
      REQUEST_LOG: 'off',
      LOG_ADDRESSES: 'off',
      TOKEN_SECRET: 's'.repeat(32),
    });
    await service.redis.connect();
    const sweepers = [1, 2].map(() => startSweeper(service, purchaseMetrics(service.metrics)));
    try {
      await holdAs(saleId, 'a', 2, 'h');
      await until('the hold is back', async () => (await redis.hget(keys.stock(saleId), 'held')) === '0', 5_000);
      expect(await redis.hget(keys.sessions(saleId), 'a')).toBe('');
      expect(await checkStock(redis, saleId)).toEqual({ total: 5, left: 5, held: 0, sold: 0 });
      // A ticker of another test may tick all current sales of the same Redis.
      const types = (await eventsOf(redis, saleId)).map(({ type }) => type).filter((type) => type !== 'tick');
      expect(types).toEqual(['sale', 'claimed', 'held', 'released']);
      // Redis goes away during the sweeps and returns: they go on.
      service.redis.disconnect(true);
      await until('redis is back', () => service.redis.status === 'ready');
      await holdAs(saleId, 'a', 1, 'h2');
      await until('the second hold is back', async () => (await redis.hget(keys.stock(saleId), 'held')) === '0', 5_000);
    } finally {
      await Promise.all(sweepers.map((sweeper) => sweeper.stop()));
      service.redis.disconnect();
      await redis.zrem(keys.currentSales, saleId);
    }
  });
});

describe('one visitor', () => {
  it('a purchase within the claim window implies the claim, without an event of it', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a', 'b');
    await redis.hset(keys.sessions(saleId), 'b', '');
    await buy(saleId, 'a', 1, 'k');
    expect(await redis.hget(keys.flow(saleId), 'claimed')).toBe('1');
    await buy(saleId, 'b', 1, 'k');
    expect(await redis.hget(keys.flow(saleId), 'claimed')).toBe('1');
    expect((await eventsOf(redis, saleId)).map(({ type }) => type)).toEqual(['sale', 'purchased', 'purchased']);
  });

  it('repeated holds and releases are refused after 32; the visitor may still buy, and then hold again', async () => {
    const saleId = await newSale(redis, { perVisitorLimit: 9 });
    await inside(saleId, 'a');
    for (let i = 0; i < 32; i += 1) {
      const { word, holdId } = await holdAs(saleId, 'a', 1, `h${i}`);
      expect(word).toBe('done');
      expect(await release.run(redis, saleId, { visitor: 'a', holdId })).toBe('released');
    }
    const answers = await redis.hlen(keys.idempotency(saleId));
    const events = (await eventsOf(redis, saleId)).length;
    expect((await holdAs(saleId, 'a', 1, 'one-more')).word).toBe('rate_limited');
    expect(await redis.hlen(keys.idempotency(saleId))).toBe(answers);
    expect(await eventsOf(redis, saleId)).toHaveLength(events);
    expect(await buy(saleId, 'a', 1, 'k')).toBe('done');
    await inside(saleId, 'a');
    expect((await holdAs(saleId, 'a', 1, 'again')).word).toBe('done');
    await checkStock(redis, saleId);
  });

  it.each([
    ['a session that ended', async () => {}],
    // As an instance of the version before counts beside this one.
    ['holds counted over all stays', async (saleId: string) => redis.hset(keys.idempotency(saleId), 'a#holds', '32')],
  ])('may hold again in the next stay after 32 holds and %s', async (_, prepare) => {
    const saleId = await newSale(redis, { confirmBy: 'shop', returnUrls: ['https://shop.test/'] });
    await inside(saleId, 'a');
    const holdAndRelease = async (stay: string) => {
      for (let i = 0; i < 32; i += 1) {
        const { word, holdId } = await holdAs(saleId, 'a', 1, `${stay}${i}`);
        expect(word).toBe('done');
        expect(await release.run(redis, saleId, { visitor: null, holdId })).toBe('released');
      }
      expect((await holdAs(saleId, 'a', 1, `${stay}-more`)).word).toBe('rate_limited');
    };
    await holdAndRelease('first');
    await prepare(saleId);
    await redis.zadd(keys.active(saleId), 'XX', 1, 'a');
    await expire.run(redis, saleId, 10);
    expect((await holdAs(saleId, 'a', 1, 'outside')).word).toBe('not_admitted');
    await inside(saleId, 'a');
    await holdAndRelease('second');
    await checkStock(redis, saleId);
  });

  it('whose session is over cannot confirm, even while the hold itself still runs', async () => {
    const saleId = await newSale(redis);
    await inside(saleId, 'a');
    const { holdId } = await holdAs(saleId, 'a', 1, 'h');
    await redis.zadd(keys.active(saleId), 1, 'a');
    const before = await dumpSale(redis, saleId);
    expect(wordOf(answerOf(await confirm.run(redis, saleId, { visitor: 'a', holdId, purchaseId: newPurchaseId() })))).toBe(
      'hold_not_found',
    );
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });
});
