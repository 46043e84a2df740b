import { cacheControl, limits, publicRoutes, type Draw } from '@sunbeon/contracts';
import { CodedError, LRUCache, type RedisClient } from '@sunbeon/runtime';
import { limitKeyOf } from '../client-address.ts';
import type { RouteContext } from '../context.ts';
import { readDraw } from '../scripts/read-draw.ts';
import { readRoster } from '../scripts/read-roster.ts';
import { describeRoute } from './describe.ts';

export const drawLimits = {
  /** Time from the start of a read for which its answer is shared, ms. */
  shareMs: 1_000,
  /** Sales whose draws are kept for that time. */
  draws: 1_000,
  /** Pages of rosters kept by one gateway, bytes: a roster of a million, twice. */
  pagesBytes: 64 * 1_048_576,
} as const;

/** Another spelling of a number is no page: caches would keep each. */
const pageOf = (text: string): number | null => (/^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : null);

/** A draw, and its answer, serialised once for all who ask. */
interface SharedDraw {
  draw: Draw;
  body: Buffer;
}

/** `GET …/draw` and the pages of its roster: read by the gateway itself, one read for all who ask at once. A page never changes and stays in memory. */
export const drawRoutes = ({ app, knownSales, hotAnswers }: RouteContext, redis: RedisClient): void => {
  const draws = new LRUCache<string, { shared: Promise<SharedDraw | null>; untilMs: number }>({ max: drawLimits.draws });
  const rosters = new LRUCache<string, Buffer>({
    maxSize: drawLimits.pagesBytes,
    sizeCalculation: (entries) => entries.length + 200,
  });
  const loading = new Map<string, Promise<Buffer | null>>();

  const drawOf = (saleId: string): Promise<SharedDraw | null> => {
    const known = draws.get(saleId);
    if (known && known.untilMs > performance.now()) return known.shared;
    const shared = readDraw.run(redis, saleId, null).then((read) => {
      knownSales.answered(saleId, read.outcome === 'no_sale' ? 404 : 200);
      if (read.outcome === 'no_sale') throw new CodedError('sale_not_found');
      return read.draw && { draw: read.draw, body: Buffer.from(JSON.stringify(read.draw)) };
    });
    draws.set(saleId, { shared, untilMs: performance.now() + drawLimits.shareMs });
    shared.catch(() => draws.delete(saleId));
    return shared;
  };

  const load = async (key: string, saleId: string, root: string, page: number): Promise<Buffer | null> => {
    const read = await readRoster.run(redis, saleId, { root, page });
    if (read.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (read.outcome !== 'page') return null;
    rosters.set(key, read.entries);
    return read.entries;
  };
  const entriesOf = async (saleId: string, root: string, page: number): Promise<Buffer | null> => {
    // Only a page that exists is read: neither another root nor a page beyond the end costs Redis anything.
    const shared = await drawOf(saleId);
    if (shared?.draw.root !== root || page * limits.rosterPageEntries >= shared.draw.count!) return null;
    const key = `${saleId} ${root} ${page}`;
    const known = rosters.get(key);
    if (known) return known;
    const running = loading.get(key) ?? load(key, saleId, root, page).finally(() => loading.delete(key));
    loading.set(key, running);
    return await running;
  };

  const { getDraw, getDrawEntries } = publicRoutes;
  app.route<{ Params: { sale: string } }>({
    method: getDraw.method,
    url: getDraw.url,
    schema: describeRoute(getDraw),
    handler: async (request, reply) => {
      const { sale: saleId } = request.params;
      if (!knownSales.isKnown(saleId)) await knownSales.mayAsk(saleId, limitKeyOf(request.ip));
      const shared = await drawOf(saleId);
      if (shared === null) throw new CodedError('no_draw', 'The sale has no draw.');
      reply.header('cache-control', cacheControl.second).type('application/json; charset=utf-8');
      const untilMs = draws.get(saleId)?.untilMs ?? 0;
      const isFresh = () => performance.now() < untilMs;
      hotAnswers.remember(request, reply, getDraw, saleId, { body: shared.body, encoding: 'any', isFresh });
      return reply.send(shared.body);
    },
  });
  app.route<{ Params: { sale: string; root: string; page: string } }>({
    method: getDrawEntries.method,
    url: getDrawEntries.url,
    schema: describeRoute(getDrawEntries),
    handler: async (request, reply) => {
      const { sale: saleId, root, page: text } = request.params;
      if (!knownSales.isKnown(saleId)) await knownSales.mayAsk(saleId, limitKeyOf(request.ip));
      const page = pageOf(text);
      const entries = page === null ? null : await entriesOf(saleId, root, page);
      if (entries === null) throw new CodedError('no_draw', 'There is no such page of a roster.');
      return reply.header('cache-control', cacheControl.content).type('application/octet-stream').send(entries);
    },
  });
};
