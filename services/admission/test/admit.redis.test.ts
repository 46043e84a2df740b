import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, answerOf, connectTestRedis, dumpSale, eventsOf, fillBucket, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { leave } from '../../queue/src/scripts/leave.ts';
import { admit } from '../src/scripts/admit.ts';
import { claim } from '../src/scripts/claim.ts';
import { expire } from '../src/scripts/expire.ts';
import { lead } from '../src/scripts/lead.ts';
import { resign } from '../src/scripts/resign.ts';
import { setStatus } from '../src/scripts/set-status.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const crowd = (size: number) => Array.from({ length: size }, (_, i) => `v${i + 1}`);
const active = (saleId: string) => redis.zrange(keys.active(saleId), '0', '-1');
const leaderOf = async (saleId: string): Promise<number> => {
  const leadership = await lead.run(redis, saleId, 'one');
  if (leadership.role !== 'leader') throw new Error('no leader');
  return leadership.epoch;
};

/** Simulates `seconds` of ticks without waiting: refilledAt is moved back before each tick. */
const playTicks = async (saleId: string, epoch: number, ticksMs: readonly number[]): Promise<number[]> => {
  const admitted: number[] = [];
  for (const elapsedMs of ticksMs) {
    const [seconds, micros] = await redis.time();
    await redis.hset(keys.flow(saleId), 'refilledAt', String(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) - elapsedMs));
    const outcome = await admit.run(redis, saleId, { epoch, cap: 10_000, isFirstBatch: true });
    if (outcome.outcome !== 'admitted') throw new Error(outcome.outcome);
    admitted.push(outcome.admitted);
  }
  return admitted;
};
const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);

describe('admitting', () => {
  it('lets in by seq, not by id, and names them in one event', async () => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, ['zoe', 'adam', 'mia', 'bob']);
    expect(await admitNow(redis, saleId, 2)).toBe(2);
    expect((await active(saleId)).sort()).toEqual(['adam', 'zoe']);
    const [event] = (await eventsOf(redis, saleId)).filter(({ type }) => type === 'admitted');
    expect(event!.data).toMatchObject({ through: 2, visitors: ['zoe', 'adam'], waiting: 2, active: 2 });
    expect(await redis.hget(keys.flow(saleId), 'frontier')).toBe('2');
  });

  it('never lets more inside than the limit, the stock or the line allow', async () => {
    const saleId = await newSale(redis, { activeLimit: 3, stock: 100 });
    await join.run(redis, saleId, crowd(10));
    expect(await admitNow(redis, saleId, 10)).toBe(3);
    expect(await admitNow(redis, saleId, 10)).toBe(0);
    await redis.hset(keys.sale(saleId), 'activeLimit', '100');
    await redis.hset(keys.stock(saleId), 'left', '2', 'sold', '98');
    expect(await admitNow(redis, saleId, 10)).toBe(2);
    await redis.hset(keys.stock(saleId), 'left', '100', 'sold', '0');
    expect(await admitNow(redis, saleId, 10)).toBe(5);
    expect(await admitNow(redis, saleId, 10)).toBe(0);
  });

  it.each([['paused'], ['closed'], ['scheduled']])('stops admissions while %s', async (status) => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, crowd(3));
    await redis.hset(keys.sale(saleId), 'status', status);
    expect(await admitNow(redis, saleId, 3)).toBe(0);
  });

  it('refuses an older epoch, and changes nothing then', async () => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, crowd(3));
    const old = await leaderOf(saleId);
    await redis.del(keys.leader(saleId));
    expect(await lead.run(redis, saleId, 'two')).toEqual({ role: 'leader', epoch: old + 1, isPlannedDue: false });
    await fillBucket(redis, saleId, 3);
    const before = await dumpSale(redis, saleId);
    expect(await admit.run(redis, saleId, { epoch: old, cap: 10, isFirstBatch: true })).toEqual({ outcome: 'fenced', epoch: old + 1 });
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('opens a scheduled sale at its moment, with its event', async () => {
    const saleId = await newSale(redis, { opensAt: new Date(Date.now() + 60_000).toISOString() });
    expect(await redis.hget(keys.sale(saleId), 'status')).toBe('scheduled');
    await redis.hset(keys.sale(saleId), 'opensAt', String(Date.now() - 1));
    await admitNow(redis, saleId, 1);
    expect(await redis.hget(keys.sale(saleId), 'status')).toBe('open');
    expect((await eventsOf(redis, saleId)).map(({ data }) => data['change'])).toContain('opened');
  });
});

