/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Sale, Visitor } from '@sunbeon/contracts';
import { act, cleanup, renderHook } from '@testing-library/react';
import { keepCommitment, keepRoot, keptDrawOf } from '../features/draw/kept-draw.ts';
import { useKeptDraw } from '../features/draw/use-kept-draw.ts';
import { reduce } from '../features/waiting/reduce.ts';
import type { View } from '../features/waiting/view.ts';

const original = globalThis.fetch;
const commitment = 'ab'.repeat(32);
const root = 'cd'.repeat(32);
const sale = (status: Sale['status'], beacon: 'none' | 'drand'): Sale => ({
  saleId: 'concert',
  title: 'Concert',
  status,
  kind: 'shop',
  soldOut: false,
  draw: { commitment, order: 'random', beacon },
  stock: { total: 10, left: 10, held: 0, sold: 0 },
  waiting: 0,
  lobby: 5,
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
});
const visitor: Visitor = { saleId: 'concert', visitorId: 'v', generation: 7, state: 'lobby', pollAfterMs: 5_000 };
const viewOf = (status: Sale['status'], beacon: 'none' | 'drand'): View =>
  reduce(
    { state: 'loading' },
    { type: 'loaded', sale: sale(status, beacon), visitor, purchases: null, holds: null, firstPosition: null, nowMs: 0 },
  );
let asked: number;
/** Requests after which the roster is public. */
let publicAfter: number;

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
  asked = 0;
  publicAfter = 2;
  globalThis.fetch = (async () => {
    asked += 1;
    return { ok: true, status: 200, headers: new Headers(), json: async () => (asked > publicAfter ? { root } : {}) };
  }) as unknown as typeof fetch;
});
afterEach(() => {
  cleanup();
  globalThis.fetch = original;
  jest.useRealTimers();
});

it('keeps the commitment from the lobby on, and with a beacon the root as soon as it is public, at the time of its own clock', async () => {
  const { rerender } = renderHook(({ view }) => useKeptDraw('concert', view), { initialProps: { view: viewOf('lobby', 'drand') } });
  const keptAtMs = Date.now();
  await act(() => jest.advanceTimersByTimeAsync(60_000));
  expect([asked, keptDrawOf('concert', 7)]).toEqual([0, { generation: 7, commitment, beacon: 'drand', commitmentAtMs: keptAtMs }]);
  rerender({ view: viewOf('drawing', 'drand') });
  for (let step = 0; step < 80; step += 1) await act(() => jest.advanceTimersByTimeAsync(100));
  const kept = keptDrawOf('concert', 7)!;
  expect([asked, kept.root]).toEqual([3, root]);
  expect(kept.rootAtMs! - keptAtMs - 60_000).toBeLessThanOrEqual(3 * 2_500 + 100);
});

it('asks for no root of a draw without a beacon', async () => {
  renderHook(() => useKeptDraw('concert', viewOf('drawing', 'none')));
  await act(() => jest.advanceTimersByTimeAsync(60_000));
  expect([asked, keptDrawOf('concert', 7)?.root]).toEqual([0, undefined]);
});

it('replaces nothing that is kept, except that of an earlier sale of the same name', () => {
  const draw = { commitment, order: 'random', beacon: 'none' } as const;
  keepCommitment('concert', 7, draw);
  keepCommitment('concert', 7, { ...draw, commitment: root });
  keepRoot('concert', 7, root);
  keepRoot('concert', 7, commitment);
  keepRoot('concert', 8, commitment);
  expect(keptDrawOf('concert', 7)).toMatchObject({ commitment, root });
  expect(keptDrawOf('concert', 8)).toBeNull();
  keepCommitment('concert', 8, { ...draw, commitment: root });
  expect([keptDrawOf('concert', 8)?.commitment, keptDrawOf('concert', 7)]).toEqual([root, null]);
});
