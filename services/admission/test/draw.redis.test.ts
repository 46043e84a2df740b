import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits } from '@sunbeon/contracts';
import { readSale, type RedisClient } from '@sunbeon/runtime';
import { createDrandNetwork, startDrandServer } from '../../../tests/fixtures/drand.ts';
import { orderOf, rootOf, rosterOf, sha256 } from '../../../tests/fixtures/draw.ts';
import { admitNow, answerOf, connectTestRedis, eventsOf, newSale, until } from '../../../tests/fixtures/sale.ts';
import { readDraw } from '../../gateway/src/scripts/read-draw.ts';
import { readRoster } from '../../gateway/src/scripts/read-roster.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { leave } from '../../queue/src/scripts/leave.ts';
import { readPlaces } from '../../queue/src/scripts/read-places.ts';
import { createBeaconClient, quicknet, roundAfter, type BeaconClient } from '../src/draw/drand.ts';
import { runDraw, type Turn } from '../src/draw/run-draw.ts';
import { checkSale } from '../src/invariants/check-sale.ts';
import { changeSale } from '../src/scripts/change-sale.ts';
import { lead } from '../src/scripts/lead.ts';
import { readReceipt } from '../src/scripts/read-receipt.ts';
import { setStatus } from '../src/scripts/set-status.ts';
import { writeDrawn } from '../src/scripts/write-drawn.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.quit());

const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
/** A sale whose lobby is open, and opens in an hour. */
const lobbySale = (settings: Parameters<typeof newSale>[1] = {}): Promise<string> =>
  newSale(redis, { lobbyOpensAt: at(-60_000), opensAt: at(3_600_000), ...settings });
const generationOf = async (saleId: string): Promise<number> => Number(await redis.hget(keys.sale(saleId), 'createdAt'));
const joined = async (saleId: string, visitors: Parameters<typeof join.run>[2]) => answerOf(await join.run(redis, saleId, visitors)).places;
const placesOf = async (saleId: string, visitors: readonly string[], seq = 0) =>
  answerOf(
    await readPlaces.run(
      redis,
      saleId,
      visitors.map((visitor) => ({ visitor, seq })),
    ),
  ).places;
const leaveLobby = async (saleId: string, visitor: string, seq = 0) =>
  leave.run(redis, saleId, { visitor, seq, generation: await generationOf(saleId) });
const statusOf = async (saleId: string) => (await readSale(redis, saleId))!.status;
const noBeacon: BeaconClient = { chain: quicknet, fetch: async () => null };
const atOnce: Turn = (compute) => compute();
const turns = { small: atOnce, large: atOnce };
const draw = async (saleId: string, beacon = noBeacon, signal = new AbortController().signal) => {
  const leader = await lead.run(redis, saleId, 'test');
  if (leader.role !== 'leader') throw new Error(`the test is ${leader.role}`);
  return await runDraw({ redis, beacon, turns, took: () => {} }, saleId, leader.epoch, signal);
};
const page = limits.drawPageVisitors;
/** A draw that is cut after its first page. */
const drawFirstPage = async (saleId: string): Promise<void> => {
  const stopping = new AbortController();
  const watched = new Proxy(redis, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (name !== 'call') return typeof value === 'function' ? value.bind(target) : value;
      return async (...parts: [string, ...string[]]) => {
        const reply = await target.call(...parts);
        if (reply === 'written' && Number((await target.hget(keys.flow(saleId), 'drawn')) ?? 0) > 0) stopping.abort();
        return reply;
      };
    },
  });
  const leader = await lead.run(redis, saleId, 'test');
  if (leader.role !== 'leader') throw new Error('no leader');
  expect(await runDraw({ redis: watched, beacon: noBeacon, turns, took: () => {} }, saleId, leader.epoch, stopping.signal)).toBe(false);
};
const visitors = (n: number): string[] => Array.from({ length: n }, (_, i) => `v${String(i).padStart(21, '0')}`);
const publicDraw = async (saleId: string) => answerOf(await readDraw.run(redis, saleId, null)).draw!;

const lineOf = (saleId: string) => redis.zrange(keys.queue(saleId), '0', '-1');

