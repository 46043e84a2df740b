import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { listOrders } from '../src/orders/list-orders.ts';
import { ordersCsv } from '../src/orders/orders-csv.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const idOf = (n: number): string => `p_${String(n).padStart(22, 'x')}`;
/** Purchases as scripts store them; those up to `old` are from before the list of orders. */
const fill = async (saleId: string, count: number, { old = 0, visitor = (n: number) => `v${n}` } = {}): Promise<void> => {
  const stored = Array.from({ length: count }, (_, i) => i + 1).map((n): [string, string] => [
    idOf(n),
    JSON.stringify({ purchaseId: idOf(n), visitor: visitor(n), quantity: 1, purchasedAtMs: n, ...(n > old ? { n } : {}) }),
  ]);
  await redis.hset(keys.purchases(saleId), Object.fromEntries(stored));
  if (count > old) await redis.rpush(keys.orders(saleId), ...stored.slice(old).map(([id]) => id));
  await redis.hset(keys.flow(saleId), 'purchased', count);
};
const exportOf = async (saleId: string) =>
  ordersCsv(redis, saleId, {}, await listOrders(redis, saleId, { cursor: null, most: limits.ordersPerCall }));
const idsIn = (text: string): string[] => [...text.matchAll(/^"(p_\w+)"/gm)].map(([, id]) => id!);
const textOf = async (parts: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const part of parts) text += part;
  return text;
};
const most = limits.ordersPerCall;

describe('an export', () => {
  it('has each order once, newest first, a page of Redis at a time, by two callers at once and while others buy', async () => {
    const saleId = await newSale(redis);
    await fill(saleId, 2 * most + 300);
    const expected = Array.from({ length: 2 * most + 300 }, (_, i) => idOf(2 * most + 300 - i));
    const [one, two] = await Promise.all([exportOf(saleId), exportOf(saleId)]);
    const head = (await one.next()).value as string;
    await one.next();
    await redis.rpush(keys.orders(saleId), idOf(9_999));
    await redis.hset(keys.flow(saleId), 'purchased', 2 * most + 301);
    const [restOfOne, ofTwo] = await Promise.all([textOf(one), textOf(two)]);
    expect(idsIn(restOfOne)).toEqual(expected.slice(most));
    expect(idsIn(ofTwo)).toEqual(expected);
    expect(ofTwo.startsWith(head)).toBe(true);
    for await (const part of await exportOf(saleId)) expect(idsIn(part).length).toBeLessThanOrEqual(most);
  });

  it.each([
    ['listed', 0],
    ['from before the list', 2 * most],
  ])('fails when its sale is deleted meanwhile, its orders being %s: it must not look whole', async (_, old) => {
    const saleId = await newSale(redis);
    await fill(saleId, 2 * most, { old });
    const parts = await exportOf(saleId);
    await parts.next();
    await parts.next();
    await redis.del(keys.sale(saleId), keys.purchases(saleId), keys.orders(saleId), keys.flow(saleId));
    await expect(textOf(parts)).rejects.toMatchObject({ code: 'sale_not_found' });
    for (const cursor of [null, '5', 'o0.0'])
      await expect(listOrders(redis, saleId, { cursor, most })).rejects.toMatchObject({ code: 'sale_not_found' });
  });

  it('fails when another sale has its id meanwhile', async () => {
    const saleId = await newSale(redis);
    await fill(saleId, 2 * most);
    const parts = await exportOf(saleId);
    await parts.next();
    await parts.next();
    await redis.hset(keys.sale(saleId), 'createdAt', '1');
    await expect(textOf(parts)).rejects.toMatchObject({ code: 'sale_not_found' });
  });

  it.each(['o18446744073709551616.0', 'o99999999999999999999.7'])('has no page %s: no cursor of Redis is that long', async (cursor) => {
    const saleId = await newSale(redis);
    await fill(saleId, 1);
    await expect(listOrders(redis, saleId, { cursor, most })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'query/cursor' }],
    });
    expect(await listOrders(redis, saleId, { cursor: 'o18446744073709551615.0', most })).toMatchObject({ orders: [] });
  });

  it('has no formula: ids, reference and reason begin with an apostrophe where a spreadsheet would run them', async () => {
    const saleId = await newSale(redis);
    for (const [i, sign] of ['=', '+', '-', '@', '\t', '\r'].entries()) {
      const id = `${sign}p${i}`;
      const order = {
        purchaseId: id,
        visitor: `${sign}v`,
        quantity: 1,
        purchasedAtMs: 1,
        n: i + 1,
        reference: `${sign}r`,
        reason: `${sign}why`,
      };
      await redis.hset(keys.purchases(saleId), id, JSON.stringify({ ...order, cancelledAtMs: 2 }));
      await redis.rpush(keys.orders(saleId), id);
      await redis.hset(keys.flow(saleId), 'purchased', i + 1);
    }
    const text = await textOf(await exportOf(saleId));
    const cells = [...text.matchAll(/"([^"]*)"/g)].map(([, cell]) => cell!);
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(cells.filter((cell) => /^'[=+\-@\t\r]/.test(cell))).toHaveLength(24);
  });
});

describe('a search', () => {
  it('looks at no more than a bounded number of orders a call, whatever it asks for', async () => {
    const saleId = await newSale(redis);
    await fill(saleId, 4 * most, { visitor: () => 'one' });
    await redis.hset(keys.receipts(saleId), 'one', JSON.stringify(Array.from({ length: 4 * most }, (_, i) => idOf(i + 1))));
    const words = Array.from({ length: 4 * most }, (_, i) => ['0', `rsame\u0001${String(i + 1).padStart(10, '0')}`]).flat();
    await redis.zadd(keys.orderWords(saleId), ...(words as [string, string]));
    /** Looks into the list of one call. */
    const looked = async (query: { q?: string; state?: 'cancelled' }): Promise<number> => {
      await redis.call('CONFIG', 'RESETSTAT');
      await listOrders(redis, saleId, { cursor: null, most: limits.ordersPerPage, ...query });
      const { calls } = /cmdstat_lindex:calls=(?<calls>\d+)/.exec(await redis.info('commandstats'))?.groups ?? { calls: '0' };
      return Number(calls);
    };
    // By word: one look in the list for each order that was found.
    expect(await looked({ q: 'same' })).toBe(limits.ordersFoundPerCall);
    const byVisitor = await listOrders(redis, saleId, { cursor: null, most: limits.ordersPerPage, q: 'one', state: 'cancelled' });
    expect(byVisitor).toMatchObject({ orders: [], next: String(3 * most + 1) });
    const ofState = await listOrders(redis, saleId, { cursor: null, most: limits.ordersPerPage, state: 'cancelled' });
    expect(ofState).toMatchObject({ orders: [], next: null });
    const unknown = await listOrders(redis, saleId, { cursor: null, most: limits.ordersPerPage, q: 'nothing like it' });
    expect(unknown).toMatchObject({ orders: [], next: null });
  });
});
