import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { keys, limits, saleKeys, type Line } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { gatewayOfTests, startGateway } from '../../../tests/fixtures/gateway.ts';
import { admitNow, newSale, until } from '../../../tests/fixtures/sale.ts';
import { placeOf, type Line as PackageLine } from '../../../packages/line/src/index.ts';
import { createSale } from '../../admission/src/scripts/create-sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { leave } from '../../queue/src/scripts/leave.ts';

const { redis, gateway } = await gatewayOfTests();
const second = await startGateway();
afterAll(second.stop);
const bases = [gateway.base, second.base] as const;

const pathOf = (saleId: string): string => `/api/sales/${saleId}/line`;
const get = (path: string, { base = bases[0], ...init }: RequestInit & { base?: string } = {}) => fetch(base + path, init);
const lineOf = async (saleId: string, base?: string): Promise<Line> => {
  const answer = await get(pathOf(saleId), base === undefined ? {} : { base });
  if (answer.status !== 200) throw new Error(`the line answers ${answer.status}`);
  return (await answer.json()) as Line;
};
/** Joins `from` to `through`: visitor v7 has the seq 7 in a new sale. */
const joinAll = async (saleId: string, from: number, through: number): Promise<void> => {
  for (let at = from; at <= through; at += 128)
    await join.run(
      redis,
      saleId,
      Array.from({ length: Math.min(128, through + 1 - at) }, (_, i) => `v${at + i}`),
    );
};
const leaveAll = (saleId: string, seqs: readonly number[]): Promise<unknown> =>
  Promise.all(seqs.map((seq) => leave.run(redis, saleId, { visitor: `v${seq}` })));
const stateOf = async (saleId: string): Promise<{ ranks: Map<number, number>; left: number; frontier: number }> => {
  const [rows, left, frontier] = await Promise.all([
    redis.zrange(keys.queue(saleId), '0', '-1', 'WITHSCORES'),
    redis.bitcount(keys.departed(saleId)),
    redis.hget(keys.flow(saleId), 'frontier'),
  ]);
  const seqs = rows.filter((_, i) => i % 2 === 1).map(Number);
  return { ranks: new Map(seqs.map((seq, rank) => [seq, rank + 1])), left, frontier: Number(frontier) };
};
/** Waits until the line of this gateway shows all that Redis has; then compares every waiting visitor's place. */
const compareAll = async (saleId: string, base: string): Promise<number> => {
  const { ranks, left, frontier } = await stateOf(saleId);
  let line = await lineOf(saleId, base);
  const shown = async () => {
    line = await lineOf(saleId, base);
    const before = line.departures.from * limits.departuresBlockSeqs;
    const whole = await redis.bitcount(keys.departed(saleId), Math.floor(before / 8), -1);
    return line.frontier === frontier && line.departures.counts.reduce((sum, n) => sum + n, 0) === whole;
  };
  await until('the line shows everything', shown);
  expect(left).toBeGreaterThan(0);
  const bitmaps = new Map<number, Uint8Array>();
  for (const [seq, rank] of ranks) {
    let place = placeOf(line satisfies PackageLine, seq, bitmaps, line.generation);
    if (place.state === 'incomplete') {
      for (const { block, path } of place.blocks) bitmaps.set(block, new Uint8Array(await (await get(path, { base })).arrayBuffer()));
      place = placeOf(line, seq, bitmaps, line.generation);
    }
    if (place.state !== 'waiting' || place.position !== rank)
      throw new Error(`seq ${seq} stands at ${rank}, the line says ${JSON.stringify(place)}`);
  }
  return ranks.size;
};

