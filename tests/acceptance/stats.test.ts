import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keys, sampleColumns } from '@sunbeon/contracts';
import { createSale, gateways, joinAs, newSaleId, openLive, operator } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { testRedisUrl, until } from '../fixtures/sale.ts';
import { adminToken } from '../fixtures/stack.mjs';

const statsOf = async (saleId: string, afterMs?: number) => (await operator.stats(saleId, { afterMs })).body;
const column = (row: readonly number[], name: (typeof sampleColumns)[number]): number => row[sampleColumns.indexOf(name)]!;

/** The sum over all processes of one metric's series of a sale; those without a sale label when `saleId` is null. */
const metric = async (name: string, saleId: string | null, further = ''): Promise<number> => {
  const texts = await Promise.all(
    (process.env['TEST_OPS'] ?? '').split(',').map(async (ops) => await (await fetch(`${ops}/metrics`)).text()),
  );
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${name}{`) && (saleId === null || line.includes(`sale="${saleId}"`)) && line.includes(further))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};

describe('GET /api/admin/sales/{sale}/stats', () => {
  it('agrees with Redis and /metrics, through any gateway', async () => {
    const saleId = await createSale({ admitPerSecond: 5, activeLimit: 3, stock: 50 });
    const socketsBefore = await metric('sunbeon_sockets', null);
    const visitors = await Promise.all(Array.from({ length: 12 }, () => joinAs(saleId)));
    const lives = await Promise.all(visitors.map(({ token }, i) => openLive(saleId, token, { base: gateways()[i % gateways().length]! })));
    await until('three are inside', async () => (await statsOf(saleId)).sale.active === 3);
    const inside = (await Promise.all(visitors.map(async (one) => ((await one.place()).body.state === 'admitted' ? one : null)))).filter(
      (one) => one !== null,
    );
    expect((await inside[0]!.buy(2, 'k')).status).toBe(201);
    expect((await inside[1]!.hold(3, 'k')).status).toBe(201);
    await until('the slot is given on and every gateway reported', async () => {
      const { sale, browsers, purchases } = await statsOf(saleId);
      return sale.active === 3 && sale.waiting === 8 && purchases === 1 && browsers === 12;
    });
    const redis = new Redis(testRedisUrl());
    const figures = await statsOf(saleId);
    expect(figures).toMatchObject({
      purchases: 1,
      browsers: 12,
      gateways: 2,
      sale: { waiting: 8, active: 3, admitted: 4, joined: 12, stock: { total: 50, left: 45, held: 3, sold: 2 } },
    });
    expect(figures.refused).toBeGreaterThanOrEqual(0);
    expect(figures.redisSeconds).toBeGreaterThan(0);
    expect(figures.redisSeconds).toBeLessThan(2);
    expect([await redis.zcard(keys.queue(saleId)), await redis.zcard(keys.active(saleId)), await redis.get(keys.leader(saleId))]).toEqual([
      8,
      3,
      figures.sale.leader,
    ]);
    await until(
      'the leader has reported it too',
      async () =>
        (await metric('sunbeon_stock_tickets', saleId, 'state="held"')) === 3 && (await metric('sunbeon_waiting_visitors', saleId)) === 8,
    );
    expect([
      await metric('sunbeon_waiting_visitors', saleId),
      await metric('sunbeon_active_visitors', saleId),
      await metric('sunbeon_sale_admitted_total', saleId),
      await metric('sunbeon_epoch', saleId),
      await metric('sunbeon_stock_tickets', saleId, 'state="left"'),
      (await metric('sunbeon_sockets', null)) - socketsBefore,
    ]).toEqual([8, 3, 4, figures.sale.epoch, 45, 12]);
    expect(figures.invariants.map(({ invariant, verdict }) => [invariant, verdict])).toEqual([
      ['I1', 'holds'],
      ['I2', 'holds'],
      ['I3', 'holds'],
      ['I7', 'holds'],
      ['I9', 'holds'],
    ]);
    lives[0]!.close();
    await until('one browser fewer', async () => (await statsOf(saleId)).browsers === 11, 2_000);
    await redis.hincrby(keys.stock(saleId), 'left', -1);
    expect((await statsOf(saleId)).invariants[0]).toMatchObject({
      invariant: 'I1',
      verdict: 'broken',
      text: expect.stringContaining('does not add up'),
    });
    await redis.hincrby(keys.stock(saleId), 'left', 1);
    redis.disconnect();
    for (const live of lives) live.close();
  });

  it('keeps a sample of each tick, and gives only those that are new', async () => {
    const saleId = await createSale({ admitPerSecond: 1 });
    await until('three ticks', async () => (await statsOf(saleId)).samples.length >= 3);
    const { samples, sale } = await statsOf(saleId);
    expect(samples.every((row) => row.length === sampleColumns.length)).toBe(true);
    expect(Date.parse(sale.serverTime) - column(samples.at(-1)!, 'atMs')).toBeLessThan(2_000);
    const last = column(samples.at(-1)!, 'atMs');
    await until('the next one', async () => (await statsOf(saleId, last)).samples.length > 0, 2_500);
    expect(column((await statsOf(saleId, last)).samples[0]!, 'atMs')).toBeGreaterThan(last);
  });

  it('becomes a report of the whole sale: waits, no-shows, pace and rows', async () => {
    const saleId = await createSale({ admitPerSecond: 2, activeLimit: 100, claimSeconds: 3, stock: 50 });
    const visitors = await Promise.all(Array.from({ length: 12 }, () => joinAs(saleId)));
    const stateOf = async (i: number) => (await visitors[i]!.place()).body.state;
    await until('the first is inside', async () => (await stateOf(0)) === 'admitted');
    expect((await visitors[0]!.claim()).status).toBe(200);
    const order = (await visitors[0]!.buy(2, 'k')).body;
    expect((await operator.cancelOrder(saleId, order.purchaseId, { reason: 'Refund', restock: true })).status).toBe(200);
    await until('all others have missed their claim', async () => (await statsOf(saleId)).sale.expired === 11, 20_000);
    await operator.close(saleId);
    const { status, body } = await operator.report(saleId);
    expect([status, body]).toMatchObject([
      200,
      { purchases: 1, cancelledOrders: 1, cancelledTickets: 2, noShows: 11, sale: { status: 'closed', admitted: 12 } },
    ]);
    // Twelve came at once, two a second go in.
    expect(body.waits!.longestSeconds).toBeGreaterThan(3);
    expect(body.waits!.longestSeconds).toBeLessThan(9);
    expect(body.waits!.p50Seconds).toBeLessThan(body.waits!.longestSeconds);
    expect(body.waits!.measured).toBe(12);
    expect(body.paceKept).toBeGreaterThan(0.5);
    expect(body.rows.map((row) => column(row, 'admitted')).at(-1)).toBe(12);
    expect(Date.parse(body.to!) - Date.parse(body.from!)).toBeGreaterThan(5_000);
    expect(await operator.report('nowhere')).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
  });

  it('requires the operator, an existing sale and a valid `after`', async () => {
    const saleId = await createSale();
    const { token } = await joinAs(saleId);
    for (const stranger of [undefined, token, 'operator-token-of-somebody']) {
      for (const path of [`/${saleId}/stats`, '']) {
        expect(await rawCall('GET', `/api/admin/sales${path}`, stranger === undefined ? {} : { token: stranger })).toMatchObject({
          status: 401,
          body: { code: 'invalid_token' },
        });
      }
    }
    expect(await operator.stats('nowhere')).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
    for (const after of ['?after=x', '?after=-1', '?after=1&after=2', '?before=1', '?after=']) {
      expect([after, (await rawCall('GET', `/api/admin/sales/${saleId}/stats${after}`, { token: adminToken })).status]).toEqual([
        after,
        after === '?before=1' ? 200 : 400,
      ]);
    }
  });
});

describe('GET /api/admin/sales', () => {
  it("lists every sale with its operator's properties", async () => {
    const saleId = newSaleId();
    await operator.create({ saleId, title: 'Listed', stock: 7, opensAt: new Date(Date.now() + 3_600_000).toISOString() });
    const { body } = await operator.sales({ limit: 500 });
    expect(body.sales.find((sale) => sale.saleId === saleId)).toMatchObject({
      title: 'Listed',
      status: 'scheduled',
      version: 1,
      claimSeconds: 60,
      stock: { total: 7 },
    });
  });
});
