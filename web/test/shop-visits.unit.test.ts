/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { hasGone, takeVisit } from '../lib/shop-visits.ts';

/** Locks of a browser, shared by its tabs: one holder of each name, and `ifAvailable` does not wait. */
const sharedLocks = () => {
  const held = new Set<string>();
  return {
    held,
    request: async (name: string, _: { ifAvailable: true }, act: (lock: object | null) => Promise<void>): Promise<void> => {
      if (held.has(name)) return act(null);
      held.add(name);
      await act({ name }).finally(() => held.delete(name));
    },
  };
};
const withLocks = (locks: unknown): void => {
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
};

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the visit of a stay', () => {
  it('is one tab’s, also while the storage of the other does not have its note yet', async () => {
    withLocks(sharedLocks());
    const first = await takeVisit('concert', 'ada:7');
    localStorage.clear();
    expect([first, await takeVisit('concert', 'ada:7')]).toEqual([true, false]);
  });

  it('gives its lock back after two seconds, and at once to those who did not get it', async () => {
    const locks = sharedLocks();
    withLocks(locks);
    await takeVisit('concert', 'ada:7');
    expect(locks.held.size).toBe(1);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(locks.held.size).toBe(0);
    expect(await takeVisit('concert', 'ada:7')).toBe(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(locks.held.size).toBe(0);
    expect(await takeVisit('concert', 'ada:8')).toBe(true);
  });

  it.each([
    ['ada:7', 'ada:'],
    ['ada:', 'ada:7'],
    ['ada:', 'ada:'],
  ])('is had by a page that knows the number and by one that does not: %s, then %s', async (first, second) => {
    withLocks(undefined);
    expect(await takeVisit('concert', first)).toBe(true);
    expect([hasGone('concert', second), await takeVisit('concert', second)]).toEqual([true, false]);
  });

  it.each(['ada:8', 'bob:7', 'bob:', 'ad:'])('is another one for %s', async (other) => {
    withLocks(undefined);
    await takeVisit('concert', 'ada:7');
    expect([hasGone('concert', other), await takeVisit('concert', other)]).toEqual([false, true]);
  });

  it('is remembered without locks, and where they are refused', async () => {
    for (const locks of [undefined, { request: () => Promise.reject(new Error('refused')) }]) {
      localStorage.clear();
      withLocks(locks);
      expect([await takeVisit('concert', 'ada:7'), await takeVisit('concert', 'ada:7')]).toEqual([true, false]);
    }
  });
});
