import { describe, expect, it } from '@jest/globals';
import type { Rehearsal } from '@sunbeon/contracts';
import { stalledAfterMs } from '../features/operator/rehearsal/stalled.ts';

const rehearsal: Rehearsal = {
  of: 'concert',
  people: 100,
  minutes: 10,
  conversion: 0.8,
  noShowRate: 0.1,
  arrivalSeconds: 60,
  until: '2026-01-01T00:20:00.000Z',
};
const sale = { status: 'open', soldOut: false, joined: 40, rehearsal } as const;

describe('a rehearsal without arrivals', () => {
  it('is reported after twice the interval of arrivals and 20 s', () => {
    expect(stalledAfterMs(sale)).toBe(21_200);
    expect(stalledAfterMs({ ...sale, rehearsal: { ...rehearsal, people: 2, arrivalSeconds: 600 }, joined: 1 })).toBe(620_000);
  });

  it.each([
    { ...sale, joined: 100 },
    { ...sale, soldOut: true },
    { ...sale, status: 'paused' as const },
    { ...sale, status: 'closed' as const },
    { status: 'open' as const, soldOut: false, joined: 40 },
  ])('is not reported for $status with $joined joined', (other) => {
    expect(stalledAfterMs(other)).toBe(Infinity);
  });
});
