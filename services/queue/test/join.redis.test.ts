import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { newVisitorId } from '@sunbeon/contracts/server';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, answerOf, connectTestRedis, dumpSale, eventsOf, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../src/scripts/join.ts';
import { leave } from '../src/scripts/leave.ts';
import { readPlaces } from '../src/scripts/read-places.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const joinOne = async (saleId: string, visitor: string) => answerOf(await join.run(redis, saleId, [visitor])).places[0]!;
const placeOf = async (saleId: string, visitor: string, seq = 0) =>
  answerOf(await readPlaces.run(redis, saleId, [{ visitor, seq }])).places[0]!;

describe('joining', () => {
  it('gives 3,000 visitors who come one after another seq 1 to 3,000', async () => {
    const saleId = await newSale(redis);
    for (let seq = 1; seq <= 3_000; seq += 1) {
      expect(await joinOne(saleId, `v${seq}`)).toEqual({ state: 'joined', seq, position: seq });
    }
    expect(await redis.zrange(keys.queue(saleId), '0', '-1')).toEqual(Array.from({ length: 3_000 }, (_, i) => `v${i + 1}`));
  });

  it('keeps the order of arrival inside a batch, whatever the ids are', async () => {
    const saleId = await newSale(redis);
    const visitors = ['zz', 'a', 'mm', 'B'];
    const { places } = answerOf(await join.run(redis, saleId, visitors));
    expect(places.map((place) => 'seq' in place && place.seq)).toEqual([1, 2, 3, 4]);
    expect(await redis.zrange(keys.queue(saleId), '0', '-1')).toEqual(visitors);
  });

  it('gives one visitor who joins 40 times at once one place', async () => {
    const saleId = await newSale(redis);
    const visitor = newVisitorId();
    const places = await Promise.all(Array.from({ length: 40 }, () => joinOne(saleId, visitor)));
    expect(new Set(places.map((place) => 'seq' in place && place.seq))).toEqual(new Set([1]));
    expect(places.filter((place) => place.state === 'joined')).toHaveLength(1);
    expect(await redis.zcard(keys.queue(saleId))).toBe(1);
  });

  it.each([
    ['scheduled', 'sale_not_open'],
    ['closed', 'sale_not_open'],
  ])('refuses a newcomer to a %s sale and changes nothing', async (status, why) => {
    const saleId = await newSale(redis);
    await redis.hset(keys.sale(saleId), 'status', status);
    const before = await dumpSale(redis, saleId);
    expect(await joinOne(saleId, 'v')).toEqual({ state: 'refused', why });
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('accepts joins of a paused sale, and of a scheduled one from its opening on', async () => {
    const saleId = await newSale(redis);
    await redis.hset(keys.sale(saleId), 'status', 'paused');
    expect((await joinOne(saleId, 'a')).state).toBe('joined');
    await redis.hset(keys.sale(saleId), 'status', 'scheduled', 'opensAt', String(Date.now() - 1));
    expect((await joinOne(saleId, 'b')).state).toBe('joined');
    await redis.hset(keys.sale(saleId), 'closesAt', String(Date.now() - 1));
    expect(await joinOne(saleId, 'c')).toEqual({ state: 'refused', why: 'sale_not_open' });
    expect((await joinOne(saleId, 'b')).state).toBe('waiting');
  });

  it('refuses newcomers once all is sold, but not while tickets are held', async () => {
    const saleId = await newSale(redis);
    await redis.hset(keys.stock(saleId), 'left', '0', 'held', '2', 'sold', '98');
    expect((await joinOne(saleId, 'a')).state).toBe('joined');
    await redis.hset(keys.stock(saleId), 'held', '0', 'sold', '100');
    expect(await joinOne(saleId, 'b')).toEqual({ state: 'refused', why: 'sold_out' });
    expect((await joinOne(saleId, 'a')).state).toBe('waiting');
  });

  it('refuses a visitor who has bought up to the limit', async () => {
    const saleId = await newSale(redis, { perVisitorLimit: 2 });
    await redis.hset(keys.bought(saleId), 'a', '1', 'b', '2');
    expect((await joinOne(saleId, 'a')).state).toBe('joined');
    expect(await joinOne(saleId, 'b')).toEqual({ state: 'refused', why: 'limit_exceeded' });
  });

  it('ends an over-due stay before giving a new place, so that nobody is in two places', async () => {
    const saleId = await newSale(redis);
    await joinOne(saleId, 'a');
    expect(await admitNow(redis, saleId, 1)).toBe(1);
    await redis.zadd(keys.active(saleId), 1, 'a');
    expect(await placeOf(saleId, 'a')).toEqual({ state: 'expired' });
    expect(await joinOne(saleId, 'a')).toEqual({ state: 'joined', seq: 2, position: 1 });
    expect(await redis.zcard(keys.active(saleId))).toBe(0);
    expect((await eventsOf(redis, saleId)).filter((event) => event.type === 'expired')).toHaveLength(1);
  });

  it('knows no sale, no place', async () => {
    expect(await join.run(redis, 'nowhere', ['a'])).toEqual({ outcome: 'no_sale' });
    expect(await readPlaces.run(redis, 'nowhere', [{ visitor: 'a', seq: 0 }])).toEqual({ outcome: 'no_sale' });
    expect(await redis.exists(keys.flow('nowhere'), keys.queue('nowhere'))).toBe(0);
  });
});

describe('leaving', () => {
  it('moves those behind up by one and marks the number as departed', async () => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, ['a', 'b', 'c']);
    expect(await leave.run(redis, saleId, { visitor: 'b' })).toEqual({ outcome: 'left', from: 'queue' });
    expect(await placeOf(saleId, 'c')).toEqual({ state: 'waiting', seq: 3, position: 2 });
    expect(await placeOf(saleId, 'b', 2)).toEqual({ state: 'left' });
    expect(await placeOf(saleId, 'b')).toEqual({ state: 'absent' });
    expect(await redis.exists(keys.ended(saleId))).toBe(0);
    expect(await redis.getbit(keys.departed(saleId), 2)).toBe(1);
  });

  it('is the same when done again, with one event', async () => {
    const saleId = await newSale(redis);
    await joinOne(saleId, 'a');
    await leave.run(redis, saleId, { visitor: 'a' });
    const before = await dumpSale(redis, saleId);
    expect(await leave.run(redis, saleId, { visitor: 'a', seq: 1 })).toEqual({ outcome: 'already_left' });
    expect(await leave.run(redis, saleId, { visitor: 'stranger' })).toEqual({ outcome: 'absent' });
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('moves a visitor who leaves and joins again to the back', async () => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, ['a', 'b']);
    await leave.run(redis, saleId, { visitor: 'a' });
    expect(await joinOne(saleId, 'a')).toEqual({ state: 'joined', seq: 3, position: 2 });
  });

  it('frees the slot and the held tickets of an active visitor', async () => {
    const saleId = await newSale(redis);
    await joinOne(saleId, 'a');
    await admitNow(redis, saleId, 1);
    await redis.hset(keys.stock(saleId), 'left', '97', 'held', '3');
    await redis.hset(keys.sessions(saleId), 'a', 'h1');
    await redis.zadd(keys.holds(saleId), Date.now() + 60_000, 'h1');
    await redis.hset(keys.holdData(saleId), 'h1', JSON.stringify({ visitor: 'a', quantity: 3, expiresAtMs: 1 }));
    expect(await leave.run(redis, saleId, { visitor: 'a' })).toEqual({ outcome: 'left', from: 'active' });
    expect(await redis.hmget(keys.stock(saleId), 'left', 'held')).toEqual(['100', '0']);
    expect(await redis.exists(keys.active(saleId), keys.sessions(saleId), keys.holds(saleId), keys.holdData(saleId))).toBe(0);
    const types = (await eventsOf(redis, saleId)).map((event) => event.type);
    expect(types.slice(-2)).toEqual(['released', 'left']);
  });
});
