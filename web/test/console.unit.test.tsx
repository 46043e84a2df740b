/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { OperatorIdentity } from '@sunbeon/contracts';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime.js';
import { useCallback, useState } from 'react';
import { Console } from '../features/operator/console.tsx';
import { Dialog } from '../features/operator/dialog.tsx';
import type { FieldRules } from '../features/operator/field-rules.ts';
import { useSession } from '../features/operator/session.tsx';
import { usePoll } from '../features/operator/use-poll.ts';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';

/** Who each token belongs to. */
const operators: Record<string, OperatorIdentity> = {
  anna: { name: 'anna', role: 'operator' },
  'anna as admin': { name: 'anna', role: 'admin' },
  'anna as viewer': { name: 'anna', role: 'viewer' },
  olga: { name: 'olga', role: 'operator' },
};
/** Who is signed in, by the service. */
let signedIn: OperatorIdentity | null;
let polls: number;
const answer = (status: number, body: object): Response =>
  ({
    ok: status < 300,
    status,
    headers: new Headers({ 'content-type': status < 300 ? 'application/json' : 'application/problem+json' }),
    json: async () => body,
    text: async () => JSON.stringify(body),
  }) as Response;
const service = async (url: unknown, { method = 'GET', body }: RequestInit = {}): Promise<Response> => {
  if (!String(url).includes('/session')) {
    polls += 1;
    return signedIn === null ? answer(401, { code: 'invalid_token' }) : answer(200, { sales: [], broken: [] });
  }
  if (method === 'DELETE') signedIn = null;
  if (method === 'POST') signedIn = operators[(JSON.parse(body as string) as { token: string }).token] ?? null;
  if (method === 'POST' && signedIn === null) return answer(401, { code: 'invalid_token' });
  return signedIn === null ? answer(204, {}) : answer(200, signedIn);
};

const Page = () => {
  const { api, check, role } = useSession();
  const [isAsking, setAsking] = useState(false);
  const look = useCallback(
    async (signal: AbortSignal) => {
      const sales = await api.sales({ signal });
      if (!sales.ok && !signal.aborted) check(sales.failure);
    },
    [api, check],
  );
  usePoll(look, 1_000);
  return (
    <>
      <p data-testid="role">{role}</p>
      <input data-testid="typed" />
      <button type="button" data-testid="ask" onClick={() => setAsking(true)} />
      {isAsking && (
        <Dialog title="Sure?" yes="Yes" busy={false} error={null} onYes={() => {}} onNo={() => setAsking(false)}>
          <div data-dialog-field="">
            <input data-testid="reason" />
          </div>
        </Dialog>
      )}
    </>
  );
};

const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));
const signIn = async (token: string): Promise<void> => {
  fireEvent.change(screen.getByTestId('token'), { target: { value: token } });
  fireEvent.click(screen.getByTestId('sign-in'));
  await pass(0);
};
const type = (id: string, value: string) => fireEvent.change(screen.getByTestId(id), { target: { value } });
const typed = (): string => screen.getByTestId<HTMLInputElement>('typed').value;
const isHidden = (id: string): boolean => {
  for (let at: HTMLElement | null = screen.getByTestId(id); at !== null; at = at.parentElement)
    if (at.style.display === 'none' && at.hasAttribute('inert')) return true;
  return false;
};
const endSession = async (): Promise<void> => {
  signedIn = null;
  await pass(1_000);
};

beforeEach(async () => {
  jest.useFakeTimers();
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  globalThis.fetch = service;
  signedIn = operators['anna']!;
  polls = 0;
  render(
    <AppRouterContext value={{ push: () => {} } as never}>
      <LanguageProvider initial="en" messages={en}>
        <Console rules={{} as FieldRules}>
          <Page />
        </Console>
      </LanguageProvider>
    </AppRouterContext>,
  );
  await pass(0);
  type('typed', 'typed by anna');
});
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

it('hides the page when the session ends, asks the service nothing, and goes on where it was for the same operator', async () => {
  screen.getByTestId('typed').focus();
  await endSession();
  expect(isHidden('typed')).toBe(true);
  expect(isHidden('who')).toBe(true);
  expect(document.activeElement).toBe(screen.getByTestId('token'));
  const before = polls;
  await pass(10_000);
  expect(polls).toBe(before);
  await signIn('nobody');
  expect(screen.getAllByRole('alert').map(({ textContent }) => textContent)).toContain('The operator token is wrong.');
  expect(isHidden('typed')).toBe(true);
  await signIn('anna');
  expect(screen.queryByTestId('token')).toBeNull();
  expect([isHidden('typed'), typed()]).toEqual([false, 'typed by anna']);
  expect(document.activeElement).toBe(screen.getByTestId('typed'));
  await pass(2_000);
  expect(polls).toBe(before + 3);
});

it('closes a dialog below the sign-in, which its backdrop would cover, and shows it again as it was', async () => {
  screen.getByTestId('ask').focus();
  fireEvent.click(screen.getByTestId('ask'));
  type('reason', 'wrong seats');
  const dialog = screen.getByTestId<HTMLDialogElement>('dialog');
  expect(dialog.open).toBe(true);
  await endSession();
  expect([dialog.open, isHidden('reason')]).toEqual([false, true]);
  await signIn('anna');
  expect([dialog.open, screen.getByTestId<HTMLInputElement>('reason').value]).toEqual([true, 'wrong seats']);
  expect(document.activeElement).toBe(screen.getByTestId('reason'));
  fireEvent.click(screen.getByTestId('dialog-no'));
  await pass(50);
  expect(document.activeElement).toBe(screen.getByTestId('ask'));
});

it.each([
  ['another operator', 'olga', 'operator', ''],
  ['a smaller role', 'anna as viewer', 'viewer', ''],
  ['a greater role', 'anna as admin', 'admin', 'typed by anna'],
])('%s finds only what is theirs', async (_, token, role, left) => {
  await endSession();
  await signIn(token);
  expect([screen.getByTestId('role').textContent, typed(), isHidden('typed')]).toEqual([role, left, false]);
});

it('keeps nothing of an operator who signs out', async () => {
  fireEvent.click(screen.getByTestId('sign-out'));
  await pass(0);
  expect(screen.queryByTestId('typed')).toBeNull();
  await signIn('anna');
  expect(typed()).toBe('');
});
