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
import { UnsavedGuard } from '../features/operator/unsaved-guard.tsx';
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
/** Questions who is signed in. */
let asked: number;
/** The answer to "who am I" is under way until this is called. */
let letGo: (() => void) | undefined;
let isDown: boolean;
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
  if (method === 'GET') asked += 1;
  if (method === 'DELETE') signedIn = null;
  if (method === 'POST') signedIn = operators[(JSON.parse(body as string) as { token: string }).token] ?? null;
  if (method === 'POST' && signedIn === null) return answer(401, { code: 'invalid_token' });
  const now = signedIn;
  if (method === 'GET' && letGo !== undefined) await new Promise<void>((resolve) => (letGo = resolve));
  if (isDown) return answer(503, { code: 'unavailable' });
  return now === null ? answer(204, {}) : answer(200, now);
};

/** The channel of this browser's tabs: what this one says, and what others say to it. */
const said: unknown[] = [];
const channels = new Set<Channel>();
class Channel extends EventTarget {
  constructor() {
    super();
    channels.add(this);
  }
  postMessage(message: unknown): void {
    said.push(message);
  }
  close(): void {
    channels.delete(this);
  }
}

const Page = () => {
  const { api, check, role } = useSession();
  const [isAsking, setAsking] = useState(false);
  const [isDirty, setDirty] = useState(false);
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
      <UnsavedGuard isDirty={isDirty} />
      <button type="button" data-testid="change" onClick={() => setDirty(true)} />
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
  globalThis.BroadcastChannel = Channel as unknown as typeof BroadcastChannel;
  said.length = 0;
  [letGo, isDown] = [undefined, false];
  signedIn = operators['anna']!;
  [polls, asked] = [0, 0];
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

it('asks before a sign-out takes what is typed and not saved', async () => {
  fireEvent.click(screen.getByTestId('change'));
  fireEvent.click(screen.getByTestId('sign-out'));
  await pass(0);
  expect(screen.getByTestId('dialog').textContent).toContain('What you typed here is not saved.');
  fireEvent.click(screen.getByTestId('dialog-no'));
  await pass(50);
  expect([signedIn?.name, typed(), screen.queryByTestId('dialog')]).toEqual(['anna', 'typed by anna', null]);
  fireEvent.click(screen.getByTestId('sign-out'));
  fireEvent.click(screen.getByTestId('dialog-yes'));
  await pass(0);
  expect([signedIn, screen.queryByTestId('typed')]).toEqual([null, null]);
});

/** Another tab signs in or out: the cookie is that of all. */
const elsewhere = async (token: string | null): Promise<void> => {
  signedIn = token === null ? null : operators[token]!;
  for (const channel of channels) channel.dispatchEvent(new Event('message'));
  await pass(0);
};
const who = (): (string | null)[] => [screen.getByTestId('who').textContent, screen.getByTestId('role').textContent, typed()];

it.each<[string, () => unknown]>([
  ['says so', () => channels.forEach((channel) => channel.dispatchEvent(new Event('message')))],
  ['was used, and this one has the focus again', () => fireEvent.focus(window)],
  ['was used, and this one is shown again', () => fireEvent(document, new Event('visibilitychange'))],
  ['was used, within a minute', () => pass(60_000)],
])('another operator of another tab gets the pages anew when that tab %s', async (_, learn) => {
  signedIn = operators['olga']!;
  await learn();
  await pass(0);
  expect(who()).toEqual(['Signed in as olga (operator)', 'operator', '']);
});

it('hides its pages when another tab signs out, and goes on when the same operator signs in there', async () => {
  await elsewhere(null);
  expect([isHidden('typed'), isHidden('who')]).toEqual([true, true]);
  await elsewhere('anna');
  expect([isHidden('typed'), ...who()]).toEqual([false, 'Signed in as anna (operator)', 'operator', 'typed by anna']);
  await elsewhere('anna as viewer');
  expect(who()).toEqual(['Signed in as anna (viewer)', 'viewer', '']);
});

it('tells the other tabs of a sign-out and a sign-in; without an answer it stays as it is', async () => {
  isDown = true;
  fireEvent.focus(window);
  await pass(0);
  expect(who()).toEqual(['Signed in as anna (operator)', 'operator', 'typed by anna']);
  expect(said).toHaveLength(0);
  isDown = false;
  fireEvent.click(screen.getByTestId('sign-out'));
  await pass(0);
  expect(said).toHaveLength(1);
  await signIn('olga');
  expect(said).toHaveLength(2);
});

it('asks less and less often through an outage, not at all while hidden, and at once when looked at', async () => {
  let hidden = false;
  const isHiddenNow = jest.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  isDown = true;
  fireEvent.focus(window);
  await pass(120_000);
  expect(asked).toBeLessThanOrEqual(16);
  hidden = true;
  await pass(60_000);
  asked = 0;
  await pass(600_000);
  expect(asked).toBe(0);
  [hidden, isDown, signedIn] = [false, false, operators['olga']!];
  fireEvent(document, new Event('visibilitychange'));
  await pass(0);
  expect(who()).toEqual(['Signed in as olga (operator)', 'operator', '']);
  isDown = true;
  fireEvent.focus(window);
  await pass(100_000);
  [isDown, signedIn] = [false, operators['anna']!];
  fireEvent.focus(window);
  await pass(0);
  expect(who()[0]).toBe('Signed in as anna (operator)');
  isHiddenNow.mockRestore();
});

it('an answer from before a sign-out signs nobody in', async () => {
  letGo = () => {};
  fireEvent.focus(window);
  await pass(0);
  fireEvent.click(screen.getByTestId('sign-out'));
  await pass(0);
  letGo();
  await pass(0);
  expect(screen.queryByTestId('who')).toBeNull();
  expect(screen.getByTestId('token')).toBeDefined();
});
