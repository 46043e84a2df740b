/** @jest-environment jsdom */
import { afterEach, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { CodesPanel } from '../features/operator/codes-panel.tsx';
import { SessionContext, type Session } from '../features/operator/session.tsx';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import { operatorEn } from '../lib/i18n/operator-en.ts';

afterEach(cleanup);

const ok = <T,>(value: T) => ({ ok: true as const, status: 200, value });

it('makes codes once for one intent, and lists them with their uses, a page at a time', async () => {
  const calls: unknown[][] = [];
  const api = {
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
  expect(screen.getByRole('status').textContent).toBe(operatorEn['codes.made'].replace('{count}', '1'));
});
