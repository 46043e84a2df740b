'use client';

import { useCallback, useState } from 'react';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { saveFile } from '../../lib/save-file.ts';
import { Notice } from '../../ui/notice.tsx';
import { useAuditValues, type AuditEntry } from './audit-values.ts';
import { Panel, ConsoleButton } from './controls.tsx';
import { PlannedDetail, isOfPlan } from './planned/planned-detail.tsx';
import { ReadNote } from './read-note.tsx';
import { useSession } from './session.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';
import { useRead } from './use-read.ts';

/** The audit log is read with each new version of the sale, and at this interval, ms. */
const lookEveryMs = 10_000;
/** Entries shown before "show all". */
const shownAtFirst = 8;
/** Parts of a detail with a text of their own, or none. */
const told = new Set(['why', 'said', 'add', 'from']);

/** What an action replaced, and by what; for one that replaced nothing, what it did. */
const Detail = ({ entry: { action, detail, before, after } }: { entry: AuditEntry }) => {
  const { pairsOf, labelOf, textOf, reasonOf } = useAuditValues();
  const replaced = before as Record<string, unknown> | undefined;
  const values = (replaced === undefined ? detail : after) as Record<string, unknown>;
  const pairs = pairsOf(values).filter(([, value]) => action !== 'create' || value !== '');
  // What the action said besides: a reason, the order that it was about.
  const further = replaced === undefined ? [] : Object.entries(detail).filter(([name]) => !(name in values) && !told.has(name));
  const reason = reasonOf(detail);
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5">
      {pairs.map(([name, value]) => (
        <li key={name}>
          <span className="text-ink-soft">{labelOf(name)}</span> {replaced !== undefined && `${textOf(name, replaced[name])} → `}
          {textOf(name, value)}
        </li>
      ))}
      {further.map(([name, value]) => (
        <li key={name}>
          <span className="text-ink-soft">{labelOf(name)}</span> {textOf(name, value)}
        </li>
      ))}
      {replaced !== undefined && reason !== undefined && <li>{reason}</li>}
    </ul>
  );
};

/** Operators' actions on a sale, newest first; without one, sign-ins and creations of sales. The file has all entries, check-ins too. */
export const AuditLogPanel = ({ saleId, version = 0 }: { saleId?: string; version?: number }) => {
  const { w, moment, problem } = useOperatorI18n();
  const { actionOf, whoOf } = useAuditValues();
  const { api, check } = useSession();
  const [all, setAll] = useState(false);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const read = useCallback(
    (signal: AbortSignal) => (saleId === undefined ? api.signIns(signal) : api.auditLog(saleId, signal)),
    [api, saleId],
  );
  const { value, ...reading } = useRead(read, lookEveryMs, version);
  const entries = value?.entries ?? [];
  // One page is read: what is before it is in the file alone.
  const isCut = value?.next !== undefined;
  const download = async (): Promise<void> => {
    setFailure(null);
    const answer = await api.auditLogCsv(saleId);
    if (answer.ok) return saveFile(answer.value, saleId === undefined ? 'audit-log.csv' : `audit-log-${saleId}.csv`);
    check(answer.failure);
    setFailure(answer.failure);
  };
  const shown = all ? entries : entries.slice(0, shownAtFirst);
  const head = 'py-2 pr-4 text-left font-medium whitespace-nowrap';
  return (
    <Panel
      id="audit-log"
      title={w(saleId === undefined ? 'signIns.title' : 'auditLog.title')}
      aside={
        <ConsoleButton onClick={() => void download()} data-testid="audit-log-csv">
          {w('auditLog.csv')}
        </ConsoleButton>
      }
    >
      {failure !== null && (
        <Notice tone="danger" role="alert">
          {problem(failure)}
        </Notice>
      )}
      <ReadNote {...reading} />
      {value !== null && entries.length === 0 && <p className="text-sm text-ink-soft">{w('auditLog.none')}</p>}
      {entries.length > 0 && (
        <table className="w-full text-sm max-md:block">
          <thead className="text-xs text-ink-soft max-md:sr-only">
            <tr>
              {(['when', 'action', 'detail', 'who', 'where'] as const).map((column) => (
                <th key={column} scope="col" className={head}>
                  {w(`auditLog.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="max-md:block">
            {shown.map((entry, i) => {
              return (
                <tr
                  key={`${entry.at} ${entry.action} ${i}`}
                  data-testid="audit-log-entry"
                  data-action={entry.action}
                  className="border-t border-line align-top max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:py-2.5"
                >
                  <td className="py-2 pr-4 whitespace-nowrap text-ink-soft max-md:py-0 max-md:pr-0 max-md:text-xs max-md:leading-5">
                    <time dateTime={entry.at}>{moment(entry.at)}</time>
                  </td>
                  <td className="py-2 pr-4 font-semibold whitespace-nowrap max-md:order-first max-md:w-full max-md:py-0">
                    {actionOf(entry.action)}
                  </td>
                  <td className="py-2 pr-4 max-md:order-last max-md:w-full max-md:py-0.5">
                    {isOfPlan(entry) ? <PlannedDetail entry={entry} /> : <Detail entry={entry} />}
                  </td>
                  <td className="py-2 pr-4 whitespace-nowrap text-ink-soft max-md:py-0 max-md:pr-0 max-md:text-xs max-md:leading-5">
                    {whoOf(entry.operator)}
                  </td>
                  <td className="py-2 whitespace-nowrap text-ink-soft max-md:py-0 max-md:text-xs max-md:leading-5">{entry.address}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <div className="mt-2 flex flex-wrap items-center justify-between gap-3">
        <p className="text-xs text-ink-soft">{w(saleId === undefined ? 'signIns.note' : 'auditLog.note')}</p>
        {!all && entries.length > shownAtFirst && (
          <ConsoleButton look="text" onClick={() => setAll(true)}>
            {w(isCut ? 'auditLog.more.latest' : 'auditLog.more', { count: entries.length })}
          </ConsoleButton>
        )}
        {all && isCut && (
          <p data-testid="audit-log-cut" className="text-xs text-ink-soft">
            {w('auditLog.cut', { count: entries.length })}
          </p>
        )}
      </div>
    </Panel>
  );
};
