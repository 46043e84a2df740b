'use client';

import type { AuditLog } from '@sunbeon/contracts';
import { useAuditValues } from '../audit-values.ts';
import { useOperatorI18n } from '../use-operator-i18n.ts';

/** Entries that fit on one sheet of paper. */
const shown = 28;

interface IncidentsProps {
  /** Null: it could not be read. */
  log: AuditLog | null;
  /** It could not be read again. */
  isOld: boolean;
}

/** What was done to the sale by hand and by itself, oldest first. */
export const Incidents = ({ log, isOld }: IncidentsProps) => {
  const { w, moment } = useOperatorI18n();
  const { actionOf, labelOf, textOf, reasonOf, whoOf } = useAuditValues();
  const entries = log?.entries;
  const some = entries?.slice(0, shown).reverse() ?? [];
  const head = 'py-1.5 pr-4 text-left font-medium';
  return (
    <section aria-labelledby="report-incidents" className="report-incidents flex flex-col gap-2">
      <h2 id="report-incidents" className="text-sm font-bold">
        {w('report.incidents')}
      </h2>
      {log === null && <p className="text-sm text-ink-soft">{w('report.incidents.unknown')}</p>}
      {entries?.length === 0 && <p className="text-sm text-ink-soft">{w('report.incidents.none')}</p>}
      {isOld && <p className="text-sm text-ink-soft">{w('report.incidents.old')}</p>}
      {entries && entries.length > shown && (
        <p className="text-xs text-ink-soft">
          {/* The log was read up to its first page: there are more before it. */}
          {w(log?.next === undefined ? 'report.incidents.more' : 'report.incidents.more_than', { count: entries.length - shown })}
        </p>
      )}
      {some.length > 0 && (
        <table className="w-full text-xs">
          <thead className="text-ink-soft">
            <tr>
              {(['when', 'action', 'who'] as const).map((column) => (
                <th key={column} scope="col" className={head}>
                  {w(`auditLog.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {some.map(({ at, action, operator, before, after, detail }, i) => (
              <tr key={i} className="border-t border-line align-top" data-testid="report-incident" data-action={action}>
                <td className="py-1.5 pr-4 whitespace-nowrap text-ink-soft">
                  <time dateTime={at}>{moment(at)}</time>
                </td>
                <td className="py-1.5 pr-4">
                  <span className="font-semibold">{actionOf(action)}</span>
                  {before !== undefined && (
                    <span className="ml-2 text-ink-soft">
                      {Object.entries(after as Record<string, unknown>)
                        .map(
                          ([name, value]) =>
                            `${labelOf(name)} ${textOf(name, (before as Record<string, unknown>)[name])} → ${textOf(name, value)}`,
                        )
                        .join(', ')}
                    </span>
                  )}
                  {before !== undefined && <span className="ml-2 text-ink-soft">{reasonOf(detail)}</span>}
                </td>
                <td className="py-1.5 text-ink-soft">{whoOf(operator)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};
