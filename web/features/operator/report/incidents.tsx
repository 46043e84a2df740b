'use client';

import type { AuditLog } from '@sunbeon/contracts';
import { isOperatorKey } from '../../../lib/i18n/operator-messages.ts';
import { useOperatorI18n } from '../use-operator-i18n.ts';

/** Entries that fit on one sheet of paper. */
const shown = 28;

/** What was done to the sale by hand and by itself, oldest first; null: the log could not be read. */
export const Incidents = ({ entries }: { entries: AuditLog['entries'] | null }) => {
  const { w, moment } = useOperatorI18n();
  const some = entries?.slice(0, shown).reverse() ?? [];
  const head = 'py-1.5 pr-4 text-left font-medium';
  return (
    <section aria-labelledby="report-incidents" className="report-incidents flex flex-col gap-2">
      <h2 id="report-incidents" className="text-sm font-bold">
        {w('report.incidents')}
      </h2>
      {entries === null && <p className="text-sm text-ink-soft">{w('report.incidents.unknown')}</p>}
      {entries?.length === 0 && <p className="text-sm text-ink-soft">{w('report.incidents.none')}</p>}
      {entries && entries.length > shown && (
        <p className="text-xs text-ink-soft">{w('report.incidents.more', { count: entries.length - shown })}</p>
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
            {some.map((entry, i) => {
              const key = `auditLog.${entry.action}`;
              return (
                <tr key={i} className="border-t border-line align-top" data-testid="report-incident" data-action={entry.action}>
                  <td className="py-1.5 pr-4 whitespace-nowrap text-ink-soft">
                    <time dateTime={entry.at}>{moment(entry.at)}</time>
                  </td>
                  <td className="py-1.5 pr-4 font-semibold">{isOperatorKey(key) ? w(key) : entry.action}</td>
                  <td className="py-1.5 text-ink-soft">{entry.operator === 'sunbeon' ? w('auditLog.self') : entry.operator}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
};
