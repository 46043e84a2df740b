import { expect } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { eventsOf } from '../../../tests/fixtures/sale.ts';

interface Kept {
  visitor: string;
  quantity: number;
  cancelledAtMs?: number;
}
const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);
const kept = (hash: Record<string, string>) => Object.values(hash).map((json) => JSON.parse(json) as Kept);

/** I1 and I9 at rest: stock, holds, purchases, receipts and events agree. */
export const checkStock = async (
  redis: RedisClient,
  saleId: string,
): Promise<{ total: number; left: number; held: number; sold: number }> => {
  const raw = await redis.hgetall(keys.stock(saleId));
  const [total, left, held, sold] = ['total', 'left', 'held', 'sold'].map((name) => Number(raw[name])) as [number, number, number, number];
  expect(left + held + sold).toBe(total);
  expect(Math.min(left, held, sold)).toBeGreaterThanOrEqual(0);

  const holdData = await redis.hgetall(keys.holdData(saleId));
  const purchases = await redis.hgetall(keys.purchases(saleId));
  expect(sum(kept(holdData).map(({ quantity }) => quantity))).toBe(held);
  const cancelled = kept(purchases).filter(({ cancelledAtMs }) => cancelledAtMs !== undefined);
  expect(sum(kept(purchases).map(({ quantity }) => quantity)) - sum(cancelled.map(({ quantity }) => quantity))).toBe(sold);
  expect(sum(Object.values(await redis.hgetall(keys.bought(saleId))).map(Number))).toBe(sold);
  expect((await redis.zrange(keys.holds(saleId), '0', '-1')).sort()).toEqual(Object.keys(holdData).sort());
  const receipts = Object.values(await redis.hgetall(keys.receipts(saleId))).flatMap((json) => JSON.parse(json) as string[]);
  expect(receipts.sort()).toEqual(Object.keys(purchases).sort());
  // Every purchase is listed once, as its number.
  const listed = await redis.lrange(keys.orders(saleId), 0, -1);
  const numbers = listed.map((id) => (JSON.parse(purchases[id]!) as { n: number }).n);
  expect(numbers).toEqual(Object.keys(purchases).map((_, i) => i + 1));
  // The living hold of a session exists, and belongs to it.
  const sessions = Object.entries(await redis.hgetall(keys.sessions(saleId))).filter(([, hold]) => hold !== '');
  expect(sessions.map(([, hold]) => hold).sort()).toEqual(Object.keys(holdData).sort());
  for (const [visitor, hold] of sessions) expect((JSON.parse(holdData[hold]!) as Kept).visitor).toBe(visitor);

  const events = await eventsOf(redis, saleId);
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => `${i + 1}-0`));
  const count = (type: string) => events.filter((event) => event.type === type).length;
  expect(count('purchased')).toBe(Object.keys(purchases).length);
  expect(Number((await redis.hget(keys.flow(saleId), 'purchased')) ?? 0)).toBe(count('purchased'));
  expect(count('cancelled')).toBe(cancelled.length);
  const endedHolds = count('released') + events.filter(({ type, data }) => type === 'purchased' && data['holdId'] !== undefined).length;
  expect(count('held') - endedHolds).toBe(Object.keys(holdData).length);
  return { total, left, held, sold };
};
