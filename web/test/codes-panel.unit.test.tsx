/** @jest-environment jsdom */
import { afterEach, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { CodesPanel } from '../features/operator/codes-panel.tsx';
import { SessionContext, type Session } from '../features/operator/session.tsx';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import { operatorEn } from '../lib/i18n/operator-en.ts';
import { lost, momentOf, ok, pass, refused, renderInConsole, withDialogs } from './in-console.tsx';

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

it('makes codes once for one intent, and lists them with their uses, a page at a time', async () => {
  const calls: unknown[][] = [];
  const api = {
    nowMs: () => Date.now(),
    codes: async (_: string, cursor?: string) =>
      cursor === undefined
        ? ok({ codes: [{ code: '7K3QX9M2VD', uses: 2, used: 1, label: 'press' }], next: '1' })
        : ok({ codes: [{ code: 'SUMMER2026', uses: 1, used: 0 }] }),
    makeCodes: async (...call: unknown[]) => {
      calls.push(call);
      return calls.length === 1
        ? { ok: false as const, failure: { code: 'network' as const, status: 0 as const, reason: 'timeout' as const } }
        : ok({ codes: [{ code: 'A', uses: 3, used: 0 }], existed: 0 });
    },
  };
  const session = { api, check: () => undefined } as unknown as Session;
  await act(async () =>
    render(
      <LanguageProvider initial="en" messages={en}>
        <SessionContext value={session}>
          <CodesPanel saleId="concert" />
        </SessionContext>
      </LanguageProvider>,
    ),
  );
  const rows = () => screen.getAllByTestId('access-code').map((row) => row.textContent);
  expect(rows()).toEqual(['7K3QX9M2VD1 of 2pressTake back']);
  await act(async () => fireEvent.click(screen.getByTestId('codes-more')));
  expect(rows()).toHaveLength(2);

  fireEvent.change(screen.getByTestId('codes-count'), { target: { value: '0' } });
  await act(async () => fireEvent.click(screen.getByTestId('codes-make')));
  expect(calls).toEqual([]);
  fireEvent.change(screen.getByTestId('codes-count'), { target: { value: '50' } });
  fireEvent.change(screen.getByTestId('codes-uses'), { target: { value: '3' } });
  fireEvent.change(screen.getByTestId('codes-label'), { target: { value: ' vip ' } });
  for (let i = 0; i < 3; i += 1) await act(async () => fireEvent.click(screen.getByTestId('codes-make')));
  expect(calls.map(([, wanted]) => wanted)).toEqual(Array(3).fill({ count: 50, uses: 3, label: 'vip' }));
  const keys = calls.map(([, , key]) => key);
  // The second click repeats the call that had no answer; the third is another intent.
  expect([keys[1] === keys[0], keys[2] === keys[1]]).toEqual([true, false]);
  expect(screen.getAllByRole('status').map(({ textContent }) => textContent)).toContain(operatorEn['codes.made'].replace('{count}', '1'));
});

const startMs = Date.UTC(2026, 4, 1, 10);
/** A sale with these codes, whose pages have two. */
const saleWith = (count: number) => {
  const all = Array.from({ length: count }, (_, i) => ({ code: `CODE${i}`, uses: 9, used: 0 }));
  const seen = { asked: [] as string[], isDown: false };
  const api = {
    codes: async (_: string, cursor = '0') => {
      seen.asked.push(cursor);
      if (seen.isDown) return lost;
      const codes = all
        .filter(({ code }) => Number(code.slice(4)) >= Number(cursor))
        .slice(0, 2)
        .map((one) => ({ ...one }));
      const next = String(Number(codes.at(-1)?.code.slice(4)) + 1);
      return ok(codes.length < 2 ? { codes } : { codes, next });
    },
    takeBackCode: async (_: string, code: string) => {
      const at = all.findIndex((one) => one.code === code);
      if (at < 0) return refused('code_not_found', 404);
      all.splice(at, 1);
      return ok(undefined);
    },
  };
  return { all, seen, api };
};
const rows = () => screen.getAllByTestId('access-code');
const usesOf = (code: string) => rows().find(({ textContent }) => textContent.startsWith(code))?.children[1]?.textContent;
const more = () => act(async () => fireEvent.click(screen.getByTestId('codes-more')));
const readAt = () => screen.getByTestId('codes-read-at').textContent;
const asOf = (ms: number) => operatorEn['codes.read_at'].replace('{time}', momentOf(ms));

it('uses are read again by themselves, and nothing that the operator does is disturbed', async () => {
  jest.useFakeTimers({ now: startMs });
  withDialogs();
  const { all, api } = saleWith(3);
  await renderInConsole(api, <CodesPanel saleId="concert" />);
  await more();
  expect([rows().length, usesOf('CODE0'), readAt()]).toEqual([3, '0 of 9', asOf(startMs)]);
  const label = screen.getByTestId<HTMLInputElement>('codes-label');
  label.focus();
  fireEvent.change(label, { target: { value: 'half ty' } });
  const [first] = rows();
  all[0]!.used = 1;
  all[2]!.used = 4;
  await pass(15_000);
  expect([usesOf('CODE0'), usesOf('CODE2'), readAt()]).toEqual(['1 of 9', '4 of 9', asOf(startMs + 15_000)]);
  expect([label.value, document.activeElement === label, rows()[0] === first]).toEqual(['half ty', true, true]);
  const back = first!.querySelector('button')!;
  back.focus();
  fireEvent.click(back);
  await pass(15_000);
  expect(screen.getByTestId('dialog')).toBeTruthy();
  await act(async () => fireEvent.click(screen.getByTestId('dialog-yes')));
  await pass(0);
  expect(rows().map(({ textContent }) => textContent.slice(0, 5))).toEqual(['CODE1', 'CODE2']);
});

it('a sale with very many codes costs five pages at a time, the shown ones in turn, and the time is that of the oldest', async () => {
  jest.useFakeTimers({ now: startMs });
  const { all, seen, api } = saleWith(100);
  await renderInConsole(api, <CodesPanel saleId="concert" />);
  for (let i = 0; i < 6; i += 1) await more();
  expect(rows()).toHaveLength(14);
  all.forEach((one) => (one.used = 2));
  seen.asked.length = 0;
  await pass(15_000);
  expect(seen.asked).toEqual(['2', '4', '6', '8', '10']);
  expect([usesOf('CODE0'), usesOf('CODE3'), readAt()]).toEqual(['0 of 9', '2 of 9', asOf(startMs)]);
  await pass(15_000);
  expect(seen.asked.slice(5)).toEqual(['12', '0', '2', '4', '6']);
  expect([usesOf('CODE0'), rows().length, readAt()]).toEqual(['2 of 9', 14, asOf(startMs + 15_000)]);
});

it('while codes cannot be read they are asked for less and less often, and what is shown says of when it is', async () => {
  jest.useFakeTimers({ now: startMs });
  const { seen, api } = saleWith(1);
  await renderInConsole(api, <CodesPanel saleId="concert" />);
  const note = () => screen.getByTestId('read-note').textContent?.trim();
  expect(note()).toBe('');
  seen.isDown = true;
  seen.asked.length = 0;
  await pass(300_000);
  expect(seen.asked.length).toBe(7);
  expect([rows().length, note()]).toEqual([1, operatorEn['read.old'].replace('{time}', momentOf(startMs))]);
  seen.isDown = false;
  await pass(60_000);
  expect(note()).toBe('');
  const before = seen.asked.length;
  await pass(60_000);
  expect(seen.asked.length - before).toBeGreaterThanOrEqual(4);
});

it('codes that were not read are no empty list', async () => {
  jest.useFakeTimers({ now: startMs });
  const { seen, api } = saleWith(0);
  seen.isDown = true;
  await renderInConsole(api, <CodesPanel saleId="concert" />);
  expect(screen.getByTestId('read-note').textContent?.trim()).toBe(operatorEn['read.failed']);
  expect(screen.queryByText(operatorEn['codes.none'])).toBeNull();
  seen.isDown = false;
  await pass(15_000);
  expect(screen.getByText(operatorEn['codes.none'])).toBeTruthy();
});
