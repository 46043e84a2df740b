import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits, type CreateSale } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { admit } from '../src/scripts/admit.ts';
import { changeSale } from '../src/scripts/change-sale.ts';
import { readGauges } from '../src/scripts/read-gauges.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const redisMs = async (): Promise<number> => {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
};
const levelOf = async (saleId: string): Promise<number> => Number((await redis.hget(keys.flow(saleId), 'proofLevel')) ?? 0);
const flowOf = async (saleId: string, name: string): Promise<number> => Number((await redis.hget(keys.flow(saleId), name)) ?? 0);
const back = async (saleId: string, ms: number): Promise<void> => {
  for (const name of ['joinsRatedAt', 'proofHeldAt']) {
    const at = await redis.hget(keys.flow(saleId), name);
    if (at !== null && Number(at) > 0) await redis.hincrby(keys.flow(saleId), name, -ms);
  }
};
/** Ticks a second apart, without waiting: what was is moved back. `joins`: how many joined in each. Returns the level after each. */
const play = async (saleId: string, joins: readonly number[], tickMs = 1_000): Promise<number[]> => {
  const levels: number[] = [];
  for (const count of joins) {
    await back(saleId, tickMs);
    await redis.hincrby(keys.flow(saleId), 'joinsAsked', count);
    await admit.run(redis, saleId, { epoch: 0, cap: 0, isFirstBatch: true });
    levels.push(await levelOf(saleId));
  }
  return levels;
};
const rushSale = async (settings: Partial<CreateSale> = {}): Promise<string> => {
  const saleId = await newSale(redis, { proofOfWork: 'auto', admitPerSecond: 1, ...settings });
  await play(saleId, [0]);
  return saleId;
};
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const calm = limits.proofCalmPerSecond;

describe('the level of a rush', () => {
  it('rises at once, one level with each doubling, to the highest', async () => {
    const saleId = await rushSale();
    // Counted over a little more than a second, so that the exact bounds of a level are not tried.
    expect(await play(saleId, [calm * 0.9, calm * 1.5, calm * 3, calm * 6, calm * 90, calm * 1e6].map(Math.round))).toEqual([
      0, 1, 2, 3, 7, 8,
    ]);
  });

  it('falls by one after some seconds below it, and a burst in between holds it', async () => {
    const saleId = await rushSale();
    expect(await play(saleId, [calm * 3])).toEqual([2]);
    const held = limits.proofFallMs / 1_000;
    expect(await play(saleId, times(2 * held, 0))).toEqual([...times(held - 1, 2), ...times(held, 1), 0]);
    expect(await play(saleId, [calm * 1.5, 0, 0, 0, calm * 1.5, 0, 0, 0, 0, 0])).toEqual([...times(9, 1), 0]);
  });

  it('does not begin while joins keep to the pace of the sale', async () => {
    const saleId = await rushSale({ admitPerSecond: 200 });
    expect(await play(saleId, [190, 190, 300])).toEqual([0, 0, 1]);
  });

  it('learns what is normal from calm seconds, never from a rush', async () => {
    const saleId = await rushSale({ admitPerSecond: 30 });
    await play(saleId, times(900, 28));
    const mean = await flowOf(saleId, 'joinsMean');
    expect(mean).toBeGreaterThan(24);
    expect(await play(saleId, [45])).toEqual([0]);
    const before = await flowOf(saleId, 'joinsMean');
    expect(new Set(await play(saleId, times(20, 4_000)))).toEqual(new Set([7]));
    expect(await flowOf(saleId, 'joinsMean')).toBe(before);
  });

  it('begins anew after a pause without a leader, and after a jump of the clock', async () => {
    for (const ms of [limits.proofPauseMs + 1_000, -60_000]) {
      const saleId = await rushSale();
      expect(await play(saleId, [calm * 3])).toEqual([2]);
      expect(await play(saleId, [100_000], ms)).toEqual([0]);
      expect(await play(saleId, [calm * 3])).toEqual([2]);
    }
  });

  it('falls also after the clock went back while it was held', async () => {
    const saleId = await rushSale();
    await play(saleId, [calm * 1.5]);
    await redis.hincrby(keys.flow(saleId), 'proofHeldAt', 3_600_000);
    expect(await play(saleId, times(1 + limits.proofFallMs / 1_000, 0))).toEqual([...times(limits.proofFallMs / 1_000, 1), 0]);
  });

  it('is not judged by a part of a second', async () => {
    const saleId = await rushSale();
    expect(await play(saleId, [calm], limits.proofCountMs / 10)).toEqual([0]);
    expect(await play(saleId, [0])).toEqual([0]);
  });

  it('is only of sales that ask in a rush, and is exported', async () => {
    const saleId = await rushSale({ proofOfWork: 'on' });
    expect(await play(saleId, [calm * 100])).toEqual([0]);
    await changeSale.run(redis, saleId, { expected: null, change: { proofOfWork: 'auto' } });
    await play(saleId, [0, calm * 3]);
    expect(await readGauges.run(redis, saleId, null)).toMatchObject({ proofLevel: 2 });
  });
});

describe('joins of a rush', () => {
  const asked = (saleId: string): Promise<number> => flowOf(saleId, 'joinsAsked');
  it('count when they are placed or lack a proof, and not when they have a place', async () => {
    const saleId = await rushSale();
    await join.run(redis, saleId, ['a', 'b', 'c']);
    expect(await asked(saleId)).toBe(3);
    await join.run(redis, saleId, ['a', 'b', 'd']);
    expect(await asked(saleId)).toBe(4);
    await redis.hset(keys.flow(saleId), 'proofLevel', '1');
    const generation = (await redis.hget(keys.sale(saleId), 'createdAt'))!;
    const proof = { id: 'p', untilMs: (await redisMs()) + 60_000, generation };
    await join.run(redis, saleId, [
      'a',
      { visitorId: 'e', generation: 0 },
      { visitorId: 'f', generation: 0, entrance: { proofFault: true } },
      { visitorId: 'g', generation: 0, entrance: { proof } },
    ]);
    expect(await asked(saleId)).toBe(7);
  });

  it('are not counted by a sale that never asks, or always', async () => {
    for (const proofOfWork of ['off', 'on'] as const) {
      const saleId = await newSale(redis, { proofOfWork });
      await join.run(redis, saleId, ['a', 'b']);
      expect(await redis.hexists(keys.flow(saleId), 'joinsAsked')).toBe(0);
    }
  });
});
