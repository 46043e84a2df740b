import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits, sampleColumns } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { readRows, rowOf } from '../src/report/read-rows.ts';
import { deleteSale } from '../src/scripts/delete-sale.ts';
import { sample } from '../src/scripts/sample.ts';
import { setStatus } from '../src/scripts/set-status.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const tick = async (saleId: string): Promise<number> => {
  const reply = await sample.run(redis, saleId, null);
  if (reply.outcome === 'skipped') return await tick(saleId);
  return reply.atMs;
};
const rowsAt = async (key: string): Promise<[atMs: number, row: string][]> =>
  (await redis.xrange(key, '-', '+')).map(([id, fields]) => [Number(id.split('-')[0]), fields[1]!]);
const minutesOf = (saleId: string) => rowsAt(keys.minutes(saleId));
/** As if the sale had been ticked before: moves what is kept of it into the past. */
const earlier = async (saleId: string, ms: number): Promise<void> => {
  for (const key of [keys.minutes(saleId), keys.samples(saleId)]) {
    const rows = await rowsAt(key);
    await redis.del(key);
    for (const [atMs, row] of rows) await redis.xadd(key, `${atMs - ms}-0`, 'row', row);
  }
};

describe('the rows of a whole sale', () => {
  it('begin with the first tick, and follow by the minute', async () => {
    const saleId = await newSale(redis);
    const first = await tick(saleId);
    await join.run(redis, saleId, ['a', 'b']);
    await tick(saleId);
    expect((await minutesOf(saleId)).map(([atMs]) => atMs)).toEqual([first]);
    await earlier(saleId, limits.minuteMs);
    const second = await tick(saleId);
    expect((await minutesOf(saleId)).map(([atMs, row]) => [atMs, rowOf([atMs, ...row.split(' ').map(Number)]).waiting])).toEqual([
      [first - limits.minuteMs, 0],
      [second, 2],
    ]);
    expect(await redis.pttl(keys.minutes(saleId))).toBeGreaterThan(limits.minutesMs - 10_000);
  });

  it('cost nothing while the sale rests, and the end of the rest is there', async () => {
    const saleId = await newSale(redis);
    const first = await tick(saleId);
    await earlier(saleId, 600_000);
    await tick(saleId);
    expect(await minutesOf(saleId)).toHaveLength(1);
    await earlier(saleId, 1_000);
    await join.run(redis, saleId, ['a']);
    const lastOfRest = (await rowsAt(keys.samples(saleId))).at(-1)![0];
    const awake = await tick(saleId);
    expect((await minutesOf(saleId)).map(([atMs]) => atMs)).toEqual([first - 601_000, lastOfRest, awake]);
  });

  it('wait for a clock that is less than an hour behind, and begin anew after a longer jump', async () => {
    for (const [aheadMs, kept] of [
      [limits.samplesMs - 60_000, true],
      [limits.samplesMs + 60_000, false],
    ] as const) {
      const saleId = await newSale(redis);
      const first = await tick(saleId);
      await earlier(saleId, -aheadMs);
      const now = await tick(saleId);
      expect((await minutesOf(saleId)).map(([atMs]) => atMs)).toEqual([kept ? first + aheadMs : now]);
      expect((await rowsAt(keys.samples(saleId))).map(([atMs]) => atMs)).toEqual([now]);
    }
  });

  it('are no older than 30 days, and end with the sale', async () => {
    const saleId = await newSale(redis);
    for (let i = 0; i < 300; i += 1)
      await redis.xadd(
        keys.minutes(saleId),
        `${Date.now() - limits.minutesMs - 600_000 + i}-0`,
        'row',
        Array(sampleColumns.length - 1)
          .fill(0)
          .join(' '),
      );
    const atMs = await tick(saleId);
    expect((await minutesOf(saleId)).length).toBeLessThan(200);
    expect((await readRows(redis, saleId)).map((row) => row.atMs)).toEqual([atMs]);
    const paces = async () => (await readRows(redis, saleId)).map(({ paceWanted }) => paceWanted);
    expect(await paces()).toEqual([50]);
    await setStatus.run(redis, saleId, { verb: 'close' });
    await tick(saleId);
    expect(await paces()).toEqual([50, 0]);
    expect(await deleteSale.run(redis, saleId, {})).toBe('deleted');
    expect(await redis.exists(keys.minutes(saleId))).toBe(0);
  });

  it('are read by the tick for the last hour, by the minute before, without those of older versions', async () => {
    const saleId = await newSale(redis, { activeLimit: 100 });
    await redis.xadd(keys.minutes(saleId), `${Date.now() - 7_200_000}-0`, 'row', '1 2 3');
    await tick(saleId);
    await earlier(saleId, 3_700_000);
    await join.run(redis, saleId, ['a', 'b', 'c']);
    const [second, third] = [await tick(saleId), (await admitNow(redis, saleId, 2), await tick(saleId))];
    const rows = await readRows(redis, saleId);
    expect(rows.slice(1).map(({ atMs, joined, frontier, admitted }) => [atMs, joined, frontier, admitted])).toEqual([
      [second, 3, 0, 0],
      [third, 3, 2, 2],
    ]);
    expect([rows.length, third - rows[0]!.atMs > 3_600_000]).toEqual([3, true]);
  });
});
