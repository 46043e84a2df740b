/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { act, cleanup, renderHook } from '@testing-library/react';
import { usePoll } from '../features/operator/use-poll.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

it('looks each second; after an action at once, four times as often for three seconds, then each second again', async () => {
  const look = jest.fn(async () => {});
  const { result } = renderHook(() => usePoll(look, 1_000, 3_000));
  await pass(0);
  expect(look).toHaveBeenCalledTimes(1);
  await pass(2_000);
  expect(look).toHaveBeenCalledTimes(3);
  await act(async () => result.current());
  expect(look).toHaveBeenCalledTimes(4);
  await pass(2_900);
  expect(look).toHaveBeenCalledTimes(15);
  await pass(2_100);
  const after = look.mock.calls.length;
  await pass(2_000);
  expect(look.mock.calls.length - after).toBe(2);
});

it('without a time of its own an action is followed by one look', async () => {
  const look = jest.fn(async () => {});
  const { result } = renderHook(() => usePoll(look, 1_000));
  await pass(0);
  await act(async () => result.current());
  await pass(900);
  expect(look).toHaveBeenCalledTimes(2);
});
