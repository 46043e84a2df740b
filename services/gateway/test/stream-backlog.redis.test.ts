import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { connectTestRedis, newSale, testRedisUrl, until } from '../../../tests/fixtures/sale.ts';
import { createStreamReader, type StreamReader } from '../src/live/stream/stream-reader.ts';
import { createCatchUp } from '../src/passes/catch-up.ts';
import { createGates } from '../src/passes/gates.ts';
import { createEndedPasses } from '../src/passes/ended-passes.ts';

let redis: RedisClient;
let streams: StreamReader;
beforeAll(async () => {
  redis = await connectTestRedis();
  streams = createStreamReader(testRedisUrl(), redis);
});
afterAll(() => {
  streams.stop();
  redis.disconnect();
});

/** From the second on: the first is the sale's creation. */
const write = async (saleId: string, from: number, count: number): Promise<void> => {
  const pipeline = redis.pipeline();
  for (let n = from; n < from + count; n += 1)
    pipeline.xadd(
      keys.events(saleId),
      `${n}-0`,
      'type',
      'completed',
      'at',
      '1',
      'data',
      JSON.stringify({ visitor: `v${n}`, passId: `${saleId}.${n}`, outcome: 'purchased' }),
    );
  pipeline.hset(keys.flow(saleId), 'event', String(from + count - 1));
  for (const [error] of (await pipeline.exec())!) expect(error).toBeNull();
};
const newGate = (returnUrls: string[]): Promise<string> => newSale(redis, { kind: 'gate', returnUrls, stock: undefined as never });
const shopUrl = 'https://shop.test/';

describe('the past of the streams', () => {
  it('of gates is read beside the present of other sales, and every end of a stay in it is known', async () => {
    const past = 1_200;
    const ids = await Promise.all(Array.from({ length: 20 }, () => newGate([shopUrl])));
    for (const saleId of ids) await write(saleId, 2, past);
    const ended = createEndedPasses();
    const gates = createGates(redis, streams, ended, () => {});
    const { stop } = gates.start();
    const other = await newSale(redis);
    const heard: string[] = [];
    const following = streams.follow({
      key: keys.events(other),
      after: () => `${10 + heard.length}-0`,
      take: (entries) => heard.push(...entries.map(([id]) => id)),
      reconnected: () => {},
    });
    try {
      await Promise.all(ids.map((saleId) => gates.load(saleId)));
      expect(ended.size()).toBeLessThan(ids.length * past);
      await write(other, 11, 1);
      await until('the present of another sale', () => heard.length === 1);
      // Long before the past of all gates.
      expect(ended.size()).toBeLessThan((ids.length * past) / 2);
      await until('all ends', () => ended.size() === ids.length * past);
      const [first] = ids;
      await write(first!, past + 2, 3);
      await until('an end of now', () => ended.size() === ids.length * past + 3);
    } finally {
      following.stop();
      stop();
    }
  }, 60_000);

  it('of a sale without addresses is not read; the addresses it gets are', async () => {
    const saleId = await newGate([]);
    await write(saleId, 2, 5);
    const keysRead: string[] = [];
    const ended = createEndedPasses();
    const follow: StreamReader['follow'] = (stream) => {
      keysRead.push(stream.key);
      return streams.follow(stream);
    };
    let nowMs = 0;
    const gates = createGates(
      redis,
      { follow },
      ended,
      () => {},
      () => nowMs,
    );
    expect(await gates.load(saleId)).toEqual([]);
    expect(gates.returnUrlsOf(saleId)).toEqual([]);
    nowMs += 5_000;
    expect(gates.returnUrlsOf(saleId)).toBeUndefined();
    await redis.hset(keys.sale(saleId), 'returnUrls', JSON.stringify([shopUrl]));
    expect(await gates.load(saleId)).toEqual([shopUrl]);
    expect([keysRead, ended.size()]).toEqual([[], 0]);
    expect(gates.returnUrlsOf(saleId)).toEqual([shopUrl]);
    await until('its past', () => ended.size() === 5 && keysRead.length === 1);
  });
});

it('the past of a stream on a master that hangs delays no other', async () => {
  const good = await Promise.all([newGate([shopUrl]), newGate([shopUrl])]);
  for (const saleId of good) await write(saleId, 2, 1_200);
  const hanging = ['t_hangs_1', 't_hangs_2'];
  /** As of a Cluster, one of whose masters is frozen. */
  const asked = new Proxy(redis, {
    get: (target, name: keyof RedisClient) =>
      name !== 'xread'
        ? target[name]
        : async (...args: Parameters<RedisClient['xread']>) => {
            if (!args.some((arg) => hanging.some((saleId) => arg === keys.events(saleId)))) return await redis.xread(...args);
            await pause(2_000);
            throw new Error('Command timed out');
          },
  });
  const pasts = createCatchUp(asked);
  const done: string[] = [];
  const sinceMs = performance.now();
  const reading = [hanging[0]!, good[0], hanging[1]!, good[1]].map((saleId) => {
    let cursor = 0;
    return pasts.read({
      key: keys.events(saleId),
      after: () => `${cursor}-0`,
      take: (entries) => {
        cursor = Number(entries.at(-1)![0].split('-')[0]);
      },
      done: () => done.push(saleId),
    });
  });
  await until('the others', () => done.length === 2);
  expect(performance.now() - sinceMs).toBeLessThan(1_800);
  expect(done.sort()).toEqual([...good].sort());
  for (const { stop } of reading) stop();
});

it('a sale without addresses stays known while Redis is away', async () => {
  const own = await connectTestRedis();
  const saleId = await newGate([]);
  const gates = createGates(own, streams, createEndedPasses(), () => {});
  expect(await gates.load(saleId)).toEqual([]);
  own.disconnect();
  expect(await gates.load(saleId)).toEqual([]);
  await expect(gates.load('another')).rejects.toThrow();
});
