import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { decodeOutcome } from '../src/scripts/outcome.ts';
import { purchase } from '../src/scripts/purchase.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const refused = (why: string, replayed = false) => ({ outcome: 'refused', replayed, why });
const inside = (saleId: string, visitor: string) => redis.zadd(keys.active(saleId), Date.now() + 600_000, visitor);
const buy = async (saleId: string, visitor: string, quantity: number, key: string) => {
  const reply = await purchase.run(redis, saleId, [
    { visitor, quantity, key, fingerprint: `purchase:${quantity}`, purchaseId: `p_${key}` },
  ]);
  return decodeOutcome(answerOf(reply).items[0]!, JSON.parse);
};

it('gives every key the same answer, and refuses further keys unjudged after 64 refusals of one window', async () => {
  const saleId = await newSale(redis, { stock: 1 });
  await inside(saleId, 'a');
  for (let i = 0; i < 64; i += 1) expect(await buy(saleId, 'a', 3, `k${i}`)).toEqual(refused('insufficient_stock'));
  for (let i = 64; i < 100; i += 1) expect(await buy(saleId, 'a', 3, `k${i}`)).toEqual(refused('rate_limited'));
  expect(await redis.hlen(keys.idempotency(saleId))).toBe(65);
  await redis.hset(keys.stock(saleId), 'left', '10', 'total', '10');
  expect(await buy(saleId, 'a', 3, 'k7')).toEqual({ ...refused('insufficient_stock'), replayed: true });
  expect(await buy(saleId, 'a', 3, 'k99')).toEqual(refused('rate_limited'));
  // The next window of the same visitor begins at 0.
  await redis.zincrby(keys.active(saleId), 1, 'a');
  expect(await buy(saleId, 'a', 3, 'k99')).toMatchObject({ outcome: 'done' });
});
