/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Sale } from '@sunbeon/contracts';
import { act, cleanup, renderHook } from '@testing-library/react';
import { useTicketQueue } from '../features/waiting/use-ticket-queue.ts';

const pages = 200;
const serverStart = Date.parse('2026-01-01T00:00:00.000Z');
/** The device's wall clock differs, and its monotonic clock has another origin. */
const opensAtMs = serverStart + 5_000;
const original = globalThis.fetch;
let askedAtMs: number[];
let startedMs: number;
/** The server's clock now. */
const serverMs = (): number => serverStart + performance.now() - startedMs;
/** Time until an answer arrives, ms. */
let latencyMs: () => number;
/** Time after the opening during which a read still returns `scheduled`, ms: a cache may be stale. */
let staleMs: number;

const sale = (): Sale => ({
  saleId: 'concert',
  title: 'Concert',
  status: serverMs() >= opensAtMs + staleMs ? 'open' : 'scheduled',
  kind: 'shop',
  soldOut: false,
  opensAt: new Date(opensAtMs).toISOString(),
  stock: { total: 10, left: 10, held: 0, sold: 0 },
  waiting: 0,
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
  serverTime: new Date(serverMs()).toISOString(),
});

/** A fixed sequence: mulberry32. */
const seeded = (seed: number) => (): number => {
  let state = (seed += 0x6d2b79f5);
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
};

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockImplementation(seeded(14));
  localStorage.clear();
  askedAtMs = [];
  latencyMs = () => 40;
  startedMs = performance.now();
  globalThis.fetch = ((path: string) => {
    if (!path.endsWith('/sales/concert')) throw new Error(`nothing else is asked on a first visit: ${path}`);
    askedAtMs.push(serverMs());
    const body = sale();
    return new Promise((resolve) => {
      setTimeout(() => resolve({ ok: true, status: 200, headers: new Map(), json: () => Promise.resolve(body) }), latencyMs());
    });
  }) as unknown as typeof fetch;
});
afterEach(() => {
  cleanup();
  globalThis.fetch = original;
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** `offeredAtMs`: when each page offered to join, after the opening. */
const openPages = (count: number) => {
  const offeredAtMs = new Map<number, number>();
  const hooks = Array.from(
    { length: count },
    (_, page) =>
      renderHook(() => {
        const queue = useTicketQueue('concert', { sale: null, cookieSeen: false, intent: 'i' });
        if (queue.view.state === 'join' && !offeredAtMs.has(page)) offeredAtMs.set(page, serverMs() - opensAtMs);
        return queue;
      }).result,
  );
  return { hooks, offeredAtMs };
};

it.each([700])(
  '200 pages that were left open all offer to join within 2.5 s of the opening, without a stampede (answers up to %i ms old)',
  async (oldMs) => {
    staleMs = oldMs;
    const { hooks, offeredAtMs } = openPages(pages);
    await act(() => jest.advanceTimersByTimeAsync(4_900));
    expect(hooks.every(({ current }) => current.view.state === 'scheduled')).toBe(true);
    for (let step = 0; step < 16; step += 1) await act(() => jest.advanceTimersByTimeAsync(200));
    const late = [...offeredAtMs.values()].sort((a, b) => a - b);
    expect(late).toHaveLength(pages);
    expect(late[0]).toBeGreaterThanOrEqual(0);
    expect(late.at(-1)).toBeLessThanOrEqual(2_500);
    // No tenth of a second sees more than a quarter of the crowd, and each page asks a few times at most.
    const aroundMs = askedAtMs.filter((at) => at >= opensAtMs && at < opensAtMs + 3_000);
    const perTenth = new Map<number, number>();
    for (const at of aroundMs) perTenth.set(Math.floor(at / 100), (perTenth.get(Math.floor(at / 100)) ?? 0) + 1);
    expect(Math.max(...perTenth.values())).toBeLessThanOrEqual(pages / 4);
    expect(aroundMs.length).toBeLessThanOrEqual(pages * 4);
    console.log(
      `answers up to ${oldMs} ms old: offered after ${late[0]}–${late.at(-1)} ms, ${aroundMs.length} requests in 3 s, at most ${Math.max(...perTenth.values())} in a tenth`,
    );
  },
);

const slowPages = 10;
it.each([
  [600, 600, 0],
  [600, 600, 2_000],
  [1_500, 1_500, 0],
  [1_500, 1_500, 4_000],
  [100, 1_900, 3_000],
])(
  'a page on a slow line (%i–%i ms) shows the first answer that says open, and asks one question at a time (answers up to %i ms old)',
  async (fastestMs, slowestMs, oldMs) => {
    staleMs = oldMs;
    const random = seeded(fastestMs + oldMs);
    latencyMs = () => fastestMs + random() * (slowestMs - fastestMs);
    const { hooks, offeredAtMs } = openPages(slowPages);
    for (let step = 0; step < 24; step += 1) await act(() => jest.advanceTimersByTimeAsync(200));
    expect(hooks.every(({ current }) => current.view.state === 'scheduled')).toBe(true);
    for (let step = 0; step < 75; step += 1) await act(() => jest.advanceTimersByTimeAsync(200));
    const late = [...offeredAtMs.values()].sort((a, b) => a - b);
    expect(late).toHaveLength(slowPages);
    // The page's clock is late by the delay of one answer, at most.
    const begunByMs = Math.max(slowestMs + 1_200, oldMs + slowestMs + 500);
    expect(late.at(-1)).toBeLessThanOrEqual(begunByMs + slowestMs + 200);
    const asked = askedAtMs.filter((at) => at >= opensAtMs && at < opensAtMs + late.at(-1)!).length;
    // Those of the opening, one of every four seconds at most, and one of a corrected clock.
    expect(asked).toBeLessThanOrEqual(slowPages * (Math.ceil(oldMs / (fastestMs + 250)) + 3));
    console.log(
      `answers after ${fastestMs}–${slowestMs} ms: offered after ${Math.round(late[0]!)}–${Math.round(late.at(-1)!)} ms, ${asked} requests of ${slowPages} pages`,
    );
  },
);

it('reads in quick succession on a slow line: the first answer is shown, and none replaces a later one', async () => {
  staleMs = 0;
  latencyMs = () => 1_000;
  const { result } = renderHook(() => useTicketQueue('concert', { sale: null, cookieSeen: false, intent: 'i' }));
  for (let step = 0; step < 4; step += 1) {
    void result.current.refresh();
    await act(() => jest.advanceTimersByTimeAsync(300));
  }
  expect(result.current.view.state).toBe('scheduled');
  // An answer from before the opening, overtaken by one from after it.
  await act(() => jest.advanceTimersByTimeAsync(3_500));
  latencyMs = () => 2_000;
  void result.current.refresh();
  await act(() => jest.advanceTimersByTimeAsync(500));
  latencyMs = () => 100;
  void result.current.refresh();
  await act(() => jest.advanceTimersByTimeAsync(200));
  expect(result.current.view.state).toBe('join');
  await act(() => jest.advanceTimersByTimeAsync(2_000));
  expect(result.current.view.state).toBe('join');
});

it('a newer read without an answer drops no older one that has one', async () => {
  staleMs = 0;
  latencyMs = () => 1_000;
  const { result } = renderHook(() => useTicketQueue('concert', { sale: null, cookieSeen: false, intent: 'i' }));
  await act(() => jest.advanceTimersByTimeAsync(500));
  const answering = globalThis.fetch;
  globalThis.fetch = () => Promise.reject(new TypeError('no network'));
  void result.current.refresh();
  await act(() => jest.advanceTimersByTimeAsync(100));
  expect(result.current.view.state).toBe('unreachable');
  await act(() => jest.advanceTimersByTimeAsync(500));
  expect(result.current.view.state).toBe('scheduled');
  globalThis.fetch = answering;
});
