import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { leave } from '../../queue/src/scripts/leave.ts';
import { createMirror, isWaiting, positionOf } from '../src/live/stream/mirror.ts';
import { readMirror } from '../src/scripts/read-mirror.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

describe('the mirror beside Redis', () => {
  it('is ZRANK + 1 for every visitor in a line of 20,000 with departures and admissions', async () => {
    const saleId = await newSale(redis, { stock: 100_000, activeLimit: 100_000 });
    const visitors = Array.from({ length: 20_000 }, (_, i) => `v${i + 1}`);
    for (let from = 0; from < visitors.length; from += 250) await join.run(redis, saleId, visitors.slice(from, from + 250));
    const leaving = visitors.filter((_, i) => (i * 7_919) % 10 === 3);
    await admitNow(redis, saleId, 400);
    for (let from = 0; from < leaving.length; from += 100)
      await Promise.all(leaving.slice(from, from + 100).map((visitor) => leave.run(redis, saleId, { visitor: visitor })));
    await admitNow(redis, saleId, 300);
    const mirror = createMirror(answerOf(await readMirror.run(redis, saleId, null)));
    const line = await redis.zrange(keys.queue(saleId), '0', '-1', 'WITHSCORES');
    const seqs = new Set<number>();
    for (let rank = 0; rank < line.length / 2; rank += 1) {
      const seq = Number(line[2 * rank + 1]);
      seqs.add(seq);
      if (positionOf(mirror, seq) !== rank + 1)
        throw new Error(`number ${seq} stands at ${rank + 1}, the mirror says ${positionOf(mirror, seq)}`);
    }
    for (let seq = 1; seq <= visitors.length; seq += 1)
      if (isWaiting(mirror, seq) !== seqs.has(seq)) throw new Error(`the mirror is wrong about number ${seq}`);
    expect(seqs.size).toBeGreaterThan(17_000);
  });
});
