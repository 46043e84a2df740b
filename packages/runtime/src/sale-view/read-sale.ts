import type { OperatorSale, Sale, SaleStatus } from '@sunbeon/contracts';
import type { RedisClient } from '../redis.ts';
import { defineScript } from '../script.ts';

type Reply = [] | [string, SaleStatus, string[], (string | null)[], number[], (string | null)[], string | null];

const iso = (ms: string): string => new Date(Number(ms)).toISOString();

const decode = (saleId: string, reply: Reply): OperatorSale | null => {
  if (reply.length === 0) return null;
  const [now, status, pairs, stock, counts, flow, leader] = reply;
  const field = new Map<string, string>();
  for (let i = 0; i + 1 < pairs.length; i += 2) field.set(pairs[i]!, pairs[i + 1]!);
  const text = (name: string) => field.get(name) ?? '';
  const number = (name: string) => Number(field.get(name) ?? 0);
  const [total, left, held, sold] = stock.map(Number) as [number, number, number, number];
  const [joined, admitted, leftQueue, leftActive, expired, epoch] = flow.map(Number) as [number, number, number, number, number, number];
  const tickAt = flow[6];
  return {
    saleId,
    title: text('title'),
    status,
    soldOut: left === 0 && held === 0,
    ...(text('opensAt') ? { opensAt: iso(text('opensAt')) } : {}),
    ...(text('closesAt') ? { closesAt: iso(text('closesAt')) } : {}),
    ...(text('message') ? { message: text('message') } : {}),
    stock: { total, left, held, sold },
    waiting: counts[0]!,
    lobby: counts[1]!,
    active: counts[2]!,
    admitPerSecond: number('admitPerSecond'),
    activeLimit: number('activeLimit'),
    sessionSeconds: number('sessionSeconds'),
    perVisitorLimit: number('perVisitorLimit'),
    serverTime: iso(now),
    claimSeconds: number('claimSeconds'),
    holdSeconds: number('holdSeconds'),
    version: number('version'),
    ...(leader ? { leader } : {}),
    epoch,
    ...(tickAt ? { lastTickAt: iso(tickAt) } : {}),
    joined,
    admitted,
    left: leftQueue + leftActive,
    expired,
  };
};

const script = defineScript<null, Reply>({
  name: 'runtime/read-sale',
  url: new URL('./read-sale.lua', import.meta.url),
  keys: ['sale', 'stock', 'flow', 'queue', 'lobby', 'active', 'leader'],
  arguments: () => [],
  decode: (reply) => reply as Reply,
});

/** One consistent view of a sale, null when there is none. */
export const readSale = async (redis: RedisClient, saleId: string): Promise<OperatorSale | null> =>
  decode(saleId, await script.run(redis, saleId, null));

/** What anyone may see of it. */
export const publicSaleOf = (sale: OperatorSale): Sale => {
  const { claimSeconds: _c, holdSeconds: _h, version: _v, leader: _l, epoch: _e, lastTickAt: _t, joined: _j, admitted: _a, left: _f, expired: _x, ...rest } = sale;
  return rest;
};

export const readSaleScript = script;
