import { isoOfMs, publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, readSale } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { estimatesOf, fewer, paceKeptOf, waitsOf } from '../report/measures.ts';
import { columnsOf, readRows } from '../report/read-rows.ts';
import { readStats } from '../scripts/read-stats.ts';

/** Rows of an answer: more than the points of a curve on paper. */
const answerRows = 720;

/** The report of one sale. Its cost grows with the length of the sale, not with its visitors. */
export const getReport = (context: RouteContext): void => {
  const { redis } = context;
  defineRoute(context, publicRoutes.getReport, async ({ params: { sale: saleId } }) => {
    const [sale, stats, rows] = await Promise.all([
      readSale(redis, saleId),
      readStats.run(redis, saleId, { members: 0 }),
      readRows(redis, saleId),
    ]);
    if (!sale || stats.outcome === 'no_sale') throw new CodedError('sale_not_found');
    const { flow, count } = stats;
    const [waits, paceKept, estimates] = [waitsOf(rows), paceKeptOf(rows), estimatesOf(rows)];
    const timeOf = (atMs: number | undefined): string | null => (atMs === undefined ? null : isoOfMs(atMs));
    const [from, to] = [timeOf(rows[0]?.atMs), timeOf(rows.at(-1)?.atMs)];
    const body = {
      sale,
      ...(from && to ? { from, to } : {}),
      purchases: flow.purchased,
      cancelledOrders: flow.cancelled,
      cancelledTickets: flow.cancelledTickets,
      // Those inside who have not come in yet may still.
      noShows: Math.max(0, flow.admitted - flow.claimed - (count.active - count.sessions)),
      ...(waits ? { waits } : {}),
      ...(paceKept === null ? {} : { paceKept }),
      ...(estimates ? { estimates } : {}),
      rows: fewer(rows, answerRows).map(columnsOf),
    };
    return { status: 200, body };
  });
};
