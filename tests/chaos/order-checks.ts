import { isDeepStrictEqual } from 'node:util';
import { keys } from '@sunbeon/contracts';
import type { Redis } from 'ioredis';
import { eventsOf } from '../fixtures/sale.ts';
import type { History } from './history.ts';

interface Kept {
  quantity: number;
  cancelledAtMs?: number;
  restock?: boolean;
  checkedInAtMs?: number;
  checkedInKey?: string;
}
const changeOf = ({ cancelledAtMs, restock, checkedInAtMs }: Kept): string | null => {
  if (cancelledAtMs !== undefined) return checkedInAtMs === undefined ? (restock ? 'restock' : 'remove') : 'both';
  return checkedInAtMs === undefined ? null : 'check in';
};
/** The one refusal of each change to an order that has another one. */
const refusals: Record<string, Record<string, string>> = {
  restock: { remove: 'already_cancelled', 'check in': 'order_cancelled' },
  remove: { restock: 'already_cancelled', 'check in': 'order_cancelled' },
  'check in': { restock: 'already_checked_in', remove: 'already_checked_in', 'check in': 'already_checked_in' },
};

/** Each order is changed once, as one of its callers asked; its answers are the same, and its event is one (I8, I9); the stock adds up (I1). */
export const orderFaults = async (redis: Redis, saleId: string, total: number, { orders }: History): Promise<string[]> => {
  const kept = new Map(Object.entries(await redis.hgetall(keys.purchases(saleId))).map(([id, json]) => [id, JSON.parse(json) as Kept]));
  const faults: string[] = [];
  const first = new Map<string, (typeof orders)[number]>();
  for (const one of orders) {
    const now = changeOf(kept.get(one.purchaseId) ?? { quantity: 0 });
    if (one.outcome === 'refused' && (now === null || refusals[now]?.[one.change] !== one.code))
      faults.push(`I8: ${one.change} of ${one.purchaseId} was refused as ${one.code}, and it is ${now}`);
    if (one.outcome === 'refused' && one.key === kept.get(one.purchaseId)?.checkedInKey)
      faults.push(`I8: ${one.key} checked ${one.purchaseId} in, and was refused`);
    if (one.outcome !== 'ok') continue;
    if (now !== one.change) faults.push(`I8: ${one.change} of ${one.purchaseId} was acknowledged, and it is ${now}`);
    const before = first.get(one.purchaseId);
    first.set(one.purchaseId, before ?? one);
    if (before !== undefined && before.key !== one.key) faults.push(`I8: ${one.purchaseId} was changed by ${before.key} and by ${one.key}`);
    if (before !== undefined && !isDeepStrictEqual(before.order, one.order)) faults.push(`I8: ${one.purchaseId} has two answers`);
  }
  const events = new Map<string, string[]>();
  for (const { type, data } of await eventsOf(redis as never, saleId)) {
    if (type !== 'cancelled' && type !== 'checked_in') continue;
    const id = data['purchaseId'] as string;
    const change = type === 'checked_in' ? 'check in' : data['restock'] === true ? 'restock' : 'remove';
    events.set(id, [...(events.get(id) ?? []), change]);
  }
  const asked = new Set(orders.map(({ purchaseId, change }) => `${purchaseId} ${change}`));
  const sums = { sold: 0, removed: 0 };
  for (const [id, order] of kept) {
    const change = changeOf(order);
    if (change === null || change === 'check in') sums.sold += order.quantity;
    if (change === 'remove') sums.removed += order.quantity;
    if (!isDeepStrictEqual(events.get(id) ?? [], change === null ? [] : [change]))
      faults.push(`I9: ${id} is ${change}, its events are ${(events.get(id) ?? []).join()}`);
    if (change !== null && !asked.has(`${id} ${change}`)) faults.push(`${id} is ${change}, and nobody asked for it`);
  }
  const stock = await redis.hgetall(keys.stock(saleId));
  const expected = { total: total - sums.removed, left: total - sums.removed - sums.sold, held: 0, sold: sums.sold };
  for (const [name, value] of Object.entries(expected))
    if (Number(stock[name]) !== value) faults.push(`I1: ${name} is ${stock[name]}, the orders say ${value}`);
  return faults;
};

export const orderFigures = ({ orders }: History): string => {
  const done = (change: string) =>
    new Set(orders.filter((one) => one.outcome === 'ok' && one.change === change).map(({ purchaseId }) => purchaseId)).size;
  return `${done('restock')} orders cancelled with restock, ${done('remove')} without, ${done('check in')} checked in`;
};
