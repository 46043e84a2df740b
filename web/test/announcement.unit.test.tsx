/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Sale } from '@sunbeon/contracts';
import { act, cleanup, render } from '@testing-library/react';
import { Announcement } from '../features/waiting/announcement.tsx';
import { reduce } from '../features/waiting/reduce.ts';
import type { View } from '../features/waiting/view.ts';
import { callOf } from '../features/waiting/use-alerts.ts';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';

const sale: Sale = {
  saleId: 'concert',
  title: 'Concert',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  stock: { total: 10, left: 10, held: 0, sold: 0 },
  waiting: 5,
  lobby: 0,
  active: 0,
  admitPerSecond: 1,
  activeLimit: 10,
  sessionSeconds: 300,
  perVisitorLimit: 4,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime: '2026-01-01T00:00:00.000Z',
};
const waitingAt = (position: number): View =>
  reduce(
    { state: 'loading' },
    {
      type: 'loaded',
      sale,
      visitor: { saleId: 'concert', visitorId: 'v', generation: 1, state: 'waiting', seq: 7, position, waiting: 90, pollAfterMs: 1_000 },
      purchases: null,
      holds: null,
      firstPosition: null,
      nowMs: 0,
    },
  );
const spoken = (view: View, message?: string, isProving = false) => (
  <LanguageProvider initial="en" messages={en}>
    <Announcement view={view} message={message} isProving={isProving} />
  </LanguageProvider>
);

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

describe('announcements to a screen reader', () => {
  it('is the position at most twice a minute, however often it moves', async () => {
    const { container, rerender } = render(spoken(waitingAt(90)));
    const heard = new Set<string>();
    for (let second = 0; second < 59; second += 1) {
      rerender(spoken(waitingAt(90 - second)));
      await act(() => jest.advanceTimersByTimeAsync(1_000));
      heard.add(container.querySelector('[role=status]')!.textContent);
    }
    expect([...heard].map((text) => Number(/\d+/.exec(text)?.[0]))).toEqual([90, 61]);
  });

  it('is a new state at once, and the message of the organiser', async () => {
    const { container, rerender } = render(spoken(waitingAt(3)));
    await act(() => jest.advanceTimersByTimeAsync(10));
    rerender(spoken({ ...waitingAt(3), state: 'left' } as View, 'Ten minutes late'));
    await act(() => jest.advanceTimersByTimeAsync(10));
    expect([...container.querySelectorAll('[role=status]')].map(({ textContent }) => textContent)).toEqual([
      'You left the line',
      'From the organiser: Ten minutes late',
      '',
    ]);
  });

  it('is a check of the browser when it begins, in a region that was there before', async () => {
    const { container, rerender } = render(spoken(waitingAt(3)));
    const region = container.querySelectorAll('[role=status]')[2]!;
    expect(region.textContent).toBe('');
    rerender(spoken(waitingAt(3), undefined, true));
    expect(region.textContent).toBe(`${en['proof.title']} ${en['proof.body']}`);
  });
});

describe('a call by sound and notification', () => {
  it('comes when the turn comes, or the sale opens, and for nothing else', () => {
    expect([callOf('waiting', 'admitted'), callOf('paused', 'buying'), callOf('scheduled', 'join')]).toEqual(['turn', 'turn', 'open']);
    expect([
      callOf('admitted', 'buying'),
      callOf('loading', 'buying'),
      callOf('waiting', 'paused'),
      callOf('left', 'join'),
      callOf('loading', 'join'),
    ]).toEqual([null, null, null, null, null]);
  });
});