describe('the pace', () => {
  it.each([
    ['7 a minute', 7 / 60, 1_200],
    ['61 a minute', 61 / 60, 600],
    ['one a second', 1, 300],
    ['50 a second', 50, 120],
    ['1,000 a second', 1_000, 30],
  ])('keeps %s to 2 % in spite of jitter', async (_, rate, seconds) => {
    const saleId = await newSale(redis, { admitPerSecond: rate, stock: 1_000_000, activeLimit: 1_000_000 });
    const size = Math.ceil(rate * seconds * 1.2) + 10;
    for (let from = 0; from < size; from += 5_000) {
      await join.run(
        redis,
        saleId,
        Array.from({ length: Math.min(5_000, size - from) }, (__, i) => `v${from + i}`),
      );
    }
    const epoch = await leaderOf(saleId);
    // Ticks of 0.9 to 1.1 s that add up to `seconds`.
    const ticks = Array.from({ length: seconds }, (__, i) => (i % 2 === 0 ? 1_000 + ((i * 37) % 100) : 1_000 - (((i - 1) * 37) % 100)));
    const admitted = await playTicks(saleId, epoch, ticks);
    expect(Math.abs(sum(admitted) - rate * seconds)).toBeLessThanOrEqual(Math.max(1, rate * seconds * 0.02));
    expect(Math.max(...admitted)).toBeLessThanOrEqual(Math.ceil(rate * 1.25) + 1);
  });

  it('does not accumulate while the line is empty', async () => {
    const saleId = await newSale(redis, { admitPerSecond: 5 });
    const epoch = await leaderOf(saleId);
    await playTicks(
      saleId,
      epoch,
      Array.from({ length: 60 }, () => 1_000),
    );
    await join.run(redis, saleId, crowd(50));
    expect(await playTicks(saleId, epoch, [0])).toEqual([5]);
  });

  it('makes up at most three seconds for a fail-over, and nothing for a clock that jumps back', async () => {
    const saleId = await newSale(redis, { admitPerSecond: 5 });
    await join.run(redis, saleId, crowd(100));
    const epoch = await leaderOf(saleId);
    await playTicks(saleId, epoch, [1_000]);
    expect(await playTicks(saleId, epoch, [3_600_000])).toEqual([15]);
    expect(await playTicks(saleId, epoch, [-3_600_000])).toEqual([0]);
    expect(await playTicks(saleId, epoch, [1_000])).toEqual([5]);
  });

  it('is not raised by five instances that tick at once', async () => {
    const saleId = await newSale(redis, { admitPerSecond: 10 });
    await join.run(redis, saleId, crowd(100));
    const epoch = await leaderOf(saleId);
    await redis.hset(keys.flow(saleId), 'tokens', '0', 'refilledAt', String(Date.now() - 1_000));
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => admit.run(redis, saleId, { epoch, cap: 500, isFirstBatch: true })));
    const total = sum(outcomes.map((outcome) => (outcome.outcome === 'admitted' ? outcome.admitted : 0)));
    expect(total).toBeGreaterThanOrEqual(10);
    expect(total).toBeLessThanOrEqual(11);
  });
});

describe('leading', () => {
  it('has one leader, which renews and resigns; a follower gets the end of the lease', async () => {
    const saleId = await newSale(redis);
    expect(await lead.run(redis, saleId, 'a')).toEqual({ role: 'leader', epoch: 1, isPlannedDue: false });
    expect(await lead.run(redis, saleId, 'a')).toEqual({ role: 'leader', epoch: 1, isPlannedDue: false });
    const follower = await lead.run(redis, saleId, 'b');
    expect(follower.role === 'follower' && follower.leaseLeftMs > 2_000).toBe(true);
    expect(await resign.run(redis, saleId, 'b')).toBe('not_leader');
    expect(await resign.run(redis, saleId, 'a')).toBe('resigned');
    expect(await lead.run(redis, saleId, 'b')).toEqual({ role: 'leader', epoch: 2, isPlannedDue: false });
    expect(await lead.run(redis, 'nowhere', 'b')).toEqual({ role: 'no_sale' });
    expect(await redis.exists(keys.flow('nowhere'), keys.leader('nowhere'))).toBe(0);
  });
});

