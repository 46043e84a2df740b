import { describe, expect, it } from '@jest/globals';
import type { SaleEvent } from '@sunbeon/contracts';
import { createRing } from '../src/live/ring.ts';
import { createGuessLimit, guessLimits } from '../src/routes/guess-limit.ts';

const claimed = (number: number, visitor: string): SaleEvent => ({ type: 'claimed', number, atMs: 0, data: { visitor, untilMs: 0 } });
const admitted = (number: number, visitors: string[]): SaleEvent => ({ type: 'admitted', number, atMs: 0, data: { through: 1, untilMs: 0, visitors, waiting: 0, active: 0, epoch: 1 } });

describe('the ring of recent events', () => {
  it('gives a returning browser exactly its own events after the last one it knows', () => {
    const ring = createRing(10);
    for (const event of [admitted(11, ['a', 'b']), claimed(12, 'a'), claimed(13, 'b'), claimed(14, 'a')]) ring.push(event);
    expect(ring.eventsFor('a', 11, 14).map(({ number }) => number)).toEqual([12, 14]);
    expect(ring.eventsFor('a', 10, 12).map(({ number }) => number)).toEqual([11, 12]);
    expect(ring.eventsFor('c', 0, 14)).toEqual([]);
    expect([ring.covers(9), ring.covers(10)]).toEqual([false, true]);
  });

  it('forgets the oldest by number of events and of people named, and says so', () => {
    const ring = createRing(0, { events: 3, mentions: 5 });
    for (let number = 1; number <= 5; number += 1) ring.push(claimed(number, 'a'));
    expect([ring.covers(1), ring.covers(2)]).toEqual([false, true]);
    expect(ring.eventsFor('a', 0, 9).map(({ number }) => number)).toEqual([3, 4, 5]);
    ring.push(admitted(6, ['x', 'y', 'z', 'w', 'q', 'r']));
    expect(ring.eventsFor('a', 0, 9)).toEqual([]);
    expect(ring.eventsFor('r', 0, 9)).toHaveLength(1);
    ring.clear(20);
    expect([ring.covers(19), ring.covers(20), ring.eventsFor('r', 0, 99)]).toEqual([false, true, []]);
  });
});

describe('guessing the operator\'s token (T17)', () => {
  it('is over for that address after too many wrong ones, for a minute', () => {
    let now = 0;
    const limit = createGuessLimit(() => now);
    for (let i = 0; i < guessLimits.guesses; i += 1) {
      expect(limit.waitSeconds('a', 'Bearer wrong')).toBe(0);
      limit.judged('a', 'Bearer wrong', 401);
    }
    expect(limit.waitSeconds('a', 'Bearer wrong')).toBe(60);
    expect(limit.waitSeconds('b', 'Bearer wrong')).toBe(0);
    limit.judged('b', 'Bearer right', 200);
    expect([limit.waitSeconds('a', 'Bearer right'), limit.waitSeconds('a', 'Bearer other')]).toEqual([0, 60]);
    now = guessLimits.windowMs;
    expect(limit.waitSeconds('a', 'Bearer wrong')).toBe(0);
  });
});