describe('the public line', () => {
  it('gives ZRANK + 1 to every waiting visitor, from both gateways, while people leave, join and are admitted', async () => {
    const saleId = await newSale(redis, { stock: 100_000, activeLimit: 100_000 });
    await joinAll(saleId, 1, 9_000);
    const leaving = Array.from({ length: 900 }, (_, i) => 9_000 - i * 9);
    for (let round = 0; round < 3; round += 1) {
      await leaveAll(saleId, leaving.slice(round * 300, round * 300 + 300));
      await admitNow(redis, saleId, 250);
      await joinAll(saleId, 9_001 + round * 50, 9_050 + round * 50);
      for (const base of bases) expect(await compareAll(saleId, base)).toBeGreaterThan(7_000);
    }
  });

  it('is one answer for everyone, which any page may read and caches keep for a second', async () => {
    const saleId = await newSale(redis);
    await joinAll(saleId, 1, 20);
    const plain = await get(pathOf(saleId));
    const body = await plain.text();
    const other = await get(pathOf(saleId), {
      headers: { cookie: `sunbeon_${saleId}=x.y.z`, authorization: 'Bearer x', origin: 'http://elsewhere.test' },
    });
    expect(await other.text()).toBe(body);
    for (const { headers } of [plain, other]) {
      expect(headers.get('cache-control')).toBe('public, max-age=1, stale-if-error=30');
      expect(headers.get('vary')).toBe('Accept-Encoding');
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('etag')).toMatch(/^"[\w-]+"$/);
    }
    const same = await get(pathOf(saleId), { headers: { 'if-none-match': plain.headers.get('etag')! } });
    expect([same.status, await same.text(), same.headers.get('cache-control')]).toEqual([304, '', 'public, max-age=1, stale-if-error=30']);
    expect(JSON.parse(body)).toMatchObject({ version: 1, saleId, status: 'open', lastSeq: 20, frontier: 0, waiting: 20, next: 1_000 });
    const allowed = await get(`/api/sales/${saleId}/queue/me`, { headers: { origin: 'http://shop.test' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://shop.test');
    expect(allowed.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('names a block of departures by its content: the newest count is kept for ever, an older one is redirected, any other is not there', async () => {
    const saleId = await newSale(redis);
    await joinAll(saleId, 1, 20);
    await leaveAll(saleId, [1, 7, 8, 10]);
    await until('four have left', async () => (await lineOf(saleId)).departures.counts[0] === 4);
    const { generation } = await lineOf(saleId);
    const at = (path: string, init: RequestInit = {}) => get(`${pathOf(saleId)}/${path}`, { redirect: 'manual', ...init });
    const newest = await at(`${generation}/departures/0/4`);
    const bits = new Uint8Array(await newest.arrayBuffer());
    expect([newest.status, bits.length, [...bits.slice(0, 2)]]).toEqual([200, 512, [0b1000_0010, 0b0000_0101]]);
    expect(newest.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(newest.headers.get('content-type')).toBe('application/octet-stream');
    expect([newest.headers.get('vary'), newest.headers.get('access-control-allow-origin')]).toEqual(['Accept-Encoding', '*']);
    const older = await at(`${generation}/departures/0/2`);
    expect([older.status, older.headers.get('location'), older.headers.get('cache-control')]).toEqual([307, '4', 'no-store']);
    expect((await at(`${generation}/departures/0/2`, { redirect: 'follow' })).url).toMatch(/\/departures\/0\/4$/);
    for (const path of ['0/5', '1/0', '0/04', '-1/0', '0/x']) {
      const none = await at(`${generation}/departures/${path}`);
      expect([path, none.status, none.headers.get('cache-control')]).toEqual([path, 404, 'no-store']);
    }
    const foreign = await at(`${generation + 1}/departures/0/4`);
    expect([foreign.status, await foreign.json()]).toMatchObject([404, { code: 'no_departures' }]);
  });

  it('costs Redis nothing per request: 10,000 requests run no more commands than the ticks of their time', async () => {
    const saleId = await newSale(redis);
    await joinAll(saleId, 1, 10);
    await lineOf(saleId);
    // Every command of this process, of its two gateways: the server of the run counts those of other files, too.
    const sent = jest.spyOn(Redis.prototype, 'sendCommand');
    const startedMs = performance.now();
    for (let asked = 0; asked < 10_000; asked += 50)
      await Promise.all(Array.from({ length: 50 }, async () => (await get(pathOf(saleId))).arrayBuffer()));
    const seconds = (performance.now() - startedMs) / 1_000;
    const commands = sent.mock.calls.length;
    sent.mockRestore();
    // Reads of the streams, comparisons and reads of the sales that the other tests left.
    expect(commands).toBeGreaterThan(0);
    expect(commands).toBeLessThan(Math.min(5_000, 100 + 100 * seconds));
  });

  it('is 404 for a sale that does not exist, and for one that was deleted; one made anew has another generation', async () => {
    const none = await get(pathOf('no_such_sale'));
    expect([none.status, none.headers.get('cache-control'), none.headers.get('access-control-allow-origin')]).toEqual([
      404,
      'no-store',
      '*',
    ]);
    const saleId = await newSale(redis);
    await joinAll(saleId, 1, 10);
    await leaveAll(saleId, [3]);
    const old = await lineOf(saleId);
    await redis.del(...saleKeys.map((name) => keys[name](saleId)));
    await until('the sale is gone', async () => (await get(pathOf(saleId))).status === 404);
    await createSale.run(redis, saleId, { saleId, title: 'Anew', stock: 10 });
    await until('the new sale has a line', async () => (await get(pathOf(saleId))).status === 200);
    const line = await lineOf(saleId);
    expect(line.generation).toBeGreaterThan(old.generation);
    expect(line.departures.counts).toEqual([0]);
    expect(placeOf(line, 5, new Map(), old.generation)).toEqual({ state: 'other_generation' });
  });

  it('is exact again after a gateway lost events of the stream', async () => {
    const saleId = await newSale(redis, { activeLimit: 1_000 });
    await joinAll(saleId, 1, 100);
    await lineOf(saleId);
    const burst = redis.multi().hincrby(keys.flow(saleId), 'event', 50);
    for (const seq of [20, 30]) burst.setbit(keys.departed(saleId), seq, 1).zrem(keys.queue(saleId), `v${seq}`);
    await burst.exec();
    await leaveAll(saleId, [40]);
    await compareAll(saleId, bases[0]);
  });

  it('goes on with the last line while Redis hangs, without a wait for each request, and is fresh again after', async () => {
    const saleId = await newSale(redis);
    await joinAll(saleId, 1, 10);
    const before = await lineOf(saleId);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    // Shorter than the time limit of a command: other files use this Redis, too.
    await redis.call('CLIENT', 'PAUSE', '1600', 'ALL');
    const waits: number[] = [];
    for (const endMs = performance.now() + 1_200; performance.now() < endMs;) {
      const sentMs = performance.now();
      expect((await lineOf(saleId)).lastSeq).toBe(before.lastSeq);
      waits.push(performance.now() - sentMs);
    }
    // The first of each second asks Redis.
    expect(Math.max(...waits)).toBeLessThan(1_000);
    expect(waits.filter((ms) => ms > 200).length).toBeLessThanOrEqual(10);
    await leaveAll(saleId, [4]);
    await until('the departure', async () => (await lineOf(saleId)).departures.counts[0] === 1);
  });
});
