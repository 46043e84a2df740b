import { isoOfMs, keys, publicRoutes, type AuditLog } from '@sunbeon/contracts';
import { CodedError, defineRoute, redisBreakerOf, type Actor } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';

/** Entries of one answer. */
const entries = 200;

/** Null for an unreadable entry, which must not hide the others. */
const entryOf = (fields: readonly string[]): AuditLog['entries'][number] | null => {
  const field = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
  try {
    const { operator, address } = JSON.parse(field('by')) as Actor;
    const detail: unknown = JSON.parse(field('detail'));
    const at = isoOfMs(Number(field('at') || Number.NaN));
    if (at === null || typeof operator !== 'string' || typeof address !== 'string' || typeof detail !== 'object' || detail === null)
      return null;
    return { at, action: field('action'), operator, address, detail };
  } catch {
    return null;
  }
};

/** The newest actions of operators; also of a deleted sale. */
export const getAuditLog = (context: RouteContext): void => {
  const { redis } = context;
  defineRoute(context, publicRoutes.getAuditLog, async ({ query }) => {
    const rows = await redisBreakerOf(redis).execute(() => redis.xrevrange(keys.auditLog(query.sale), '+', '-', 'COUNT', entries), 'read');
    if (rows.length === 0) throw new CodedError('sale_not_found');
    return { status: 200, body: { entries: rows.flatMap(([, fields]) => entryOf(fields) ?? []) } };
  });
};