describe('claims and deadlines', () => {
  it('turns the claim window into the session, once', async () => {
    const saleId = await newSale(redis, { claimSeconds: 10, sessionSeconds: 100 });
    await join.run(redis, saleId, ['a', 'b']);
    await admitNow(redis, saleId, 1);
    const window = Number(await redis.zscore(keys.active(saleId), 'a'));
    const [first, stranger] = answerOf(await claim.run(redis, saleId, [{ visitor: 'a' }, { visitor: 'b' }])).claims;
    expect(stranger).toEqual({ outcome: 'not_admitted' });
    if (first!.outcome !== 'claimed') throw new Error(first!.outcome);
    expect(first!.untilMs - window).toBeGreaterThan(85_000);
    expect(await claim.run(redis, saleId, [{ visitor: 'a' }])).toEqual({
      outcome: 'answered',
      claims: [{ outcome: 'already', untilMs: first!.untilMs }],
    });
    expect((await eventsOf(redis, saleId)).filter(({ type }) => type === 'claimed')).toHaveLength(1);
  });

  it('frees the slots of missed claims and ended sessions, with the reason', async () => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, ['a', 'b', 'c']);
    await admitNow(redis, saleId, 3);
    await claim.run(redis, saleId, [{ visitor: 'b' }]);
    await redis.zadd(keys.active(saleId), 1, 'a', 1, 'b');
    expect(await claim.run(redis, saleId, [{ visitor: 'a' }])).toEqual({ outcome: 'answered', claims: [{ outcome: 'not_admitted' }] });
    expect(await expire.run(redis, saleId, 10)).toEqual({ claimMissed: 1, sessionOver: 1 });
    expect(await expire.run(redis, saleId, 10)).toEqual({ claimMissed: 0, sessionOver: 0 });
    expect(await active(saleId)).toEqual(['c']);
    const reasons = (await eventsOf(redis, saleId))
      .filter(({ type }) => type === 'expired')
      .map(({ data }) => [data['visitor'], data['reason']]);
    expect(reasons).toEqual([
      ['a', 'claim_missed'],
      ['b', 'session_over'],
    ]);
  });

  it('gives held tickets back when the session ends', async () => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, ['a']);
    await admitNow(redis, saleId, 1);
    await redis.hset(keys.stock(saleId), 'left', '98', 'held', '2');
    await redis.hset(keys.sessions(saleId), 'a', 'h');
    await redis.zadd(keys.holds(saleId), 5, 'h');
    await redis.hset(keys.holdData(saleId), 'h', JSON.stringify({ visitor: 'a', quantity: 2, expiresAtMs: 5 }));
    await redis.zadd(keys.active(saleId), 1, 'a');
    expect(await expire.run(redis, saleId, 10)).toEqual({ claimMissed: 0, sessionOver: 1 });
    expect(await redis.hgetall(keys.stock(saleId))).toEqual({ total: '100', left: '100', held: '0', sold: '0' });
  });
});

describe('every change', () => {
  it('has exactly one event, numbered densely, and adds up', async () => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, crowd(20));
    await leave.run(redis, saleId, { visitor: 'v3' });
    await admitNow(redis, saleId, 5);
    await claim.run(redis, saleId, [{ visitor: 'v1' }, { visitor: 'v2' }]);
    await leave.run(redis, saleId, { visitor: 'v1' });
    await redis.zadd(keys.active(saleId), 1, 'v2');
    await expire.run(redis, saleId, 10);
    await setStatus.run(redis, saleId, { verb: 'pause' });
    await setStatus.run(redis, saleId, { verb: 'pause' });
    const events = await eventsOf(redis, saleId);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => `${i + 1}-0`));
    expect(events.map(({ type }) => type)).toEqual(['sale', 'left', 'admitted', 'claimed', 'claimed', 'left', 'expired', 'sale']);
    const flow = await redis.hgetall(keys.flow(saleId));
    const figure = (name: string) => Number(flow[name] ?? 0);
    expect(await redis.zcard(keys.queue(saleId))).toBe(figure('seq') - figure('admitted') - figure('left'));
    expect(await redis.zcard(keys.active(saleId))).toBe(
      figure('admitted') - figure('expired') - figure('leftActive') - figure('purchased'),
    );
  });
});
