/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Sale, Visitor } from '@sunbeon/contracts';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { useDrawCheck } from '../features/draw/use-draw-check.ts';
import { reduce } from '../features/waiting/reduce.ts';

const original = globalThis.Worker;
const sale = { saleId: 'concert', status: 'open', kind: 'gate', soldOut: false, serverTime: '2026-01-01T00:00:00.000Z' } as Sale;
const visitor: Visitor = { saleId: 'concert', visitorId: 'v', generation: 7, state: 'waiting', seq: 3, position: 3, pollAfterMs: 1_000 };
const view = reduce({ state: 'loading' }, { type: 'loaded', sale, visitor, purchases: null, holds: null, firstPosition: null, nowMs: 0 });
class RunningWorker {
  postMessage(): void {}
  terminate(): void {}
}

beforeEach(() => {
  globalThis.Worker = function () {
    throw new DOMException('A policy of this page forbids workers.', 'SecurityError');
  } as unknown as typeof Worker;
});
afterEach(() => {
  cleanup();
  globalThis.Worker = original;
});

it('fails where the browser refuses the worker of a check, and can be started again', async () => {
  const { result } = renderHook(() => useDrawCheck('concert', view));
  act(() => result.current.start());
  expect(result.current.check.status).toBe('loading');
  await waitFor(() => expect(result.current.check.status).toBe('failed'));
  globalThis.Worker = RunningWorker as unknown as typeof Worker;
  act(() => result.current.start());
  await waitFor(() => expect(result.current.check.status).toBe('asked'));
});
