import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, connectTestRedis, eventsOf, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { changeSale } from '../src/scripts/change-sale.ts';
import { expire } from '../src/scripts/expire.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const hour = 3_600_000;

describe("deadlines after a backward jump of Redis's clock", () => {
  it('a stay that would last longer than any window of the sale ends with the longest one', async () => {
    const saleId = await newSale(redis, { claimSeconds: 10, sessionSeconds: 100 });
    await join.run(redis, saleId, ['a', 'b']);
    await admitNow(redis, saleId, 2);
    await redis.zadd(keys.active(saleId), Date.now() + 24 * hour, 'a');
    await expire.run(redis, saleId, 100);
    const [a, b] = (await redis.zmscore(keys.active(saleId), 'a', 'b')).map(Number) as [number, number];
    expect(a - Date.now()).toBeLessThanOrEqual(100_000);
    expect(a - Date.now()).toBeGreaterThan(95_000);
    expect(b - Date.now()).toBeLessThanOrEqual(10_000);
  });
  it('a session made before a shorter one was set is not cut', async () => {
    const saleId = await newSale(redis, { sessionSeconds: 1_000 });
    await redis.zadd(keys.active(saleId), Date.now() + 900_000, 'a');
    await changeSale.run(redis, saleId, { expected: null, change: { sessionSeconds: 10, claimSeconds: 5 } });
    await expire.run(redis, saleId, 100);
    expect(Number(await redis.zscore(keys.active(saleId), 'a')) - Date.now()).toBeGreaterThan(890_000);
  });
});

it("an admission's event contains the bucket's state, so that a replay needs no clock", async () => {
  const saleId = await newSale(redis, { admitPerSecond: 5 });
  await join.run(redis, saleId, ['a', 'b', 'c']);
  await admitNow(redis, saleId, 2);
  const [event] = (await eventsOf(redis, saleId)).filter(({ type }) => type === 'admitted');
  expect(event!.data['bucket']).toEqual({ level: 2, elapsedMs: 0, countedMs: 0 });
});
