import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits, sampleColumns, type SampleColumn } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { hold } from '../../purchase/src/scripts/hold.ts';
import { purchase } from '../../purchase/src/scripts/purchase.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { readSamples, thin } from '../src/read-samples.ts';
import { complete } from '../src/scripts/complete.ts';
import { deleteSale } from '../src/scripts/delete-sale.ts';
import { issueTicket } from '../src/scripts/issue-ticket.ts';
import { readStats } from '../src/scripts/read-stats.ts';
import { redeem } from '../src/scripts/redeem.ts';
import { report } from '../src/scripts/report.ts';
import { sample } from '../src/scripts/sample.ts';
import { setStatus } from '../src/scripts/set-status.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const named = (row: readonly number[]) =>
  Object.fromEntries(sampleColumns.map((name, i) => [name, row[i]])) as Record<SampleColumn, number>;
const samplesOf = async (saleId: string, afterMs: number | null = null) => (await readSamples(redis, saleId, afterMs)).map(named);
const sampled = async (saleId: string): Promise<number | null> => {
  const reply = await sample.run(redis, saleId, null);
  return reply.outcome === 'sampled' ? reply.atMs : null;
};
const liveOf = async (saleId: string) => answerOf(await readStats.run(redis, saleId, { members: 0 })).live;
const busySale = async (): Promise<string> => {
  const saleId = await newSale(redis, { activeLimit: 100 });
  await join.run(
    redis,
    saleId,
    Array.from({ length: 10 }, (_, i) => `v${i + 1}`),
  );
  await admitNow(redis, saleId, 4);
  await hold.run(redis, saleId, { visitor: 'v1', quantity: 3, key: 'k', fingerprint: 'f', holdId: 'h_1' });
  await purchase.run(redis, saleId, [{ visitor: 'v2', quantity: 2, key: 'k', fingerprint: 'f', purchaseId: 'p_1' }]);
  return saleId;
};

describe('a sample', () => {
  it("contains the sale's counts in Redis, in the columns of the contract", async () => {
    const saleId = await busySale();
    await report.run(redis, saleId, { gateway: 'g1', browsers: 7, estimates: 3, errorSeconds: 1.5 });
    const atMs = await sampled(saleId);
    expect(await samplesOf(saleId)).toEqual([
      {
        atMs,
        waiting: 6,
        active: 3,
        admitted: 4,
        purchases: 1,
        left: 95,
        held: 3,
        sold: 2,
        browsers: 7,
        estimates: 3,
        estimateErrorSeconds: 1.5,
        epoch: 1,
        sinceLastMs: 0,
        joined: 10,
        frontier: 4,
        paceWanted: 50,
        activeLimit: 100,
        completed: 0,
        abandoned: 0,
        lastWaitMs: 0,
      },
    ]);
  });

  it('counts how the visits to a shop ended', async () => {
    const returnUrl = 'https://shop.test/';
    const saleId = await newSale(redis, { kind: 'gate', stock: undefined, returnUrls: [returnUrl] });
    await join.run(redis, saleId, ['v1', 'v2', 'v3', 'v4']);
    await admitNow(redis, saleId, 4);
    for (const [visitor, outcome] of [
      ['v1', 'purchased'],
      ['v2', 'abandoned'],
      ['v3', 'purchased'],
    ] as const) {
      const passId = `${saleId}.${visitor}`;
      const ticket = { visitor, ticketHash: `of ${visitor}`, newPassId: passId, returnUrl, returnUrls: JSON.stringify([returnUrl]) };
      expect(await issueTicket.run(redis, saleId, ticket)).toMatchObject({ outcome: 'issued' });
      await redeem.run(redis, saleId, { ticketHash: ticket.ticketHash, key: undefined, keyId: 'k', shop: '' });
      expect(await complete.run(redis, saleId, { passId, outcome, shop: '' })).toMatchObject({ outcome: 'completed' });
    }
    await sampled(saleId);
    expect((await samplesOf(saleId)).at(-1)).toMatchObject({ active: 1, completed: 2, abandoned: 1 });
  });

  it('of an older version is answered as it is, without the columns it lacks', async () => {
    const saleId = await newSale(redis);
    await redis.xadd(keys.samples(saleId), `${Date.now() - 2_000}-0`, 'row', '5 0 0 0 0 0 0 0 0 0 0 1000');
    await redis.xadd(keys.samples(saleId), `${Date.now() - 1_000}-0`, 'row', '5 0 0 0 0 0 0 0 0 0 0');
    await sampled(saleId);
    expect((await samplesOf(saleId)).map(({ waiting, completed }) => [waiting, completed])).toEqual([
      [5, undefined],
      [0, 0],
    ]);
  });

  it('is answered only when it is newer than `after`', async () => {
    const saleId = await newSale(redis);
    await redis.xadd(keys.samples(saleId), '1000-0', 'row', '1 0 0 0 0 0 0 0 0 0 0 0');
    await redis.xadd(keys.samples(saleId), '2000-0', 'row', '2 0 0 0 0 0 0 0 0 0 0 0');
    expect((await samplesOf(saleId, 1_000)).map(({ waiting }) => waiting)).toEqual([2]);
    expect(await samplesOf(saleId, 2_000)).toEqual([]);
  });

  it('is forgotten after an hour', async () => {
    const saleId = await newSale(redis);
    const hoursAgo = Date.now() - 2 * limits.samplesMs;
    const pipeline = redis.pipeline();
    for (let i = 0; i < 1_000; i += 1) pipeline.xadd(keys.samples(saleId), `${hoursAgo + i}-0`, 'row', '1 0 0 0 0 0 0 0 0 0 0 0');
    await pipeline.exec();
    const atMs = await sampled(saleId);
    expect((await samplesOf(saleId)).map((row) => row.atMs)).toEqual([atMs]);
    expect(await redis.xlen(keys.samples(saleId))).toBeLessThan(300);
  });

  it('goes on when the clock of Redis was set back', async () => {
    const saleId = await newSale(redis);
    await redis.xadd(keys.samples(saleId), `${Date.now() + 86_400_000}-0`, 'row', '1 0 0 0 0 0 0 0 0 0 0 0');
    const atMs = await sampled(saleId);
    expect((await samplesOf(saleId)).map((row) => row.atMs)).toEqual([atMs]);
  });

  it('leaves nothing behind of a sale that is no more', async () => {
    const saleId = await busySale();
    await sample.run(redis, saleId, null);
    await setStatus.run(redis, saleId, { verb: 'close' });
    await deleteSale.run(redis, saleId, {});
    expect(await sample.run(redis, saleId, null)).toEqual({ outcome: 'skipped' });
    expect(await report.run(redis, saleId, { gateway: 'g1', browsers: 1, estimates: 0, errorSeconds: 0 })).toBe('no_sale');
    expect(await redis.exists(keys.samples(saleId), keys.browsers(saleId))).toBe(0);
  });

  it('older than ten minutes stands for five, and a missed tick among them is kept', () => {
    const rows = Array.from({ length: 3_600 }, (_, i) =>
      sampleColumns.map((name) => (name === 'atMs' ? i * 1_000 : name === 'sinceLastMs' && i === 7 ? 3_200 : 0)),
    );
    const shown = thin(rows, 3_599_000).map(named);
    expect(shown).toHaveLength(600 + 601);
    expect([shown.at(-1)!.atMs, shown[1]!.atMs, shown[1]!.sinceLastMs, shown[2]!.sinceLastMs]).toEqual([3_599_000, 9_000, 3_200, 0]);
  });
});

