import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { answerOf, connectTestRedis, dumpSale, eventsOf, newSale, until } from '../../../tests/fixtures/sale.ts';
import { join, type Entrance, type Joiner } from '../src/scripts/join.ts';
import { leave } from '../src/scripts/leave.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const generationOf = async (saleId: string): Promise<string> => (await redis.hget(keys.sale(saleId), 'createdAt'))!;
const joinAs = async (saleId: string, visitorId: string, entrance?: Entrance, generation = 0) => {
  const joiner: Joiner = { visitorId, generation, ...(entrance ? { entrance } : {}) };
  const { places, joinedAs } = answerOf(await join.run(redis, saleId, [joiner]));
  return { place: places[0]!, as: joinedAs[0]! };
};
const refused = (why: string) => ({ state: 'refused', why });
/** A sale that asks for something. */
const asking = async (settings: Record<string, string>): Promise<string> => {
  const saleId = await newSale(redis);
  await redis.hset(keys.sale(saleId), settings);
  return saleId;
};
const redisMs = async (): Promise<number> => {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
};

describe('proofs', () => {
  const proofFor = async (saleId: string, id: string, lastsMs = 60_000) => ({
    proof: { id, untilMs: (await redisMs()) + lastsMs, generation: await generationOf(saleId) },
  });

  it('are asked for, and spent by one of 40 joins at once', async () => {
    const saleId = await asking({ proofOfWork: 'on' });
    expect((await joinAs(saleId, 'a')).place).toEqual(refused('proof_required'));
    expect((await joinAs(saleId, 'a', { proofFault: true })).place).toEqual(refused('proof_invalid'));
    const proof = await proofFor(saleId, 'one');
    const tried = await Promise.all(Array.from({ length: 40 }, (_, i) => joinAs(saleId, `v${i}`, proof)));
    expect(tried.filter(({ place }) => place.state === 'joined')).toHaveLength(1);
    expect(tried.filter(({ place }) => place.state === 'refused' && place.why === 'proof_invalid')).toHaveLength(39);
    expect(await redis.zcard(keys.queue(saleId))).toBe(1);
  });

  it('are refused when stale or of another generation, and change nothing', async () => {
    const saleId = await asking({ proofOfWork: 'on' });
    const before = await dumpSale(redis, saleId);
    expect((await joinAs(saleId, 'a', await proofFor(saleId, 'x', -1))).place).toEqual(refused('proof_invalid'));
    const { proof } = await proofFor(saleId, 'x');
    expect((await joinAs(saleId, 'a', { proof: { ...proof, generation: '1' } })).place).toEqual(refused('proof_invalid'));
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('are kept as long again as they are good, for a step back of the clock, and no longer', async () => {
    const saleId = await asking({ proofOfWork: 'on' });
    await joinAs(saleId, 'a', await proofFor(saleId, 'short'));
    await joinAs(saleId, 'b', await proofFor(saleId, 'long'));
    await redis.zadd(keys.proofs(saleId), (await redisMs()) - limits.proofSeconds * 1_000, 'short');
    await redis.zadd(keys.proofs(saleId), (await redisMs()) - limits.proofSeconds * 1_000 + 10_000, 'long');
    await joinAs(saleId, 'c', await proofFor(saleId, 'next'));
    expect(await redis.zrange(keys.proofs(saleId), '0', '-1')).toEqual(['long', 'next']);
  });

  it('are not asked of who has a place, and not spent by a refusal', async () => {
    const saleId = await newSale(redis);
    const generation = Number(await generationOf(saleId));
    await joinAs(saleId, 'early');
    await redis.hset(keys.sale(saleId), 'proofOfWork', 'on');
    expect((await joinAs(saleId, 'early', undefined, generation)).place).toMatchObject({ state: 'waiting', seq: 1 });
    await leave.run(redis, saleId, { visitor: 'early', seq: 1, generation });
    expect((await joinAs(saleId, 'early', undefined, generation)).place).toEqual(refused('proof_required'));
    await redis.hset(keys.sale(saleId), 'status', 'closed');
    expect((await joinAs(saleId, 'late', await proofFor(saleId, 'kept'))).place).toEqual(refused('sale_not_open'));
    expect(await redis.exists(keys.proofs(saleId))).toBe(0);
  });

  it('are asked for by auto only while the level of the sale says so', async () => {
    const saleId = await asking({ proofOfWork: 'auto' });
    expect((await joinAs(saleId, 'a')).place.state).toBe('joined');
    await redis.hset(keys.flow(saleId), 'proofLevel', '1');
    expect((await joinAs(saleId, 'b')).place).toEqual(refused('proof_required'));
  });

  it('are asked for by auto in the second in which a rush begins, before the leader has counted it', async () => {
    const saleId = await newSale(redis, { admitPerSecond: 4 });
    await redis.hset(keys.sale(saleId), 'proofOfWork', 'auto');
    const joinMany = async (names: string[]) =>
      answerOf(await join.run(redis, saleId, names)).places.filter(({ state }) => state === 'joined').length;
    const names = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);
    // Never counted yet, as at an opening: what is calm in two seconds.
    expect(await joinMany(names('a', 15))).toBe(15);
    expect(await joinMany(names('b', 15))).toBe(2 * limits.proofCalmPerSecond - 15);
    expect(await joinAs(saleId, 'b14')).toMatchObject({ place: refused('proof_required') });
    expect(await joinAs(saleId, 'b14', await proofFor(saleId, 'good'))).toMatchObject({ place: { state: 'joined' } });
    // Counted just now: what is calm in one.
    await redis.hset(keys.flow(saleId), {
      joinsRated: (await redis.hget(keys.flow(saleId), 'joinsAsked'))!,
      joinsRatedAt: await redisMs(),
    });
    expect(await joinMany(names('c', 15))).toBe(limits.proofCalmPerSecond);
    // The pace of the sale is calm, and so is twice what it is used to.
    await redis.hset(keys.flow(saleId), {
      joinsRated: (await redis.hget(keys.flow(saleId), 'joinsAsked'))!,
      joinsRatedAt: await redisMs(),
      joinsMean: 6,
    });
    expect(await joinMany(names('d', 15))).toBe(12);
  });

  it('are spent by a wrong code', async () => {
    const saleId = await asking({ proofOfWork: 'on', access: 'code' });
    await redis.hset(keys.codes(saleId), 'GOODCODE', JSON.stringify({ uses: 1 }));
    const proof = await proofFor(saleId, 'p');
    expect((await joinAs(saleId, 'a', { ...proof, code: 'WRONG' })).place).toEqual(refused('code_invalid'));
    expect((await joinAs(saleId, 'a', { ...proof, code: 'GOODCODE' })).place).toEqual(refused('proof_invalid'));
    expect((await joinAs(saleId, 'a', { ...(await proofFor(saleId, 'q')), code: 'GOODCODE' })).place.state).toBe('joined');
  });
});

describe('codes', () => {
  it('with two uses give two of 20 at once a place', async () => {
    const saleId = await asking({ access: 'code' });
    await redis.hset(keys.codes(saleId), 'TWOUSES0', JSON.stringify({ uses: 2 }));
    const tried = await Promise.all(Array.from({ length: 20 }, (_, i) => joinAs(saleId, `v${i}`, { code: 'TWOUSES0' })));
    expect(tried.filter(({ place }) => place.state === 'joined')).toHaveLength(2);
    expect(tried.filter(({ place }) => place.state === 'refused' && place.why === 'code_invalid')).toHaveLength(18);
    expect(await redis.hget(keys.codeUses(saleId), 'TWOUSES0')).toBe('2');
  });

  it('are needed: none, and an unknown one, are refused', async () => {
    const saleId = await asking({ access: 'code' });
    expect((await joinAs(saleId, 'a')).place).toEqual(refused('code_invalid'));
    expect((await joinAs(saleId, 'a', { code: 'NOBODYS' })).place).toEqual(refused('code_invalid'));
    expect(await redis.exists(keys.codeUses(saleId))).toBe(0);
  });
});

describe('an address that joined too often', () => {
  it('gets a place for a right code or member token alone', async () => {
    const open = await newSale(redis);
    expect((await joinAs(open, 'a', { limited: true, code: 'ANYTHING' })).place).toEqual(refused('rate_limited'));
    const invited = await asking({ access: 'code' });
    await redis.hset(keys.codes(invited), 'GOODCODE', JSON.stringify({ uses: 1 }));
    expect((await joinAs(invited, 'a', { limited: true, code: 'WRONG' })).place).toEqual(refused('code_invalid'));
    expect((await joinAs(invited, 'a', { limited: true, code: 'GOODCODE' })).place.state).toBe('joined');
  });
});

describe('members', () => {
  const member = (visitor: string): Entrance => ({ member: visitor, settings: '1' });

  it('get one place from 40 devices at once', async () => {
    const saleId = await asking({ identity: 'member' });
    const tried = await Promise.all(Array.from({ length: 40 }, (_, i) => joinAs(saleId, `device${i}`, member('m'))));
    expect(new Set(tried.map(({ as }) => `${as.visitorId} ${as.seq}`))).toEqual(new Set(['m 1']));
    expect(tried.filter(({ place }) => place.state === 'joined')).toHaveLength(1);
    expect(await redis.zrange(keys.queue(saleId), '0', '-1')).toEqual(['m']);
  });

  it('are asked for after what the sale refuses anybody', async () => {
    const saleId = await asking({ identity: 'member', proofOfWork: 'on' });
    expect((await joinAs(saleId, 'a')).place).toEqual(refused('member_required'));
    expect((await joinAs(saleId, 'a', { memberFault: 'invalid_member' })).place).toEqual(refused('invalid_member'));
    expect((await joinAs(saleId, 'a', { memberFault: 'member_unavailable' })).place).toEqual(refused('member_unavailable'));
    expect((await joinAs(saleId, 'a', member('m'))).place).toEqual(refused('proof_required'));
    await redis.hset(keys.sale(saleId), 'status', 'closed');
    expect((await joinAs(saleId, 'a')).place).toEqual(refused('sale_not_open'));
  });

  it('who had a place rejoin with an event; a first join has none', async () => {
    const saleId = await asking({ identity: 'member' });
    await joinAs(saleId, 'x', member('m'));
    expect((await eventsOf(redis, saleId)).map(({ type }) => type)).not.toContain('rejoined');
    await leave.run(redis, saleId, { visitor: 'm', seq: 1, generation: Number(await generationOf(saleId)) });
    expect((await joinAs(saleId, 'y', member('m'))).place).toMatchObject({ state: 'joined', seq: 2 });
    expect((await eventsOf(redis, saleId)).map(({ type }) => type)).toContain('rejoined');
  });

  it('whose token was checked by older settings are checked again', async () => {
    const saleId = await asking({ identity: 'member', version: '7' });
    expect((await joinAs(saleId, 'x', member('m'))).place).toEqual({ state: 'settings_changed' });
    expect((await joinAs(saleId, 'x', { member: 'm', settings: '7' })).place.state).toBe('joined');
  });

  it('keep the place that they had before it was asked whose it is', async () => {
    const saleId = await newSale(redis);
    const generation = Number(await generationOf(saleId));
    await joinAs(saleId, 'early');
    await redis.hset(keys.sale(saleId), 'identity', 'member');
    const { place, as } = await joinAs(saleId, 'early', member('m'), generation);
    expect(place).toMatchObject({ state: 'waiting', seq: 1 });
    expect(as.visitorId).toBe('early');
  });
});

describe('keys of joins', () => {
  const key = (name: string, body = 'b'): Entrance => ({ key: name, body });

  it('give 40 joins at once one place, with the time of the first', async () => {
    const saleId = await newSale(redis);
    const tried = await Promise.all(Array.from({ length: 40 }, (_, i) => joinAs(saleId, `v${i}`, key('k'))));
    expect(new Set(tried.map(({ as }) => as.visitorId)).size).toBe(1);
    expect(tried.filter(({ as }) => as.firstJoin === null)).toHaveLength(1);
    expect(new Set(tried.flatMap(({ as }) => as.firstJoin?.atMs ?? [])).size).toBe(1);
    expect(await redis.zcard(keys.queue(saleId))).toBe(1);
  });

  it('give an ended place again, and no new one', async () => {
    const saleId = await newSale(redis);
    await joinAs(saleId, 'a', key('k'));
    await leave.run(redis, saleId, { visitor: 'a', seq: 1, generation: Number(await generationOf(saleId)) });
    expect(await joinAs(saleId, 'z', key('k'))).toMatchObject({ place: { state: 'left' }, as: { visitorId: 'a', seq: 1 } });
    expect(await redis.zcard(keys.queue(saleId))).toBe(0);
  });

  it('give the number of the first join again, whatever became of the place', async () => {
    const saleId = await newSale(redis);
    const firstJoin = { atMs: expect.any(Number), seq: 1 };
    await joinAs(saleId, 'a', key('k'));
    expect((await joinAs(saleId, 'b', key('k'))).as).toMatchObject({ visitorId: 'a', firstJoin });
    await redis.zrem(keys.queue(saleId), 'a');
    await redis.zadd(keys.active(saleId), (await redisMs()) + 60_000, 'a');
    expect(await joinAs(saleId, 'b', key('k'))).toMatchObject({ place: { state: 'admitted' }, as: { visitorId: 'a', firstJoin } });
    // A lobby has no numbers: what is drawn later is not that of the first join.
    const drawn = await newSale(redis);
    await joinAs(drawn, 'c', key('k'));
    for (const hash of [keys.joinKeys(drawn), keys.joinKeysOdd(drawn)])
      for (const [name, text] of Object.entries(await redis.hgetall(hash))) await redis.hset(hash, name, text.replace(/ 1$/, ' 0'));
    expect((await joinAs(drawn, 'd', key('k'))).as).toMatchObject({ visitorId: 'c', seq: 1, firstJoin: { seq: 0 } });
  });

  /** As if the joins of all keys had come earlier. */
  const ageKeys = async (saleId: string, ms: number): Promise<void> => {
    for (const key of [keys.joinKeys(saleId), keys.joinKeysOdd(saleId)])
      for (const [name, text] of Object.entries(await redis.hgetall(key))) {
        const [visitor, body, at, seq] = text.split(' ');
        await redis.hset(key, name, `${visitor} ${body} ${Number(at) - ms} ${seq}`);
      }
  };

  it('are dropped by the minute, and none that is younger than one', async () => {
    const saleId = await newSale(redis);
    // Not over the end of a minute.
    await until('a minute that lasts', async () => (await redisMs()) % 60_000 < 55_000);
    const minute = Math.floor((await redisMs()) / 60_000);
    const [current, other] =
      minute % 2 === 0 ? [keys.joinKeys(saleId), keys.joinKeysOdd(saleId)] : [keys.joinKeysOdd(saleId), keys.joinKeys(saleId)];
    const stored = `v b ${await redisMs()} 7`;
    // The last join came a minute ago: what it wrote is in the other hash, and the current one has what is two minutes old.
    await redis.hset(keys.flow(saleId), 'joinKeyMinute', minute - 1);
    await redis.hset(current, 'old', stored);
    await redis.hset(other, 'young', stored);
    await joinAs(saleId, 'a', key('k'));
    expect([await redis.hkeys(current), await redis.hkeys(other)]).toEqual([['k'], ['young']]);
    expect((await joinAs(saleId, 'b', key('young'))).as).toMatchObject({ visitorId: 'v', seq: 7 });
    // After a longer pause both are old; a clock that was set back drops none.
    await redis.hset(keys.flow(saleId), 'joinKeyMinute', minute + 60);
    await joinAs(saleId, 'c', key('after the step back'));
    expect([await redis.hkeys(other), await redis.hget(keys.flow(saleId), 'joinKeyMinute')]).toEqual([['young'], String(minute)]);
    await redis.hset(keys.flow(saleId), 'joinKeyMinute', minute - 2);
    await joinAs(saleId, 'd', key('last'));
    expect([await redis.hkeys(current), await redis.exists(other)]).toEqual([['last'], 0]);
  });

  it('are kept over a step back of the clock by less than a minute, and give the later place of two', async () => {
    const saleId = await newSale(redis);
    await until('a minute that lasts', async () => (await redisMs()) % 60_000 < 55_000);
    const minute = Math.floor((await redisMs()) / 60_000);
    const [current, other] =
      minute % 2 === 0 ? [keys.joinKeys(saleId), keys.joinKeysOdd(saleId)] : [keys.joinKeysOdd(saleId), keys.joinKeys(saleId)];
    // The clock was in the next minute already.
    await redis.hset(keys.flow(saleId), 'joinKeyMinute', minute + 1);
    await redis.hset(other, 'k', `v b ${(await redisMs()) + 5_000} 7`);
    await joinAs(saleId, 'a', key('new'));
    expect([await redis.hkeys(other), await redis.hget(keys.flow(saleId), 'joinKeyMinute')]).toEqual([['k', 'new'], String(minute + 1)]);
    // Over when the clock came to its end, and good again.
    await redis.hset(current, 'k', `u b ${(await redisMs()) - 55_000} 3`);
    expect((await joinAs(saleId, 'b', key('k'))).as).toMatchObject({ visitorId: 'v', seq: 7 });
    await redis.hset(current, 'turned', `v b ${(await redisMs()) + 5_000} 7`);
    await redis.hset(other, 'turned', `u b ${(await redisMs()) - 55_000} 3`);
    expect((await joinAs(saleId, 'b', key('turned'))).as).toMatchObject({ visitorId: 'v', seq: 7 });
  });

  it('refuse another body, and are new after a minute', async () => {
    const saleId = await newSale(redis);
    await joinAs(saleId, 'a', key('k'));
    expect((await joinAs(saleId, 'b', key('k', 'other'))).place).toEqual(refused('idempotency_conflict'));
    await ageKeys(saleId, 60_000);
    expect(await joinAs(saleId, 'b', key('k', 'other'))).toMatchObject({ place: { state: 'joined', seq: 2 } });
  });

  it('are not kept by a refusal', async () => {
    const saleId = await asking({ access: 'code' });
    await redis.hset(keys.codes(saleId), 'GOODCODE', JSON.stringify({ uses: 1 }));
    await joinAs(saleId, 'a', key('k'));
    expect((await joinAs(saleId, 'a', { ...key('k', 'other'), code: 'GOODCODE' })).place.state).toBe('joined');
  });
});
