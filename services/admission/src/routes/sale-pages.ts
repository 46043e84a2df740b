import { isRehearsalId, isSaleId, keys, limits, type BrokenSale, type OperatorSale } from '@sunbeon/contracts';
import { atMost, CodedError, lookUpSale, redisBreakerOf } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';

const reading = {
  /** Concurrent reads of one list: several lists share the breaker's capacity for reads. */
  atOnce: 25,
  /** Ids read for one answer, at most: with many closed or unreadable sales the answer is shorter and has a `next`. */
  idsPerAnswer: 1_000,
} as const;

export interface PageQuery {
  limit?: string;
  cursor?: string;
}
export interface SalePage {
  sales: OperatorSale[];
  broken: BrokenSale[];
  next?: string;
}

const cursorAfter = (saleId: string): string => Buffer.from(saleId).toString('base64url');
/** The id after which the page begins; '' is the beginning. */
const startOf = (cursor: string | undefined): string => {
  if (cursor === undefined) return '';
  const saleId = Buffer.from(cursor, 'base64url').toString();
  if (!isSaleId(saleId) || cursorAfter(saleId) !== cursor) throw new CodedError('invalid_request', 'The cursor is invalid.');
  return saleId;
};

/** `idsAfter`: at most `count` ids after one, in order. `list`: whether to include closed and unreadable sales, and rehearsals. An unreadable sale never fails the list. */
const pageOf = async (
  { redis, unreadable }: Pick<RouteContext, 'redis' | 'unreadable'>,
  { limit, cursor }: PageQuery,
  idsAfter: (after: string, count: number) => Promise<string[]>,
  list: 'current' | 'all',
): Promise<SalePage> => {
  const page: SalePage = { sales: [], broken: [] };
  const size = limit === undefined ? limits.salesPerPageDefault : Number(limit);
  let after = startOf(cursor);
  for (let seen = 0; seen < reading.idsPerAnswer;) {
    const room = size - page.sales.length - page.broken.length;
    // One id more than needed shows whether there is a next page.
    const ids = await idsAfter(after, room + 1);
    const found = await atMost(reading.atOnce, ids.slice(0, room), async (saleId) => ({ saleId, ...(await lookUpSale(redis, saleId)) }));
    for (const entry of found) {
      unreadable.saw(entry.saleId, entry);
      if (entry.stored === 'sale' && (list === 'all' || (entry.sale.status !== 'closed' && !isRehearsalId(entry.saleId))))
        page.sales.push(entry.sale);
      if (entry.stored === 'unreadable' && list === 'all') page.broken.push({ saleId: entry.saleId, broken: entry.why });
    }
    if (ids.length <= room) return page;
    after = ids[room - 1]!;
    seen += room;
    if (page.sales.length + page.broken.length === size) break;
  }
  return { ...page, next: cursorAfter(after) };
};

/** Sales that are not closed, without rehearsals. */
export const currentSalesPage = (context: Pick<RouteContext, 'redis' | 'unreadable'>, query: PageQuery): Promise<SalePage> =>
  pageOf(
    context,
    query,
    async (after, count) =>
      await redisBreakerOf(context.redis).execute(
        () => context.redis.zrange(keys.currentSales, after === '' ? '-' : `(${after}`, '+', 'BYLEX', 'LIMIT', 0, count),
        'read',
      ),
    'current',
  );

/** Every sale. Skips external entries that are no sale id. */
export const allSalesPage = (context: Pick<RouteContext, 'redis' | 'unreadable'>, query: PageQuery): Promise<SalePage> => {
  let ids: Promise<string[]> | undefined;
  const all = (): Promise<string[]> =>
    (ids ??= redisBreakerOf(context.redis)
      .execute(() => context.redis.smembers(keys.sales), 'read')
      .then((found) => found.filter(isSaleId).sort()));
  return pageOf(context, query, async (after, count) => (await all()).filter((id) => id > after).slice(0, count), 'all');
};
