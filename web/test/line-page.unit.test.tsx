/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Line, Sale, Visitor } from '@sunbeon/contracts';
import { act, cleanup, renderHook } from '@testing-library/react';
import { useTicketQueue } from '../features/waiting/use-ticket-queue.ts';

const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const closesAtMs = startMs + 20_000;
const originals = { fetch: globalThis.fetch, WebSocket: globalThis.WebSocket };
let originMs: number;
let asked: string[];
let isDrawn: boolean;
let isAdmitted: boolean;
let isClaimed: boolean;
/** Answers other than 200, by path; without a code a page of a proxy. */
let refused: Record<string, { status: number; code?: string }>;

const serverMs = (): number => startMs + performance.now() - originMs;
const iso = (ms: number): string => new Date(ms).toISOString();
/** Age of the status in the line, ms: a gateway and a cache delay it. */
const lineLagMs = 3_000;
const common = (atMs = serverMs()) => ({
  status: (!isDrawn ? 'lobby' : atMs >= closesAtMs ? 'closed' : 'open') as Sale['status'],
  waiting: 9,
  admitPerSecond: 1,
  stock: { total: 10, left: 10, held: 0, sold: 0 },
});
const answers: Record<string, () => object> = {
  '': (): Sale => ({
    ...common(),
    saleId: 'concert',
    title: 'Concert',
    kind: 'shop',
    soldOut: false,
    closesAt: iso(closesAtMs),
    lobby: 0,
    active: 0,
    activeLimit: 10,
    sessionSeconds: 300,
    perVisitorLimit: 4,
    identity: 'none',
    access: 'open',
    proofOfWork: 'off',
    timeZone: 'UTC',
    proofWanted: false,
    serverTime: iso(serverMs()),
  }),
  '/queue/me': (): Visitor => ({
    saleId: 'concert',
    visitorId: 'v',
    generation: 1,
    pollAfterMs: 1_000,
    ...(isAdmitted
      ? { state: 'admitted', admittedUntil: iso(startMs + 60_000), claimed: isClaimed }
      : isDrawn
        ? { state: 'waiting', seq: 9, position: 9, waiting: 9 }
        : { state: 'lobby' }),
  }),
  '/line': (): Line => ({
    ...common(serverMs() - lineLagMs),
    version: 1,
    saleId: 'concert',
    generation: 1,
    at: iso(serverMs()),
    lastSeq: 9,
    frontier: isAdmitted ? 9 : Math.min(8, Math.floor((serverMs() - startMs) / 2_000)),
    pace: 1,
    departures: { block: 4_096, from: 0, counts: [0] },
    next: 1_000,
  }),
  '/queue/me/claim': () => answers['/queue/me']!(),
  '/purchases/me': () => ({ purchases: [] }),
  '/holds/me': () => ({ holds: [] }),
};

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
  originMs = performance.now();
  asked = [];
  isDrawn = true;
  isAdmitted = false;
  isClaimed = true;
  refused = {};
  globalThis.WebSocket = undefined as never;
  globalThis.fetch = (async (url: string) => {
    const path = url.replace('/api/sales/concert', '');
    asked.push(path);
    const refusal = refused[path];
    if (refusal !== undefined)
      return {
        ...refusal,
        ok: false,
        headers: new Map(refusal.code === undefined ? [] : [['content-type', 'application/problem+json']]),
        json: async () => refusal,
      };
    if (path === '/queue/me/claim') isClaimed = true;
    return { ok: true, status: 200, headers: new Map(), json: async () => answers[path]!() };
  }) as unknown as typeof fetch;
});
afterEach(() => {
  cleanup();
  Object.assign(globalThis, originals);
  jest.useRealTimers();
});

const open = () => renderHook(() => useTicketQueue('concert', { sale: null, cookieSeen: true, intent: 'i' })).result;
/** In steps: React renders when `act` ends. */
const pass = async (ms: number): Promise<void> => {
  for (let step = 0; step < ms; step += 250) await act(() => jest.advanceTimersByTimeAsync(Math.min(250, ms - step)));
};
const count = (path: string): number => asked.filter((one) => one === path).length;

it('asks for the place once, follows the line, and hears the closing from it: the crowd does not ask at one moment', async () => {
  const queue = open();
  await pass(1_000);
  expect([queue.current.view.state, queue.current.connection]).toEqual(['waiting', 'polling']);
  await pass(14_000);
  const { view } = queue.current;
  // The last poll is up to 1.21 s old.
  expect([2, 3]).toContain(view.state === 'waiting' && view.visitor.position);
  await pass(10_000);
  expect(queue.current.view.state).toBe('closed');
  expect([count('/queue/me'), count('')]).toEqual([1, 1]);
  expect(count('/line')).toBeGreaterThan(10);
});

it('asks for the place at the turn', async () => {
  const queue = open();
  await pass(3_000);
  isAdmitted = true;
  await pass(3_210);
  expect(queue.current.view.state).toBe('buying');
  expect(count('/queue/me')).toBeLessThanOrEqual(3);
});

it('reads the place in the lobby, and once more within 30 s after the draw, which renews the token', async () => {
  isDrawn = false;
  const queue = open();
  await pass(3_000);
  expect(queue.current.view.state).toBe('lobby');
  expect(count('/line')).toBe(0);
  isDrawn = true;
  const before = count('/queue/me');
  await pass(31_500);
  // The poll that brings the number, and the renewal.
  expect(count('/queue/me')).toBe(before + 2);
  expect(count('/line')).toBeGreaterThan(5);
});

it.each([
  ['a page of a firewall', { status: 403 }],
  ['a page of a CDN', { status: 404 }],
  ['a page about too many requests', { status: 429 }],
  ['a refusal, while the place is still admitted', { status: 409, code: 'not_admitted' }],
])('claims until it succeeds: after %s too', async (_, refusal) => {
  isClaimed = false;
  isAdmitted = true;
  refused = { '/queue/me/claim': refusal };
  const queue = open();
  await pass(10_000);
  expect(queue.current.view.state).toBe('admitted');
  expect(count('/queue/me/claim')).toBeGreaterThanOrEqual(2);
  refused = {};
  await pass(10_000);
  expect(queue.current.view.state).toBe('buying');
  const claims = count('/queue/me/claim');
  await pass(20_000);
  expect(count('/queue/me/claim')).toBe(claims);
});

it('reads a sale that does not exist slowly, and comes back when it does or the tab is looked at', async () => {
  const queue = open();
  await pass(3_000);
  refused = { '/line': { status: 404, code: 'sale_not_found' } };
  // Two lines are up to 2.42 s apart.
  await pass(2_500);
  expect(queue.current.view.state).toBe('not_found');
  refused = {};
  // As after one answer of a stopping gateway.
  await pass(8_250);
  expect(queue.current.view.state).toBe('waiting');

  const gone = { status: 404, code: 'sale_not_found' };
  refused = { '/line': gone, '': gone };
  await pass(15_000);
  expect(queue.current.view.state).toBe('not_found');
  const before = count('');
  await pass(120_000);
  expect(count('') - before).toBeGreaterThanOrEqual(2);
  expect(count('') - before).toBeLessThanOrEqual(7);
  // Without an answer the page says what it knew.
  refused[''] = { status: 503 };
  await pass(45_000);
  expect(queue.current.view.state).toBe('not_found');
  refused = { '': gone };
  await pass(16_000);
  refused = {};
  await act(async () => void document.dispatchEvent(new Event('visibilitychange')));
  await pass(250);
  expect(queue.current.view.state).toBe('closed');
});
