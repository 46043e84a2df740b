'use client';

import type { AuditLog } from '@sunbeon/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { isOperatorKey } from '../../lib/i18n/operator-messages.ts';
import { Panel, ConsoleButton } from './controls.tsx';
import { PlannedDetail, isOfPlan } from './planned/planned-detail.tsx';
import { useSession } from './session.tsx';
import { usePoll } from './use-poll.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** The audit log is read with each new version of the sale, and at this interval, ms. */
const lookEveryMs = 10_000;
/** Entries shown before "show all". */
const shownAtFirst = 8;

type Entry = AuditLog['entries'][number];

const Detail = ({ entry }: { entry: Entry }) => {
  const { w, number, moment } = useOperatorI18n();
  const textOf = (name: string, value: unknown): string => {
    if (name === 'returnUrls' && typeof value === 'string' && value.startsWith('[')) return (JSON.parse(value) as string[]).join(', ');
    const choice = `choice.${name}.${String(value)}`;
    if (isOperatorKey(choice)) return w(choice);
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    if (text === '') return w('auditLog.cleared');
    if (name === 'lobbyOpensAt' || name === 'opensAt' || name === 'closesAt')
      return Number.isFinite(Number(text)) ? moment(new Date(Number(text)).toISOString()) : text;
    return /^\d+(\.\d+)?$/.test(text) && name !== 'title' && name !== 'message' ? number(Number(text), 6) : text;
  };
  const pairs = Object.entries(entry.detail as Record<string, unknown>).filter(([, value]) => entry.action !== 'create' || value !== '');
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5">
      {pairs.map(([name, value]) => {
        const key = `field.${name}`;
        return (
          <li key={name}>
            <span className="text-ink-soft">{isOperatorKey(key) ? w(key) : name}</span> {textOf(name, value)}
          </li>
        );
      })}
    </ul>
  );
};

/** Operators' actions, newest first. */
export const AuditLogPanel = ({ saleId, version }: { saleId: string; version: number }) => {
  const { w, moment } = useOperatorI18n();
  const { api } = useSession();
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [all, setAll] = useState(false);
  const look = useCallback(
    async (signal: AbortSignal) => {
      const answer = await api.auditLog(saleId, signal);
      if (answer.ok && !signal.aborted) setEntries(answer.value.entries);
    },
    [api, saleId],
  );
  const lookNow = usePoll(look, lookEveryMs);
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current !== version) lookNow();
    seen.current = version;
  }, [version, lookNow]);
  const shown = all ? entries : entries.slice(0, shownAtFirst);
  const head = 'py-2 pr-4 text-left font-medium whitespace-nowrap';
  return (
    <Panel id="audit-log" title={w('auditLog.title')}>
      {entries.length === 0 ? (
        <p className="text-sm text-ink-soft">{w('auditLog.none')}</p>
      ) : (
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
            {shown.map((entry) => {
              const key = `auditLog.${entry.action}`;
              return (
                <tr
                  key={`${entry.at} ${entry.action}`}
                  data-testid="audit-log-entry"
                  data-action={entry.action}
                  className="border-t border-line align-top max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:py-2.5"
                >
                  <td className="py-2 pr-4 whitespace-nowrap text-ink-soft max-md:py-0 max-md:pr-0 max-md:text-xs max-md:leading-5">
                    <time dateTime={entry.at}>{moment(entry.at)}</time>
                  </td>
                  <td className="py-2 pr-4 font-semibold whitespace-nowrap max-md:order-first max-md:w-full max-md:py-0">
                    {isOperatorKey(key) ? w(key) : entry.action}
                  </td>
                  <td className="py-2 pr-4 max-md:order-last max-md:w-full max-md:py-0.5">
                    {isOfPlan(entry) ? <PlannedDetail entry={entry} /> : <Detail entry={entry} />}
                  </td>
                  <td className="py-2 pr-4 whitespace-nowrap text-ink-soft max-md:py-0 max-md:pr-0 max-md:text-xs max-md:leading-5">
                    {entry.operator === 'sunbeon' ? w('auditLog.self') : entry.operator}
                  </td>
                  <td className="py-2 whitespace-nowrap text-ink-soft max-md:py-0 max-md:text-xs max-md:leading-5">{entry.address}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <div className="mt-2 flex flex-wrap items-center justify-between gap-3">
        <p className="text-xs text-ink-soft">{w('auditLog.note')}</p>
        {!all && entries.length > shownAtFirst && (
          <ConsoleButton look="text" onClick={() => setAll(true)}>
            {w('auditLog.more', { count: entries.length })}
          </ConsoleButton>
        )}
      </div>
    </Panel>
  );
};
