/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { sameAttemptMs } from '../features/operator/check-in/kept-check-ins.ts';
import { useCheckIn } from '../features/operator/check-in/use-check-in.ts';
import { SessionContext, type Session } from '../features/operator/session.tsx';

const id = 'p_Q0mXx3oB2Zc7VbQ9aK1dTg';
const order = { purchaseId: id, quantity: 2, state: 'paid', checkedInAt: '2026-05-01T10:00:00.000Z' };
const ok = { ok: true as const, status: 200, value: order };
const lost = { ok: false as const, failure: { code: 'network' as const, status: 0 as const, reason: 'unreachable' as const } };

/** What the service finds for each search. */
const orders = [
  { ...order, purchaseId: 'p_10023aaaaaaaaaaaaaaaaa', visitorId: '1002', reference: 'Order 4711' },
  { ...order, reference: '10023' },
];
let keys: string[];
let asked: string[];
let isDown: boolean;
const api = {
  checkInOrder: async (_: string, __: string, key: string) => {
    keys.push(key);
    return isDown ? lost : ok;
  },
  orders: async (_: string, { q }: { q: string }) => {
    asked.push(q);
    return { ok: true as const, status: 200, value: { orders } };
  },
};
const open = () => {
  const session = { api, check: () => undefined } as unknown as Session;
  const wrapper = ({ children }: { children: ReactNode }) => <SessionContext value={session}>{children}</SessionContext>;
  return renderHook(() => useCheckIn('concert'), { wrapper });
};
const enter = (page: ReturnType<typeof open>, text = id) =>
  act(async () => {
    void page.result.current.submit(text);
    await jest.advanceTimersByTimeAsync(20_000);
  });

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
  keys = [];
  asked = [];
  isDown = false;
});
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

it('repeats a check-in without an answer with one key: by itself, when the connection is back, and after a reload', async () => {
  isDown = true;
  const page = open();
  await enter(page);
  expect(page.result.current.view).toMatchObject({ phase: 'idle', result: { kind: 'lost' }, recent: [] });
  expect(keys).toHaveLength(4);
  page.unmount();
  const again = open();
  await enter(again);
  isDown = false;
  await act(async () => {
    window.dispatchEvent(new Event('online'));
    await jest.advanceTimersByTimeAsync(10);
  });
  expect(again.result.current.view).toMatchObject({ result: { kind: 'ok', quantity: 2 }, recent: [{ kind: 'ok', code: id }] });
  expect(new Set(keys).size).toBe(1);
  // Answered: the next one is another attempt.
  await enter(again);
  expect(new Set(keys).size).toBe(2);
});

it('takes another key for a code that comes again long after its answer was lost: it may be a copy', async () => {
  isDown = true;
  const page = open();
  await enter(page);
  page.unmount();
  await act(async () => await jest.advanceTimersByTimeAsync(sameAttemptMs));
  isDown = false;
  await enter(open());
  expect(new Set(keys).size).toBe(2);
});

it('sends one call for a press that is repeated, and shows the answer to the newest number', async () => {
  const page = open();
  await act(async () => {
    void page.result.current.submit(id);
    void page.result.current.submit(id);
    await jest.advanceTimersByTimeAsync(10);
  });
  expect(keys).toHaveLength(1);
  await enter(page, 'x'.repeat(129));
  expect(page.result.current.view.result).toMatchObject({ kind: 'unreadable' });
  expect(asked).toEqual([]);
  expect(page.result.current.view.recent).toHaveLength(1);
});

it("finds a shop's own number that is short or has a blank, and nobody by the beginning of one", async () => {
  const page = open();
  const answerTo = async (text: string) => {
    await enter(page, text);
    return page.result.current.view.result;
  };
  expect(await answerTo('10023')).toMatchObject({ kind: 'ok', purchaseId: id });
  expect(await answerTo('Order 4711')).toMatchObject({ kind: 'ok', purchaseId: orders[0]!.purchaseId });
  expect(keys).toHaveLength(2);
  for (const text of ['1002', 'p_100', 'Q0mXx', 'Order 47'])
    expect([text, await answerTo(text)]).toMatchObject([text, { kind: 'not_found' }]);
  expect(keys).toHaveLength(2);
  expect(asked).toEqual(['10023', 'Order 4711', '1002', 'p_100', 'Q0mXx', 'Order 47']);
});
