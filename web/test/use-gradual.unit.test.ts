/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, renderHook } from '@testing-library/react';
import { useGradual } from '../ui/use-gradual.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});
const start = (told: number) => renderHook(({ value }) => useGradual(value), { initialProps: { value: told } });
const second = () => act(() => jest.advanceTimersByTimeAsync(1_000));

describe('a number far back in the line', () => {
  it('moves to the received number, a step a second, and arrives before the next one', async () => {
    const { result, rerender } = start(10_000);
    rerender({ value: 9_500 });
    const seen = [result.current];
    for (let i = 0; i < 9; i += 1) {
      await second();
      seen.push(result.current);
    }
    expect(seen).toEqual([9_937, 9_874, 9_811, 9_748, 9_685, 9_622, 9_559, 9_500, 9_500, 9_500]);
  });

  it('goes on from the shown number when another arrives, never below it, never up', async () => {
    const { result, rerender } = start(10_000);
    rerender({ value: 9_200 });
    await second();
    rerender({ value: 9_000 });
    const seen: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      seen.push(result.current);
      await second();
    }
    expect(seen).toEqual([...seen].sort((a, b) => b - a));
    expect(Math.min(...seen)).toBe(9_000);
  });

  it('is shown at once near the front, and when it has to be corrected upwards', () => {
    const { result, rerender } = start(160);
    rerender({ value: 90 });
    expect(result.current).toBe(90);
    rerender({ value: 400 });
    expect(result.current).toBe(400);
  });
});
