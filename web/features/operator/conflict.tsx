'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import type { OperatorApi } from '../../lib/operator-api.ts';
import { useAuditValues, type AuditEntry } from './audit-values.ts';
import { isOfPlan, PlannedDetail } from './planned/planned-detail.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** What happened to a sale since somebody began to change it. */
export interface Conflict {
  sale: OperatorSale;
  /** Oldest first; null when the audit log could not be read. */
  entries: readonly AuditEntry[] | null;
}

/** The sale as it is, and what others changed of it since `base` was read; a cancelled order is no change of the sale. Both times are those of Redis. Null without an answer. */
export const readConflict = async (api: OperatorApi, base: OperatorSale): Promise<Conflict | null> => {
  const [sale, log] = await Promise.all([api.sale(base.saleId), api.auditLog(base.saleId)]);
  if (!sale.ok) return null;
  if (!log.ok) return { sale: sale.value, entries: null };
  const since = log.value.entries.filter(
    (entry) => (entry.before !== undefined || isOfPlan(entry)) && entry.action !== 'cancel_order' && entry.at >= base.serverTime,
  );
  return { sale: sale.value, entries: since.toReversed() };
};

/** By whom and from what to what the sale was changed meanwhile. */
export const ConflictNote = ({ sale, entries }: Conflict) => {
  const { w, near } = useOperatorI18n();
  const { labelOf, textOf, actionOf, whoOf } = useAuditValues();
  return (
    <div data-testid="conflict" className="flex flex-col gap-2 rounded-lg bg-warn-soft px-3 py-2 text-warn">
      <p className="font-semibold">{w('conflict.title')}</p>
      <p>{w('conflict.body')}</p>
      {entries === null && <p>{w('conflict.unread')}</p>}
      {entries?.length === 0 && <p>{w('conflict.unknown')}</p>}
      <ul className="flex flex-col gap-1.5 text-ink">
        {entries?.map((entry, i) => (
          <li key={i} data-testid="conflict-entry">
            <b className="break-words">{whoOf(entry.operator)}</b>, {near(entry.at, sale.serverTime)}: {actionOf(entry.action)}
            {isOfPlan(entry) ? (
              <PlannedDetail entry={entry} />
            ) : (
              <ul>
                {Object.entries((entry.after ?? {}) as Record<string, unknown>).map(([name, value]) => (
                  <li key={name} className="break-words">
                    {w('conflict.value', {
                      field: labelOf(name),
                      before: textOf(name, (entry.before as Record<string, unknown>)[name]),
                      after: textOf(name, value),
                    })}
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
};
