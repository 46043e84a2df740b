import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, answerOf, connectTestRedis, dumpSale, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../src/scripts/join.ts';
import { leave } from '../src/scripts/leave.ts';
import { makeTransfer } from '../src/scripts/make-transfer.ts';
import { takeTransfer } from '../src/scripts/take-transfer.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const withPlace = async (settings = {}) => {
  const saleId = await newSale(redis, settings);
  answerOf(await join.run(redis, saleId, ['v']));
  const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
  const make = (hash: string, visitor = 'v', of = generation) => makeTransfer.run(redis, saleId, { visitor, seq: 1, generation: of, hash });
  return { saleId, generation, make, take: (hash: string) => takeTransfer.run(redis, saleId, hash) };
};
const inOneDay = () => new Date(Date.now() + 86_400_000).toISOString();

describe('a transfer', () => {
  it('is taken by one of 40 at once, and changes nothing of the place', async () => {
    const { saleId, make, take } = await withPlace();
    expect(await make('h')).toMatchObject({ outcome: 'made' });
    const queue = await redis.zrange(keys.queue(saleId), '0', '-1', 'WITHSCORES');
    const tried = await Promise.all(Array.from({ length: 40 }, () => take('h')));
    expect(tried.filter(({ outcome }) => outcome === 'taken')).toEqual([{ outcome: 'taken', visitor: 'v', seq: 1 }]);
    expect(tried.filter(({ outcome }) => outcome === 'code_invalid')).toHaveLength(39);
    expect(await redis.zrange(keys.queue(saleId), '0', '-1', 'WITHSCORES')).toEqual(queue);
    expect(await redis.exists(keys.transfers(saleId))).toBe(0);
    expect(await redis.zrange(keys.transferEnds(saleId), '0', '-1')).toEqual([' v']);
  });

  it('is good for two minutes, and gone with a later one', async () => {
    const { saleId, make, take } = await withPlace();
    const made = await make('old');
    expect(made).toMatchObject({ outcome: 'made' });
    const [seconds] = await redis.time();
    const restMs = Number(await redis.zscore(keys.transferEnds(saleId), 'old')) - Number(seconds) * 1_000;
    expect(Math.abs(restMs - limits.transferMs)).toBeLessThan(2_000);
    await redis.zadd(keys.transferEnds(saleId), Number(seconds) * 1_000 - 1, 'old');
    expect(await take('old')).toEqual({ outcome: 'code_invalid' });
    await make('new');
    expect(await redis.hkeys(keys.transfers(saleId))).toEqual(['new']);
  });

  it('is made in the lobby and inside too, and by nobody without a place', async () => {
    const lobby = await withPlace({ lobbyOpensAt: new Date(Date.now() - 1_000).toISOString(), opensAt: inOneDay() });
    expect(await lobby.make('h')).toMatchObject({ outcome: 'made' });
    await redis.hset(keys.sale(lobby.saleId), 'closesAt', '1');
    expect(await lobby.make('i')).toEqual({ outcome: 'not_in_queue' });
    const { saleId, generation, make } = await withPlace();
    await admitNow(redis, saleId, 1);
    expect(await make('h')).toMatchObject({ outcome: 'made' });
    const before = await dumpSale(redis, saleId);
    expect(await make('i', 'stranger')).toEqual({ outcome: 'not_in_queue' });
    expect(await make('i', 'v', generation - 1)).toEqual({ outcome: 'not_in_queue' });
    await redis.hset(keys.sale(saleId), 'identity', 'member');
    expect(await make('i')).toEqual({ outcome: 'member_required' });
    expect(await takeTransfer.run(redis, saleId, 'h')).toEqual({ outcome: 'member_required' });
    await redis.hdel(keys.sale(saleId), 'identity');
    expect({ ...(await dumpSale(redis, saleId)), sale: null }).toEqual({ ...before, sale: null });
    await leave.run(redis, saleId, { visitor: 'v', seq: 1 });
    expect(await make('i')).toEqual({ outcome: 'not_in_queue' });
  });

  it('is made ten times an hour, counted back from now', async () => {
    const { saleId, make } = await withPlace();
    for (let i = 0; i < limits.transfersPerWindow; i += 1) expect(await make(`h${i}`)).toMatchObject({ outcome: 'made' });
    expect(await make('more')).toMatchObject({ outcome: 'rate_limited', waitMs: expect.any(Number) });
    const times = (await redis.hget(keys.transferTimes(saleId), 'v'))!.split(' ').map(Number);
    // The first one is an hour ago.
    await redis.hset(keys.transferTimes(saleId), 'v', [times[0]! - limits.transferWindowMs, ...times.slice(1)].join(' '));
    expect(await make('more')).toMatchObject({ outcome: 'made' });
    expect(await make('again')).toMatchObject({ outcome: 'rate_limited' });
    expect((await redis.hget(keys.transferTimes(saleId), 'v'))!.split(' ')).toHaveLength(limits.transfersPerWindow);
  });

  it('is forgotten of a visitor who is gone an hour after the last one, and no earlier', async () => {
    const { saleId, generation, make } = await withPlace();
    const gone = Array.from({ length: 10 }, (_, i) => `g${i}`);
    for (const visitor of gone) {
      answerOf(await join.run(redis, saleId, [visitor]));
      expect(await make(`of ${visitor}`, visitor)).toMatchObject({ outcome: 'made' });
      await leave.run(redis, saleId, { visitor, generation });
    }
    const times = () => redis.hkeys(keys.transferTimes(saleId));
    expect(await times()).toHaveLength(gone.length);
    // Their hour is over, but for the first of them, who was here a moment ago.
    for (const visitor of gone.slice(1)) await redis.zadd(keys.transferEnds(saleId), '1', ` ${visitor}`);
    for (let i = 0; i < 4; i += 1) await make(`h${i}`);
    expect((await times()).toSorted()).toEqual(['g0', 'v']);
    // The next link of the same visitor makes it last an hour from then on.
    const [seconds] = await redis.time();
    await redis.zadd(keys.transferEnds(saleId), '1', ' v');
    await make('again');
    expect(Number(await redis.zscore(keys.transferEnds(saleId), ' v')) / 1_000 - Number(seconds)).toBeGreaterThan(3_590);
  });

  it('is not made more often by who leaves and joins again', async () => {
    const { saleId, generation, make } = await withPlace();
    for (let i = 0; i < limits.transfersPerWindow; i += 1) await make(`h${i}`);
    await leave.run(redis, saleId, { visitor: 'v', generation });
    answerOf(await join.run(redis, saleId, [{ visitorId: 'v', generation }]));
    expect(await make('more')).toMatchObject({ outcome: 'rate_limited' });
  });
});
