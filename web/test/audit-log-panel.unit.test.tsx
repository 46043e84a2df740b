/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { AuditLog } from '@sunbeon/contracts';
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { AuditLogPanel } from '../features/operator/audit-log-panel.tsx';
import { Incidents } from '../features/operator/report/incidents.tsx';
import { operatorEn } from '../lib/i18n/operator-en.ts';
import { lost, momentOf, ok, pass, refused, renderInConsole } from './in-console.tsx';

const startMs = Date.UTC(2026, 4, 1, 10);
const logOf = (count: number, next?: string): AuditLog => ({
  entries: Array.from({ length: count }, (_, i) => ({
    at: new Date(startMs - i * 1_000).toISOString(),
    action: 'pause',
    operator: 'olga',
    address: '192.0.2.1',
    detail: {},
  })),
  ...(next === undefined ? {} : { next }),
});
const text = (key: keyof typeof operatorEn, values: Record<string, string | number>): string =>
  Object.entries(values).reduce((before, [name, value]) => before.replace(`{${name}}`, String(value)), operatorEn[key]);

let read: () => Promise<{ ok: boolean }>;
const api = { auditLog: () => read() };
const rows = () => screen.queryAllByTestId('audit-log-entry');
const note = () => screen.getByTestId('read-note').textContent?.trim();

beforeEach(() => void jest.useFakeTimers({ now: startMs }));
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

it('one page of a longer log is not called all of it', async () => {
  read = async () => ok(logOf(200, 'more'));
  await renderInConsole(api, <AuditLogPanel saleId="concert" />);
  expect(screen.queryByText(text('auditLog.more', { count: 200 }))).toBeNull();
  fireEvent.click(screen.getByText(text('auditLog.more.latest', { count: 200 })));
  expect(rows()).toHaveLength(200);
  expect(screen.getByTestId('audit-log-cut').textContent).toBe(text('auditLog.cut', { count: 200 }));
});

it('the whole log is', async () => {
  read = async () => ok(logOf(9));
  await renderInConsole(api, <AuditLogPanel saleId="concert" />);
  fireEvent.click(screen.getByText(text('auditLog.more', { count: 9 })));
  expect(rows()).toHaveLength(9);
  expect(screen.queryByTestId('audit-log-cut')).toBeNull();
});

it('a log that was not read is no empty one: it says what it is, and of when an old one is', async () => {
  let answer: (found: { ok: boolean }) => void = () => undefined;
  read = () => new Promise((resolve) => (answer = resolve));
  await renderInConsole(api, <AuditLogPanel saleId="concert" />);
  const isEmpty = () => screen.queryByText(operatorEn['auditLog.none']) !== null;
  expect([note(), isEmpty()]).toEqual([operatorEn['read.loading'], false]);
  await act(async () => answer(lost));
  expect([note(), isEmpty()]).toEqual([operatorEn['read.failed'], false]);
  await pass(10_000);
  await act(async () => answer(refused('role_required', 403)));
  expect(note()).toBe(`${operatorEn['read.failed']} ${operatorEn['problem.role_required']}`);
  await pass(10_000);
  await act(async () => answer(ok(logOf(0))));
  expect([note(), isEmpty()]).toEqual(['', true]);
  await pass(10_000);
  await act(async () => answer(ok(logOf(2))));
  expect([note(), rows().length, isEmpty()]).toEqual(['', 2, false]);
  await pass(10_000);
  await act(async () => answer(lost));
  expect([note(), rows().length]).toEqual([text('read.old', { time: momentOf(startMs + 30_000) }), 2]);
});

it('the report counts no earlier entries that it has not read, and says when its log is an old one', async () => {
  await renderInConsole({}, <Incidents log={logOf(200, 'more')} isOld={false} />);
  expect(screen.getAllByTestId('report-incident')).toHaveLength(28);
  expect(screen.getByText(text('report.incidents.more_than', { count: 172 }))).toBeTruthy();
  cleanup();
  await renderInConsole({}, <Incidents log={logOf(30)} isOld />);
  expect(screen.getByText(text('report.incidents.more', { count: 2 }))).toBeTruthy();
  expect(screen.getByText(operatorEn['report.incidents.old'])).toBeTruthy();
  cleanup();
  await renderInConsole({}, <Incidents log={null} isOld={false} />);
  expect(screen.getByText(operatorEn['report.incidents.unknown'])).toBeTruthy();
});
