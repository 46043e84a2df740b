import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { readSale, type RedisClient } from '@sunbeon/runtime';
import { createDrandNetwork, startDrandServer, type DrandServer } from '../../../tests/fixtures/drand.ts';
import { orderOf } from '../../../tests/fixtures/draw.ts';
import { isLong } from '../../../tests/fixtures/long.ts';
import { answerOf, connectTestRedis, eventsOf, newSale, until } from '../../../tests/fixtures/sale.ts';
import { readDraw } from '../../gateway/src/scripts/read-draw.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { createBeaconClient, type BeaconClient } from '../src/draw/drand.ts';
import { createDraws, type Draws } from '../src/draw/draws.ts';
import { checkSale } from '../src/invariants/check-sale.ts';
import { lead } from '../src/scripts/lead.ts';
import { setStatus } from '../src/scripts/set-status.ts';

const network = createDrandNetwork(1);
let redis: RedisClient;
let server: DrandServer;
const begun: Draws[] = [];
beforeAll(async () => {
  redis = await connectTestRedis();
  server = await startDrandServer(network);
});
afterAll(async () => {
  await Promise.all(begun.map((draws) => draws.stop()));
  await server.stop();
  await redis.quit();
});

/** Of a draw, after the time of its round, instead of half a minute. */
const beaconMs = 3_000;
/** Three lobbies small enough for the main thread, and three that need a thread: one more than there are turns for. */
const sizes = [10, 510, 10, 510, 10, 510];
const visitorsOf = (n: number): string[] => Array.from({ length: n }, (_, i) => `v${String(i).padStart(21, '0')}`);
const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
const drawOf = async (saleId: string) => answerOf(await readDraw.run(redis, saleId, null)).draw!;

/** A sale whose lobby has closed. */
const drawingSale = async (size: number): Promise<string> => {
  const saleId = await newSale(redis, { lobbyOpensAt: at(-60_000), opensAt: at(3_600_000), drawBeacon: 'drand' });
  for (let i = 0; i < size; i += 100) await join.run(redis, saleId, visitorsOf(size).slice(i, i + 100));
  await setStatus.run(redis, saleId, { verb: 'open' });
  return saleId;
};
/** Leads the draws of these sales, with a drand that is given up after `beaconMs`. */
const leadAll = async (draws: Draws, saleIds: readonly string[]): Promise<void> => {
  for (const saleId of saleIds) {
    const leader = await lead.run(redis, saleId, 'test');
    if (leader.role !== 'leader') throw new Error(`the test is ${leader.role}`);
    draws.lead(saleId, leader.epoch);
  }
};
const start = (url: string) => {
  const client = createBeaconClient([url], network.chain, { write: () => {} });
  const rounds: number[] = [];
  const failed: string[] = [];
  const beacon: BeaconClient = {
    chain: network.chain,
    fetch: (round, options) => {
      rounds.push(round);
      return client.fetch(round, { ...options, untilMs: performance.now() + beaconMs });
    },
  };
  const metrics = { took: () => {}, drawn: () => {}, failed: () => failed.push('failed') };
  const draws = createDraws({ redis, log: { write: () => {} } as never }, metrics, beacon, () => {});
  begun.push(draws);
  return { draws, rounds, failed };
};

describe('sales with drand that open together', () => {
  it.each(isLong ? (['slow', 'unreachable'] as const) : (['unreachable'] as const))(
    'freeze at once, wait side by side for a drand that is %s, and take the time of one',
    async (drand) => {
      const sales: { saleId: string; size: number }[] = [];
      for (const size of sizes) sales.push({ saleId: await drawingSale(size), size });
      server.fault = (request, response) => {
        const round = Number(request.url!.split('/').at(-1));
        setTimeout(() => response.end(network.bodyOf(round)), 2_000);
      };
      const { draws, rounds, failed } = start(drand === 'slow' ? server.url : 'http://127.0.0.1:9');
      const saleIds = sales.map(({ saleId }) => saleId);
      await leadAll(draws, saleIds);
      await until(
        'six orders',
        async () => (await Promise.all(saleIds.map((id) => readSale(redis, id)))).every((sale) => sale?.status === 'open'),
        60_000,
      );
      const timesOf = async (field: string) =>
        (await Promise.all(saleIds.map((saleId) => redis.hget(keys.sale(saleId), field)))).map(Number);
      const [frozen, drawn] = [await timesOf('frozenAt'), await timesOf('drawnAt')];
      // Every roster is published while the first draw still waits, and all draws end within the time of one: with turns for two, three pairs took three times that.
      expect(Math.max(...frozen)).toBeLessThan(Math.min(...drawn));
      expect(Math.max(...drawn) - Math.min(...drawn)).toBeLessThan(3_000 + beaconMs);
      expect(failed).toEqual([]);
      // Draws of one round ask once.
      expect(rounds).toHaveLength(new Set(rounds).size);
      for (const { saleId, size } of sales) {
        const { seed, beacon } = await drawOf(saleId);
        expect(beacon).toMatchObject(
          drand === 'slow' ? { status: 'verified', ...network.beaconOf(beacon!.round) } : { status: 'unavailable' },
        );
        const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
        const randomness = drand === 'slow' ? network.beaconOf(beacon!.round).randomness : '';
        expect(await redis.zrange(keys.queue(saleId), '0', '-1')).toEqual(orderOf(saleId, generation, visitorsOf(size), seed!, randomness));
        expect((await checkSale(redis, saleId))!.results.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
      }
    },
    90_000,
  );

  it('are gone on with by the next leader, which keeps root and round, when theirs dies while they wait', async () => {
    const saleIds = [await drawingSale(10), await drawingSale(510)];
    server.fault = null;
    const first = start(server.url);
    await leadAll(first.draws, saleIds);
    await until('two rosters', async () => (await Promise.all(saleIds.map(drawOf))).every(({ phase }) => phase === 'frozen'));
    await first.draws.stop();
    const before = await Promise.all(saleIds.map(drawOf));
    const second = start(server.url);
    await leadAll(second.draws, saleIds);
    await until('two orders', async () => (await Promise.all(saleIds.map(drawOf))).every(({ phase }) => phase === 'drawn'));
    for (const [i, saleId] of saleIds.entries()) {
      const { root, frozenAt, beacon } = await drawOf(saleId);
      expect({ root, frozenAt, round: beacon!.round }).toEqual({
        root: before[i]!.root,
        frozenAt: before[i]!.frozenAt,
        round: before[i]!.beacon!.round,
      });
      expect(beacon!.status).toBe('verified');
      expect((await eventsOf(redis, saleId)).filter(({ type }) => type === 'frozen')).toHaveLength(1);
      expect((await checkSale(redis, saleId))!.results.filter(({ verdict }) => verdict !== 'holds')).toEqual([]);
    }
    expect(second.failed).toEqual([]);
  }, 30_000);
});