describe('the lobby', () => {
  it('takes visitors without a number, gives the same entry again, and forgets those who leave', async () => {
    const saleId = await lobbySale();
    expect(await statusOf(saleId)).toBe('lobby');
    expect(await joined(saleId, ['a', 'b', 'a'])).toEqual([
      { state: 'lobby', isNew: true },
      { state: 'lobby', isNew: true },
      { state: 'lobby', isNew: false },
    ]);
    expect(await readSale(redis, saleId)).toMatchObject({ lobby: 2, waiting: 0, joined: 0 });
    expect(await leaveLobby(saleId, 'a')).toEqual({ outcome: 'left', from: 'lobby' });
    expect(await leaveLobby(saleId, 'a')).toEqual({ outcome: 'already_left' });
    expect(await placesOf(saleId, ['a', 'b'])).toEqual([{ state: 'left' }, { state: 'lobby', isNew: false }]);
    expect(await joined(saleId, [{ visitorId: 'a', generation: await generationOf(saleId) }])).toEqual([{ state: 'lobby', isNew: true }]);
    expect((await eventsOf(redis, saleId)).map(({ type, data }) => [type, data['visitor'] ?? data['change']])).toEqual([
      ['sale', 'created'],
      ['sale', 'lobby_opened'],
      ['left', 'a'],
      ['rejoined', 'a'],
    ]);
    expect(await admitNow(redis, saleId, 10)).toBe(0);
  });

  it('refuses joins before it opens', async () => {
    const saleId = await newSale(redis, { lobbyOpensAt: at(60_000), opensAt: at(120_000) });
    expect(await statusOf(saleId)).toBe('scheduled');
    expect(await joined(saleId, ['a'])).toEqual([{ state: 'refused', why: 'sale_not_open' }]);
  });

  it('in the order of arrival gives numbers, admits nobody before the opening, and has no draw', async () => {
    const saleId = await lobbySale({ lobbyOrder: 'arrival' });
    expect(await joined(saleId, ['a', 'b'])).toMatchObject([
      { state: 'joined', seq: 1 },
      { state: 'joined', seq: 2 },
    ]);
    expect(await readSale(redis, saleId)).toMatchObject({ status: 'lobby', waiting: 2, lobby: 0 });
    expect(await readSale(redis, saleId)).not.toHaveProperty('draw');
    expect(answerOf(await readDraw.run(redis, saleId, null)).draw).toBeNull();
    expect(await admitNow(redis, saleId, 10)).toBe(0);
    await redis.hset(keys.sale(saleId), 'opensAt', String(Date.now()));
    expect(await admitNow(redis, saleId, 10)).toBe(2);
    expect(await statusOf(saleId)).toBe('open');
  });

  it('is paused and resumed, and closed by the resumption once the opening has passed', async () => {
    const saleId = await lobbySale();
    expect(await setStatus.run(redis, saleId, { verb: 'pause' })).toEqual({ outcome: 'changed', status: 'paused' });
    expect(await joined(saleId, ['a'])).toEqual([{ state: 'lobby', isNew: true }]);
    expect(await setStatus.run(redis, saleId, { verb: 'resume' })).toEqual({ outcome: 'changed', status: 'lobby' });
    await setStatus.run(redis, saleId, { verb: 'pause' });
    await redis.hset(keys.sale(saleId), 'opensAt', String(Date.now()));
    expect(await statusOf(saleId)).toBe('paused');
    expect(await setStatus.run(redis, saleId, { verb: 'resume' })).toEqual({ outcome: 'changed', status: 'drawing' });
    expect(await draw(saleId)).toBe(true);
    expect(await lineOf(saleId)).toEqual(['a']);
  });

  it('ends without a draw when the sale is closed: everybody has left, and the seed is never shown', async () => {
    const saleId = await lobbySale();
    await joined(saleId, ['a']);
    await redis.hset(keys.sale(saleId), 'closesAt', String(Date.now() - 1));
    expect(await placesOf(saleId, ['a'])).toEqual([{ state: 'left' }]);
    await setStatus.run(redis, saleId, { verb: 'close' });
    await redis.hset(keys.sale(saleId), 'closesAt', '');
    expect(await placesOf(saleId, ['a'])).toEqual([{ state: 'left' }]);
    expect(await readSale(redis, saleId)).toMatchObject({ status: 'closed', lobby: 0 });
    expect(await publicDraw(saleId)).toMatchObject({ phase: 'committed' });
    expect(await setStatus.run(redis, saleId, { verb: 'open' })).toEqual({ outcome: 'changed', status: 'open' });
    expect(await joined(saleId, [{ visitorId: 'a', generation: await generationOf(saleId) }])).toMatchObject([{ state: 'joined', seq: 1 }]);
    expect(await publicDraw(saleId)).not.toHaveProperty('seed');
  });

  it('fixes its settings with the first visitor who may come; the opening may still move', async () => {
    const saleId = await newSale(redis, { lobbyOpensAt: at(60_000), opensAt: at(120_000) });
    const { commitment } = await publicDraw(saleId);
    const change = (change: Parameters<typeof changeSale.run>[2]['change']) => changeSale.run(redis, saleId, { expected: null, change });
    expect(await change({ drawBeacon: 'drand' })).toMatchObject({ outcome: 'changed' });
    expect(await change({ lobbyOpensAt: null })).toMatchObject({ outcome: 'changed' });
    expect(await readSale(redis, saleId)).not.toHaveProperty('draw');
    expect(await change({ lobbyOpensAt: at(-1_000) })).toMatchObject({ outcome: 'changed' });
    // The commitment of a sale is made once.
    expect(await readSale(redis, saleId)).toMatchObject({ status: 'lobby', draw: { commitment, order: 'random', beacon: 'none' } });
    for (const fixed of [
      { lobbyOpensAt: at(-2_000) },
      { lobbyOrder: 'arrival' as const },
      { drawBeacon: 'drand' as const },
      { lobbyOpensAt: null },
    ])
      expect(await change(fixed)).toMatchObject({ outcome: 'draw_fixed' });
    expect(await change({ opensAt: at(240_000) })).toMatchObject({ outcome: 'changed' });
    expect(await change({ opensAt: null })).toMatchObject({ outcome: 'invalid', faults: ['opensAt!opening'] });
    expect(await change({ opensAt: at(-100) })).toMatchObject({ outcome: 'changed' });
    expect(await statusOf(saleId)).toBe('drawing');
    expect(await change({ opensAt: at(240_000) })).toMatchObject({ outcome: 'drawing' });
  });

  it('refuses settings that contradict each other', async () => {
    await expect(newSale(redis, { lobbyOpensAt: at(60_000) })).rejects.toThrow('invalid');
    const same = at(60_000);
    await expect(newSale(redis, { lobbyOpensAt: same, opensAt: same })).rejects.toThrow('invalid');
    await expect(newSale(redis, { opensAt: at(60_000), lobbyOrder: 'random' })).rejects.toThrow('invalid');
    await expect(
      newSale(redis, { lobbyOpensAt: at(1_000), opensAt: at(60_000), lobbyOrder: 'arrival', drawBeacon: 'drand' }),
    ).rejects.toThrow('invalid');
  });
});

