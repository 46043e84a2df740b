import { describe, expect, it } from '@jest/globals';
import { backoffLimits, backoffMs } from '../src/backoff.ts';

describe('backoff', () => {
  it('stays between half a second and fifteen seconds, whatever the attempt', () => {
    for (let attempt = 0; attempt < 2_000; attempt += 1) {
      for (const random of [0, 0.5, 0.999_999]) {
        expect(backoffMs(attempt, random)).toBeGreaterThanOrEqual(backoffLimits.shortestMs);
        expect(backoffMs(attempt, random)).toBeLessThanOrEqual(backoffLimits.longestMs);
      }
    }
  });

  it('spreads a crowd over the whole range', () => {
    expect(backoffMs(0, 0.999_999)).toBe(1_000);
    expect(backoffMs(8, 0)).toBe(500);
    expect(backoffMs(8, 0.5)).toBe(7_750);
  });
});
