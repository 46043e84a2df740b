import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { connectTestRedis, newSale, testRedisUrl, until } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { leave } from '../../queue/src/scripts/leave.ts';
import type { LiveContext } from '../src/live/live-context.ts';
import type { LiveMetrics } from '../src/live/stats/live-metrics.ts';
import { createHub } from '../src/live/sockets/hub.ts';
import { createMirrorAge } from '../src/live/stream/mirror-age.ts';
import { followSale, type SaleStream } from '../src/live/stream/sale-stream.ts';
import { createStreamReader, type Entry, type StreamReader } from '../src/live/stream/stream-reader.ts';

let redis: RedisClient;
let streams: StreamReader;
/** The reader says nothing: its connection is open, and no answer comes. */
let silent: boolean;
let saleId: string;
const uncounted = new Proxy({}, { get: () => () => {} });
const contextWith = (metrics: Partial<LiveMetrics>): LiveContext => {
  const muted = {
    ...streams,
    follow: (stream: Parameters<StreamReader['follow']>[0]) =>
      streams.follow({
        ...stream,
        take: (entries: Entry[]) => {
          if (!silent) stream.take(entries);
        },
      }),
  };
  const some = new Proxy(metrics, { get: (own, name) => (Reflect.get(own, name) as unknown) ?? (() => {}) });
  return { service: { redis }, streams: muted, metrics: some, gatewayStats: uncounted, socketsPerAddress: 0 } as unknown as LiveContext;
};
const follow = (): SaleStream =>
  followSale(contextWith({}), saleId, { onEvent: () => {}, onBatch: () => {}, onReload: () => {}, onGone: () => {} });
/** A visitor leaves the line: an event. */
const event = async (visitor: string): Promise<void> => {
  await join.run(redis, saleId, [visitor]);
  await leave.run(redis, saleId, { visitor });
};
const numberOf = async (): Promise<number> => Number(await redis.hget(keys.flow(saleId), 'event'));
beforeAll(async () => {
  redis = await connectTestRedis();
  streams = createStreamReader(testRedisUrl(), redis);
});
beforeEach(async () => {
  silent = false;
  saleId = await newSale(redis);
});
afterAll(() => {
  streams.stop();
  redis.disconnect();
});

it('a followed sale whose events do not come has a mirror that ages, until they come', async () => {
  const stream = follow();
  expect(stream.ageSeconds()).toBe(0);
  expect(await stream.loaded).toBe(true);
  await event('a');
  const first = await numberOf();
  await until('the event', () => stream.mirror()!.cursor === first);
  await stream.check();
  expect(stream.ageSeconds()).toBeLessThan(1);
  silent = true;
  await event('b');
  await until('an old mirror, although it is compared every two seconds', () => stream.ageSeconds() > 5, 15_000);
  expect(stream.mirror()!.cursor).toBe(first);
  silent = false;
  await until('the event', () => stream.mirror()!.cursor > first);
  await stream.check();
  expect(stream.ageSeconds()).toBeLessThan(1);
  stream.stop();
}, 30_000);

it('the gauge has the oldest of all followed sales, and none once nobody follows it', async () => {
  let shown = -1;
  const hub = createHub(contextWith({ mirrorAge: (seconds: number) => (shown = seconds) }));
  await until('a gauge without sales', () => shown === 0);
  const others = [saleId, await newSale(redis)];
  for (const id of others) await hub.open(id);
  silent = true;
  await event('a');
  await until('an old mirror', () => shown > 4, 15_000);
  await hub.stop();
}, 30_000);

it('a sale without new events stays young, and so does one that is created anew with fewer of them', async () => {
  const stream = follow();
  await stream.loaded;
  await event('a');
  const last = await numberOf();
  await until('the events', () => stream.mirror()!.cursor === last);
  silent = true;
  await until('a comparison', async () => {
    await stream.check();
    return stream.ageSeconds() < 0.5;
  });
  await redis.hset(keys.flow(saleId), 'event', '0');
  await redis.del(keys.events(saleId));
  await stream.check();
  expect(stream.ageSeconds()).toBeLessThan(1);
  stream.stop();
});

it('counts from the first event that was seen and not taken, not from the last comparison', () => {
  let [cursor, nowMs] = [7, 0];
  const age = createMirrorAge(
    () => cursor,
    () => nowMs,
  );
  age.saw(9, 1_000);
  nowMs = 3_000;
  age.saw(20, 3_000);
  nowMs = 4_000;
  expect(age.seconds()).toBe(4);
  cursor = 9;
  // It has all that was there at 1,000, and what was written since may be missing.
  expect(age.seconds()).toBe(3);
  age.saw(30, 4_000);
  nowMs = 9_000;
  expect(age.seconds()).toBe(8);
  cursor = 30;
  expect(age.seconds()).toBe(5);
  age.saw(30, 9_000);
  expect(age.seconds()).toBe(0);
  // Comparisons that fail make it old as well: nobody knows what it lacks.
  nowMs = 30_000;
  expect(age.seconds()).toBe(21);
  // What the sale had before it was created anew never comes.
  age.saw(99, 30_000);
  cursor = 2;
  age.loaded(30_000);
  nowMs = 31_000;
  expect(age.seconds()).toBe(1);
  age.saw(2, 31_000);
  expect(age.seconds()).toBe(0);
});
