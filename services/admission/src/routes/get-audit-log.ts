import { keys, operatorLimits, publicRoutes, type AuditLog } from '@sunbeon/contracts';
import { CodedError, csvAnswer, defineRoute, redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { csvHead, csvOf } from '../audit-log/entry.ts';
import { readPage, type Page } from '../audit-log/read-page.ts';
import type { RouteContext } from '../context.ts';

type ReadPage = (after: string | undefined) => Promise<Page>;

/** All pages from the first one on. */
async function* csvPages(saleId: string, first: Page, read: ReadPage): AsyncGenerator<string> {
  yield csvHead;
  for (let page: Page | null = first; page !== null; page = page.next === undefined ? null : await read(page.next))
    yield page.entries.map((entry) => csvOf(saleId, entry)).join('');
}

const isSale = async (redis: RedisClient, saleId: string): Promise<boolean> =>
  (await redisBreakerOf(redis).execute(() => redis.exists(keys.sale(saleId)), 'read')) === 1;

const streamsOf = (saleId: string, withCheckIns: boolean): string[] => [
  keys.auditLog(saleId),
  ...(withCheckIns ? [keys.checkInLog(saleId)] : []),
];

/** Actions of operators on a sale, also on a deleted one; without a sale sign-ins and creations. Check-ins and failed sign-ins have streams of their own: no flood of them pushes out the others. */
export const getAuditLog = (context: RouteContext): void => {
  const { redis } = context;
  defineRoute(context, publicRoutes.getAuditLog, async ({ query: { sale, operator, checkIns, after, limit, format } }) => {
    const isCsv = format === 'csv';
    const streams = sale === undefined ? [keys.operatorLog, keys.failedSignIns] : streamsOf(sale, checkIns !== 'false');
    const most = isCsv ? operatorLimits.auditLogPerPage : Number(limit ?? operatorLimits.auditLogPerPageDefault);
    const read: ReadPage = (from) => readPage(redis, streams, { after: from, most, operator });
    const { isEmpty, ...page } = await read(isCsv ? undefined : after);
    if (sale !== undefined && isEmpty && after === undefined && !(await isSale(redis, sale))) throw new CodedError('sale_not_found');
    if (isCsv)
      return csvAnswer<AuditLog>(`audit-log${sale === undefined ? '' : `-${sale}`}`, csvPages(sale ?? '', { ...page, isEmpty }, read));
    return { status: 200, body: page };
  });
};