describe('reports of gateways', () => {
  it('adds up, and saying it twice changes nothing', async () => {
    const saleId = await newSale(redis);
    for (let i = 0; i < 2; i += 1) await report.run(redis, saleId, { gateway: 'g1', browsers: 40, estimates: 10, errorSeconds: 2.25 });
    await report.run(redis, saleId, { gateway: 'g2', browsers: 2, estimates: 1, errorSeconds: 0 });
    expect(await liveOf(saleId)).toEqual({ browsers: 42, estimates: 11, errorSeconds: 2.25, gateways: 2, refused: 0 });
  });

  it('counts no browsers of a gateway that fell silent, and keeps its totals', async () => {
    const saleId = await newSale(redis);
    await redis.hset(keys.browsers(saleId), 'g_dead', `${Date.now() - limits.reportFreshMs - 1_000} 500 8 4.000`);
    await report.run(redis, saleId, { gateway: 'g1', browsers: 3, estimates: 0, errorSeconds: 0 });
    expect(await liveOf(saleId)).toEqual({ browsers: 3, estimates: 8, errorSeconds: 4, gateways: 1, refused: 0 });
  });

  it('adds up the refusals of gateways that are not silent; a gateway of an older version tells none', async () => {
    const saleId = await newSale(redis);
    await redis.hset(keys.browsers(saleId), {
      g_dead: `${Date.now() - limits.reportFreshMs - 1_000} 500 8 4.000 90`,
      g_older: `${Date.now()} 5 1 0.500`,
    });
    const quiet = { browsers: 1, estimates: 1, errorSeconds: 0 };
    await report.run(redis, saleId, { gateway: 'g1', ...quiet, refused: 12 });
    await report.run(redis, saleId, { gateway: 'g2', ...quiet, refused: 3 });
    await report.run(redis, saleId, { gateway: 'g3', ...quiet });
    expect(await liveOf(saleId)).toEqual({ browsers: 8, estimates: 12, errorSeconds: 4.5, gateways: 4, refused: 15 });
    await sampled(saleId);
    expect((await samplesOf(saleId)).at(-1)).toMatchObject({ browsers: 8, estimates: 12, estimateErrorSeconds: 4.5 });
    await report.run(redis, saleId, { gateway: 'g1', ...quiet, refused: 0 });
    expect((await liveOf(saleId)).refused).toBe(3);
    // What an instance of an older version reads.
    expect(await redis.hget(keys.browsers(saleId), 'g1')).toMatch(/^\d+ 1 1 0\.000$/);
  });

  it('is forgotten after an hour of silence', async () => {
    const saleId = await newSale(redis);
    await redis.hset(keys.browsers(saleId), 'g_old', `${Date.now() - limits.samplesMs - 1_000} 500 8 4.000`);
    await report.run(redis, saleId, { gateway: 'g1', browsers: 3, estimates: 0, errorSeconds: 0 });
    expect(await redis.hkeys(keys.browsers(saleId))).toEqual(['g1']);
    expect(await redis.pttl(keys.browsers(saleId))).toBeGreaterThan(limits.samplesMs - 10_000);
  });
});
