import { setTimeout as pause } from 'node:timers/promises';
import { keys, type CreateSale } from '@sunbeon/contracts';
import { until } from '../../tests/fixtures/stack.mjs';
import type { Bench } from './lib.ts';
import { joinAll, newVisitors } from './line.ts';

/** A sale's form takes whole seconds. */
export const timeIn = (ms: number): string => new Date(Math.ceil((Date.now() + ms) / 1_000) * 1_000).toISOString();

/** Visitors who join by the script of the service; the others are written as it writes them, because joins are not what is measured. */
const byScript = 1_024;

/** A sale with so many visitors in its lobby, which stays open for a day; resolves with their ids. */
export const fillLobby = async (bench: Bench, saleId: string, count: number, settings: Partial<CreateSale> = {}): Promise<string[]> => {
  await bench.create(saleId, { lobbyOpensAt: timeIn(-60_000), opensAt: timeIn(86_400_000), ...settings });
  const visitors = newVisitors(count);
  await joinAll(bench.redis, saleId, visitors.slice(0, byScript));
  for (let from = byScript; from < count; from += 1_000)
    await bench.redis.zadd(keys.lobby(saleId), ...visitors.slice(from, from + 1_000).flatMap((visitor) => [Date.now(), visitor]));
  const size = await bench.redis.zcard(keys.lobby(saleId));
  if (size !== count) throw new Error(`${size} of ${count} visitors are in the lobby`);
  return visitors;
};

export const untilDrawn = async (bench: Bench, saleId: string): Promise<void> => {
  await until('the order to be drawn', async () => (await bench.redis.hget(keys.sale(saleId), 'drawnAt')) !== null, 300_000);
};

/** Times by Redis's clock, ms. */
export interface DrawTimes {
  closedAt: number;
  frozenAt: number;
  firstPageAt: number;
  drawnAt: number;
}
export const drawTimes = async ({ redis }: Bench, saleId: string): Promise<DrawTimes> => {
  const drawn: number[] = [];
  const times = { closedAt: Number.NaN, frozenAt: Number.NaN };
  for (let after = '-'; ;) {
    const entries = await redis.xrange(keys.events(saleId), after, '+', 'COUNT', 100);
    for (const [, [, type, , at, , data]] of entries) {
      if (type === 'drawn') drawn.push(Number(at));
      if (type === 'frozen') times.frozenAt = Number(at);
      if (type === 'sale' && data!.includes('"lobby_closed"')) times.closedAt = Number(at);
    }
    if (entries.length === 0) break;
    after = `(${entries.at(-1)![0]}`;
  }
  return { ...times, firstPageAt: drawn[0] ?? Number.NaN, drawnAt: drawn.at(-1) ?? Number.NaN };
};

/** Calls `look` again and again until `stop`. */
export const sampling = (everyMs: number, look: () => void | Promise<void>): { stop: () => Promise<void> } => {
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      await look();
      await pause(everyMs);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await loop;
    },
  };
};