describe('the draw', () => {
  it.each([0, 1, 2, page - 1, page, page + 1, 5_000])('of %i visitors is the order that anyone can compute', async (n) => {
    const saleId = await lobbySale();
    const all = visitors(n);
    for (let i = 0; i < n; i += 100) await joined(saleId, all.slice(i, i + 100));
    await setStatus.run(redis, saleId, { verb: 'open' });
    expect(await statusOf(saleId)).toBe('drawing');
    expect(await publicDraw(saleId)).toMatchObject({ phase: 'committed', closedAt: expect.any(String) });
    expect(await admitNow(redis, saleId, 10)).toBe(0);
    const late = await joined(saleId, ['late']);
    expect(late).toMatchObject([{ state: 'joined', seq: n + 1, position: n + 1 }]);
    expect(await draw(saleId)).toBe(true);
    const { seed, root, count, commitment, phase } = await publicDraw(saleId);
    expect({ phase, count }).toEqual({ phase: 'drawn', count: n });
    expect(sha256(Buffer.from(seed!, 'hex')).toString('hex')).toBe(commitment);
    const generation = await generationOf(saleId);
    const order = orderOf(saleId, generation, all, seed!);
    expect(root).toBe(rootOf(rosterOf(saleId, generation, all)).toString('hex'));
    expect(await lineOf(saleId)).toEqual([...order, 'late']);
    expect(await readSale(redis, saleId)).toMatchObject({ status: 'open', waiting: n + 1, lobby: 0, joined: n + 1 });
    const roster: Buffer[] = [];
    for (let page = 0; ; page += 1) {
      const read = await readRoster.run(redis, saleId, { root: root!, page });
      if (read.outcome !== 'page') break;
      roster.push(read.entries);
    }
    expect(Buffer.concat(roster)).toEqual(Buffer.concat(rosterOf(saleId, generation, all)));
    const drawn = (await eventsOf(redis, saleId)).filter(({ type }) => type === 'drawn').map(({ data }) => data);
    expect(drawn.flatMap((page) => (Array.isArray(page['visitors']) ? page['visitors'] : []))).toEqual(order);
    expect(drawn.filter((page) => page['complete'])).toHaveLength(1);
    const checked = (await checkSale(redis, saleId))!.results;
    expect(checked.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
    expect(checked.map(({ invariant }) => invariant)).toContain('D3');
    // A second leader that comes too late changes nothing.
    expect(await draw(saleId)).toBe(false);
    expect(await admitNow(redis, saleId, n + 1)).toBe(Math.min(n + 1, 100));
  });

  it('keeps those who leave while it goes on in the roster, and their number becomes a departure', async () => {
    const saleId = await lobbySale();
    const all = visitors(50);
    await joined(saleId, all);
    await setStatus.run(redis, saleId, { verb: 'open' });
    expect(await leaveLobby(saleId, all[7]!)).toEqual({ outcome: 'left', from: 'lobby' });
    expect(await leaveLobby(saleId, all[9]!)).toEqual({ outcome: 'left', from: 'lobby' });
    expect(await leaveLobby(saleId, all[9]!)).toEqual({ outcome: 'already_left' });
    const back = await joined(saleId, [{ visitorId: all[9]!, generation: await generationOf(saleId) }]);
    expect(back).toMatchObject([{ state: 'joined', seq: 51, position: 49 }]);
    expect(await draw(saleId)).toBe(true);
    const { seed, count } = await publicDraw(saleId);
    const order = orderOf(saleId, await generationOf(saleId), all, seed!);
    expect(count).toBe(50);
    expect(await lineOf(saleId)).toEqual([...order.filter((visitor) => visitor !== all[7] && visitor !== all[9]), all[9]]);
    for (const gone of [all[7]!, all[9]!]) expect(await redis.getbit(keys.departed(saleId), order.indexOf(gone) + 1)).toBe(1);
    expect(await readSale(redis, saleId)).toMatchObject({ waiting: 49, joined: 51, left: 2 });
    expect(await placesOf(saleId, [all[7]!])).toEqual([{ state: 'left' }]);
  });

  it('lets visitors give up a number that was drawn before the others were: each number and each entry stays one', async () => {
    const saleId = await lobbySale();
    const all = visitors(1_200);
    for (let i = 0; i < all.length; i += 100) await joined(saleId, all.slice(i, i + 100));
    await setStatus.run(redis, saleId, { verb: 'open' });
    await drawFirstPage(saleId);
    const [gone, back] = (await lineOf(saleId)) as [string, string];
    for (const [i, visitor] of [gone, back].entries()) {
      expect(await leaveLobby(saleId, visitor, i + 1)).toEqual({ outcome: 'left', from: 'queue' });
      expect(await placesOf(saleId, [visitor])).toEqual([{ state: 'left' }]);
      expect(await leaveLobby(saleId, visitor, i + 1)).toEqual({ outcome: 'already_left' });
    }
    expect(await readSale(redis, saleId)).toMatchObject({ waiting: page - 2, lobby: 1_200 - page, left: 2 });
    const again = await joined(saleId, [{ visitorId: back, generation: await generationOf(saleId) }]);
    expect(again).toMatchObject([{ state: 'joined', seq: 1_201, position: 1_199 }]);
    expect(await readSale(redis, saleId)).toMatchObject({ waiting: page - 1, lobby: 1_200 - page });
    expect((await checkSale(redis, saleId))!.results.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
    expect(await draw(saleId)).toBe(true);
    const order = orderOf(saleId, await generationOf(saleId), all, (await publicDraw(saleId)).seed!);
    expect(order.slice(0, 2)).toEqual([gone, back]);
    expect(await lineOf(saleId)).toEqual([...order.slice(2), back]);
    expect((await checkSale(redis, saleId))!.results.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
  });

  it('ends when the sale is closed, after some pages were written too: everybody has left', async () => {
    const saleId = await lobbySale();
    const all = visitors(1_500);
    for (let i = 0; i < all.length; i += 100) await joined(saleId, all.slice(i, i + 100));
    await setStatus.run(redis, saleId, { verb: 'open' });
    await joined(saleId, ['late']);
    await drawFirstPage(saleId);
    expect(await readSale(redis, saleId)).toMatchObject({ status: 'drawing', waiting: page + 1, lobby: 1_500 - page, joined: 1_501 });
    const line = await lineOf(saleId);
    await leaveLobby(
      saleId,
      all.find((visitor) => !line.includes(visitor))!,
    );
    expect((await checkSale(redis, saleId))!.results.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
    const [first] = await redis.zrange(keys.queue(saleId), '0', '0');
    expect(await setStatus.run(redis, saleId, { verb: 'close' })).toEqual({ outcome: 'changed', status: 'closed' });
    expect(await readSale(redis, saleId)).toMatchObject({ waiting: 0, lobby: 0, joined: 1_501, left: 1_501 });
    expect((await checkSale(redis, saleId))!.results.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
    expect(await redis.bitcount(keys.departed(saleId))).toBe(1_501);
    expect(await redis.getbit(keys.departed(saleId), 1_501)).toBe(1);
    expect(await placesOf(saleId, [first!], 1)).toEqual([{ state: 'left' }]);
    expect(await placesOf(saleId, [all[3]!])).toEqual([{ state: 'left' }]);
    expect(await placesOf(saleId, ['late'], 1_501)).toEqual([{ state: 'left' }]);
    expect(await draw(saleId).catch(() => 'no leader')).toBe('no leader');
    expect(await publicDraw(saleId)).not.toHaveProperty('seed');
    await setStatus.run(redis, saleId, { verb: 'open' });
    expect(await joined(saleId, ['new'])).toMatchObject([{ state: 'joined', seq: 1_502, position: 1 }]);
  });

  it('ends for those who came, left and came again behind the lobby, too', async () => {
    const saleId = await lobbySale();
    await joined(saleId, ['a']);
    await setStatus.run(redis, saleId, { verb: 'open' });
    await joined(saleId, ['late']);
    expect(await leaveLobby(saleId, 'late', 2)).toEqual({ outcome: 'left', from: 'queue' });
    expect(await joined(saleId, [{ visitorId: 'late', generation: await generationOf(saleId) }])).toMatchObject([{ seq: 3 }]);
    await setStatus.run(redis, saleId, { verb: 'close' });
    for (const seq of [2, 3]) {
      expect(await placesOf(saleId, ['late'], seq)).toEqual([{ state: 'left' }]);
      expect(await leaveLobby(saleId, 'late', seq)).toEqual({ outcome: 'already_left' });
    }
  });

  it('writes no page before the roster is frozen', async () => {
    const saleId = await lobbySale();
    await joined(saleId, ['a', 'b']);
    await setStatus.run(redis, saleId, { verb: 'open' });
    const leader = await lead.run(redis, saleId, 'test');
    if (leader.role !== 'leader') throw new Error('no leader');
    for (const isLast of [false, true])
      expect(await writeDrawn.run(redis, saleId, { epoch: leader.epoch, from: 1, visitors: ['a', 'b'], isLast })).toBe('another');
    expect(await lineOf(saleId)).toEqual([]);
  });

  it('freezes no roster before the lobby was closed, also when the clock of Redis goes back in between', async () => {
    const saleId = await lobbySale({ drawBeacon: 'drand' });
    await joined(saleId, ['a']);
    await setStatus.run(redis, saleId, { verb: 'open' });
    const closedAtMs = Date.now() + 20_000;
    await redis.hset(keys.sale(saleId), 'lobbyClosedAt', String(closedAtMs));
    const stopping = new AbortController();
    const drawing = draw(saleId, noBeacon, stopping.signal);
    await until('the freeze', async () => (await publicDraw(saleId)).phase === 'frozen');
    stopping.abort();
    expect(await drawing).toBe(false);
    const { frozenAt, beacon } = await publicDraw(saleId);
    expect(Date.parse(frozenAt!)).toBe(closedAtMs);
    expect(beacon!.round).toBe(roundAfter(closedAtMs, quicknet));
  });

  it('is paused only after it', async () => {
    const saleId = await lobbySale();
    await joined(saleId, ['a']);
    await setStatus.run(redis, saleId, { verb: 'open' });
    expect(await setStatus.run(redis, saleId, { verb: 'open' })).toEqual({ outcome: 'invalid', status: 'drawing' });
    expect(await setStatus.run(redis, saleId, { verb: 'pause' })).toEqual({ outcome: 'changed', status: 'drawing' });
    expect(await setStatus.run(redis, saleId, { verb: 'pause' })).toEqual({ outcome: 'unchanged', status: 'drawing' });
    expect(await draw(saleId)).toBe(true);
    expect(await statusOf(saleId)).toBe('paused');
    expect(await setStatus.run(redis, saleId, { verb: 'resume' })).toEqual({ outcome: 'changed', status: 'open' });
  });

  it('takes the verified beacon in, or goes on without it and says so', async () => {
    const network = createDrandNetwork(1);
    const server = await startDrandServer(network);
    const { chain } = network;
    const drawWith = async (found: boolean): Promise<void> => {
      const saleId = await lobbySale({ drawBeacon: 'drand' });
      const all = visitors(20);
      await joined(saleId, all);
      await setStatus.run(redis, saleId, { verb: 'open' });
      const client = createBeaconClient([found ? server.url : 'http://127.0.0.1:9'], chain, { write: () => {} });
      const asked: number[] = [];
      const beacon: BeaconClient = {
        chain,
        fetch: async (round, options) => {
          asked.push(round);
          expect(await publicDraw(saleId)).toMatchObject({ phase: 'frozen', count: 20, beacon: { round, status: 'pending' } });
          expect(await redis.hget(keys.sale(saleId), 'seed')).toBeNull();
          // A round that never comes is given up after a second here instead of half a minute.
          return await client.fetch(round, { ...options, untilMs: found ? options.untilMs : performance.now() + 1_000 });
        },
      };
      expect(await draw(saleId, beacon)).toBe(true);
      const { seed, beacon: told, frozenAt } = await publicDraw(saleId);
      expect(asked).toEqual([told!.round]);
      const frozenS = Date.parse(frozenAt!) / 1_000;
      expect(chain.genesis + (told!.round - 1)).toBeGreaterThan(frozenS + 3);
      expect(chain.genesis + (told!.round - 2)).toBeLessThanOrEqual(frozenS + 3);
      const right = network.beaconOf(told!.round);
      expect(told).toEqual({
        network: chain.network,
        chain: chain.chain,
        round: told!.round,
        status: found ? 'verified' : 'unavailable',
        ...(found ? right : {}),
      });
      const randomness = found ? right.randomness : '';
      expect(await lineOf(saleId)).toEqual(orderOf(saleId, await generationOf(saleId), all, seed!, randomness));
      expect((await checkSale(redis, saleId))!.results.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
    };
    try {
      await Promise.all([drawWith(true), drawWith(false)]);
    } finally {
      await server.stop();
    }
  });

  it('gives receipts of the lobby and of the line', async () => {
    const saleId = await lobbySale();
    await joined(saleId, ['a']);
    expect(await readReceipt.run(redis, saleId, 'a')).toMatchObject({ state: 'lobby', commitment: (await publicDraw(saleId)).commitment });
    expect(await readReceipt.run(redis, saleId, 'b')).toMatchObject({ state: 'absent' });
    await setStatus.run(redis, saleId, { verb: 'open' });
    await draw(saleId);
    expect(await readReceipt.run(redis, saleId, 'a')).toMatchObject({ state: 'waiting', seq: 1, root: (await publicDraw(saleId)).root });
  });
});
