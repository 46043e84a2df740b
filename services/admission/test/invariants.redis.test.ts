import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, connectTestRedis, newSale, testRedisUrl } from '../../../tests/fixtures/sale.ts';
import { hold } from '../../purchase/src/scripts/hold.ts';
import { purchase } from '../../purchase/src/scripts/purchase.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { leave } from '../../queue/src/scripts/leave.ts';
import { checkSale } from '../src/invariants/check-sale.ts';
import { runInvariantChecks } from '../src/invariants/main.ts';
import { claim } from '../src/scripts/claim.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

/** A sale with visitors in every state: waiting, left, active, holding, purchased. */
const busySale = async (): Promise<string> => {
  const saleId = await newSale(redis, { activeLimit: 100 });
  await join.run(
    redis,
    saleId,
    Array.from({ length: 40 }, (_, i) => `v${i + 1}`),
  );
  for (const visitor of ['v2', 'v30', 'v40']) await leave.run(redis, saleId, { visitor: visitor });
  await admitNow(redis, saleId, 12);
  await claim.run(
    redis,
    saleId,
    ['v1', 'v3', 'v4'].map((visitor) => ({ visitor })),
  );
  await leave.run(redis, saleId, { visitor: 'v3' });
  await hold.run(redis, saleId, { visitor: 'v4', quantity: 3, key: 'k', fingerprint: 'f', holdId: 'h_1' });
  await purchase.run(redis, saleId, [{ visitor: 'v1', quantity: 2, key: 'k', fingerprint: 'f', purchaseId: 'p_1' }]);
  return saleId;
};
const broken = async (saleId: string): Promise<string[]> => {
  const report = await checkSale(redis, saleId);
  return [...new Set(report!.results.filter(({ verdict }) => verdict === 'broken').map(({ invariant }) => invariant))].sort();
};

describe('the invariant check of a live sale', () => {
  it('finds that every promise holds', async () => {
    const saleId = await busySale();
    expect(await broken(saleId)).toEqual([]);
    const report = await checkSale(redis, saleId);
    expect(new Set(report!.results.map(({ invariant }) => invariant))).toEqual(
      new Set(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9']),
    );
    expect(report!.results.filter(({ verdict }) => verdict === 'unknown')).toEqual([]);
  });

  it.each<[string, string, (saleId: string) => Promise<unknown>]>([
    ['I1', 'a ticket that vanished', (id) => redis.hincrby(keys.stock(id), 'left', -1)],
    ['I1', 'a hold without its tickets', (id) => redis.hdel(keys.holdData(id), 'h_1')],
    ['I2', 'a visitor who vanished from the line', (id) => redis.zrem(keys.queue(id), 'v20')],
    ['I2', 'a visitor who vanished from inside', (id) => redis.zrem(keys.active(id), 'v5')],
    ['I2', 'a departure nobody marked', (id) => redis.setbit(keys.departed(id), 30, 0)],
    ['I3', 'somebody who was passed over', (id) => redis.zadd(keys.queue(id), 1, 'v20')],
    ['I4', 'a number given twice', (id) => redis.zadd(keys.queue(id), 21, 'v20')],
    ['I4', 'a number that is a time', (id) => redis.zadd(keys.queue(id), 25.5, 'v20')],
    [
      'I4',
      'somebody who waits and is inside',
      async (id) => {
        await redis.zrem(keys.queue(id), 'v20');
        await redis.zadd(keys.queue(id), 20, 'v6');
      },
    ],
    [
      'I6',
      'more inside than allowed',
      async (id) => {
        await redis.hset(keys.sale(id), 'activeLimit', 1_000);
        await join.run(
          redis,
          id,
          Array.from({ length: 100 }, (_, i) => `w${i}`),
        );
        await redis.hset(keys.stock(id), 'total', 1_000, 'left', 995);
        await admitNow(redis, id, 105);
      },
    ],
    [
      'I8',
      'a purchase nobody made',
      (id) => redis.hset(keys.purchases(id), 'p_2', JSON.stringify({ purchaseId: 'p_2', visitor: 'v9', quantity: 1, purchasedAtMs: 1 })),
    ],
    ['I9', 'an event that was lost', (id) => redis.xdel(keys.events(id), '3-0')],
    ['I9', 'an event of nothing', (id) => redis.xadd(keys.events(id), '99-0', 'type', 'tick', 'data', '{}')],
  ])('sees %s broken: %s', async (invariant, _, harm) => {
    const saleId = await busySale();
    await harm(saleId);
    expect(await broken(saleId)).toContain(invariant);
  });

  it('reports a trimmed stream as unknown, not as violated', async () => {
    const saleId = await busySale();
    await redis.xtrim(keys.events(saleId), 'MAXLEN', 3);
    expect(await broken(saleId)).toEqual([]);
    expect((await checkSale(redis, saleId))!.results.filter(({ verdict }) => verdict === 'unknown')).toHaveLength(1);
  });
});

describe('npm run invariants', () => {
  const run = async (saleId?: string, url = testRedisUrl()) => {
    const lines: string[] = [];
    return { code: await runInvariantChecks(saleId, url, (line) => lines.push(line)), text: lines.join('\n') };
  };

  it('prints one line per invariant, with the result as exit code', async () => {
    const saleId = await busySale();
    const good = await run(saleId);
    expect(good).toMatchObject({ code: 0, text: expect.stringMatching(/^ok +I1 +stock +total 100 = left 95 \+ held 3 \+ sold 2$/m) });
    await redis.hincrby(keys.stock(saleId), 'sold', 1);
    expect(await run(saleId)).toMatchObject({ code: 1, text: expect.stringMatching(/^BROKEN +I1 +stock/m) });
  });

  it('names the missing requirement: a sale, one that exists, a Redis', async () => {
    expect(await run()).toMatchObject({ code: 2, text: expect.stringContaining('npm run invariants -- concert_2025') });
    expect(await run('nowhere')).toMatchObject({ code: 2, text: expect.stringContaining('There is no sale nowhere') });
    expect(await run('x', 'redis://127.0.0.1:1')).toMatchObject({ code: 2, text: expect.stringContaining('Redis could not be asked') });
  });
});
