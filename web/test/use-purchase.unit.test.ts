/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, renderHook } from '@testing-library/react';
import { usePurchase } from '../features/purchase/use-purchase.ts';

interface Sent {
  method: string;
  path: string;
  key: string | undefined;
  body: unknown;
}
const purchase = {
  purchaseId: 'p_1',
  saleId: 'concert',
  visitorId: 'v',
  quantity: 2,
  state: 'paid',
  purchasedAt: '2026-01-01T00:00:00.000Z',
};
const hold = { holdId: 'h_1', saleId: 'concert', visitorId: 'v', quantity: 2, expiresAt: '2026-01-01T00:02:00.000Z' };
const original = globalThis.fetch;
let sent: Sent[];
/** The next answer of the API: a status and a body, or none. */
let answers: ({ status: number; body?: object } | 'silence')[];
const told = { onBought: jest.fn(), onHeld: jest.fn(), onReleased: jest.fn(), onRefused: jest.fn() };

beforeEach(() => {
  jest.useFakeTimers();
  sent = [];
  answers = [];
  for (const mock of Object.values(told)) mock.mockReset();
  globalThis.fetch = ((path: string, { method, headers, body }: { method: string; headers: Record<string, string>; body?: string }) => {
    sent.push({ method, path, key: headers['idempotency-key'], body: body === undefined ? undefined : JSON.parse(body) });
    const answer = answers.shift() ?? { status: 201, body: purchase };
    if (answer === 'silence') return Promise.reject(new TypeError('fetch failed'));
    const { status, body: json } = answer;
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    return Promise.resolve({ ok: status < 400, status, headers: new Map([['content-type', type]]), json: () => Promise.resolve(json) });
  }) as unknown as typeof fetch;
});
afterEach(() => {
  cleanup();
  globalThis.fetch = original;
  jest.useRealTimers();
});

const start = () => renderHook(() => usePurchase({ saleId: 'concert', ...told })).result;
const settle = () => act(() => jest.advanceTimersByTimeAsync(60_000));
const problem = (status: number, code: string) => ({ status, body: { code, status } });

describe('buying', () => {
  it('sends one request for any number of clicks', async () => {
    const hook = start();
    act(() => {
      for (let click = 0; click < 40; click += 1) void hook.current.buy(2);
    });
    await settle();
    expect(sent).toHaveLength(1);
    expect(told.onBought).toHaveBeenCalledWith(purchase);
    expect(hook.current.phase).toBe('idle');
  });

  it('retries with the same key after a missing answer, and shows that', async () => {
    answers = ['silence', { status: 503 }];
    const hook = start();
    act(() => void hook.current.buy(2));
    await act(() => jest.advanceTimersByTimeAsync(1));
    expect(hook.current.phase).toBe('retrying');
    await settle();
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    expect(told.onBought).toHaveBeenCalledTimes(1);
  });

  it('keeps the key of an unknown outcome, so that trying again cannot buy twice', async () => {
    answers = ['silence', 'silence', 'silence', 'silence'];
    const hook = start();
    act(() => void hook.current.buy(2));
    await settle();
    expect(hook.current).toMatchObject({ phase: 'unknown', failure: { code: 'network' } });
    expect(told.onRefused).not.toHaveBeenCalled();
    act(() => void hook.current.buy(2));
    await settle();
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    expect(told.onBought).toHaveBeenCalledTimes(1);
  });

  it('takes a new key for another quantity, and after a refusal', async () => {
    answers = ['silence', 'silence', 'silence', 'silence', problem(409, 'insufficient_stock')];
    const hook = start();
    act(() => void hook.current.buy(4));
    await settle();
    act(() => void hook.current.buy(3));
    await settle();
    expect(hook.current).toMatchObject({ phase: 'refused', failure: { code: 'insufficient_stock' } });
    expect(told.onRefused).toHaveBeenCalledTimes(1);
    act(() => void hook.current.buy(3));
    await settle();
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3);
    expect(sent.map(({ body }) => body)).toEqual([...Array(4).fill({ quantity: 4 }), { quantity: 3 }, { quantity: 3 }]);
  });
});

describe('setting aside', () => {
  it('has a key of its own, and another than buying the same quantity', async () => {
    answers = ['silence', 'silence', 'silence', 'silence', { status: 201, body: hold }];
    const hook = start();
    act(() => void hook.current.buy(2));
    await settle();
    act(() => void hook.current.setAside(2));
    await settle();
    expect(told.onHeld).toHaveBeenCalledWith(hold);
    expect(sent.at(-1)).toMatchObject({ method: 'POST', path: '/api/sales/concert/holds', body: { quantity: 2 } });
    expect(sent.at(-1)!.key).not.toBe(sent[0]!.key);
  });

  it('is confirmed or given back by its id, and by no key', async () => {
    answers = [{ status: 201, body: purchase }, { status: 204 }];
    const hook = start();
    act(() => void hook.current.confirm(hold));
    await settle();
    act(() => void hook.current.release(hold));
    await settle();
    expect(sent).toEqual([
      { method: 'POST', path: '/api/sales/concert/holds/h_1/confirm', key: undefined, body: undefined },
      { method: 'DELETE', path: '/api/sales/concert/holds/h_1', key: undefined, body: undefined },
    ]);
    expect(told.onBought).toHaveBeenCalledWith(purchase);
    expect(told.onReleased).toHaveBeenCalledWith(hold);
  });

  it('that is gone is a refusal, after which the page looks again', async () => {
    answers = [problem(404, 'hold_not_found')];
    const hook = start();
    act(() => void hook.current.confirm(hold));
    await settle();
    expect(hook.current).toMatchObject({ phase: 'refused', action: 'confirm', failure: { code: 'hold_not_found' } });
    expect(told.onRefused).toHaveBeenCalledTimes(1);
  });
});
