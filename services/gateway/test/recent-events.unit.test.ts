import { describe, expect, it } from '@jest/globals';
import type { SaleEvent } from '@sunbeon/contracts';
import { createRecentEvents } from '../src/live/stream/recent-events.ts';
import { createShopKeyLimit, shopKeyLimits } from '../src/routes/shop-key-limit.ts';

const claimed = (number: number, visitor: string): SaleEvent => ({ type: 'claimed', number, atMs: 0, data: { visitor, untilMs: 0 } });
const admitted = (number: number, visitors: string[]): SaleEvent => ({
  type: 'admitted',
  number,
  atMs: 0,
  data: { through: 1, untilMs: 0, visitors, waiting: 0, active: 0, epoch: 1 },
});

describe('the recent events', () => {
  it('gives a returning browser exactly its own events after the last one received', () => {
    const recentEvents = createRecentEvents(10);
    for (const event of [admitted(11, ['a', 'b']), claimed(12, 'a'), claimed(13, 'b'), claimed(14, 'a')]) recentEvents.push(event);
    expect(recentEvents.eventsFor('a', 11, 14).map(({ number }) => number)).toEqual([12, 14]);
    expect(recentEvents.eventsFor('a', 10, 12).map(({ number }) => number)).toEqual([11, 12]);
    expect(recentEvents.eventsFor('c', 0, 14)).toEqual([]);
    expect([recentEvents.covers(9), recentEvents.covers(10)]).toEqual([false, true]);
  });

  it('evicts the oldest by number of events and of visitors named, and reports that', () => {
    const recentEvents = createRecentEvents(0, { events: 3, mentions: 5 });
    for (let number = 1; number <= 5; number += 1) recentEvents.push(claimed(number, 'a'));
    expect([recentEvents.covers(1), recentEvents.covers(2)]).toEqual([false, true]);
    expect(recentEvents.eventsFor('a', 0, 9).map(({ number }) => number)).toEqual([3, 4, 5]);
    recentEvents.push(admitted(6, ['x', 'y', 'z', 'w', 'q', 'r']));
    expect(recentEvents.eventsFor('a', 0, 9)).toEqual([]);
    expect(recentEvents.eventsFor('r', 0, 9)).toHaveLength(1);
    recentEvents.clear(20);
    expect([recentEvents.covers(19), recentEvents.covers(20), recentEvents.eventsFor('r', 0, 99)]).toEqual([false, true, []]);
  });
});

describe('guessing a shop key', () => {
  it('is over for that address after too many wrong ones, for a minute', () => {
    let now = 0;
    const limit = createShopKeyLimit(() => now);
    for (let i = 0; i < shopKeyLimits.guesses; i += 1) {
      expect(limit.waitSeconds('a', 'Bearer wrong')).toBe(0);
      limit.judged('a', 'Bearer wrong', 401);
    }
    expect(limit.waitSeconds('a', 'Bearer wrong')).toBe(60);
    expect(limit.waitSeconds('b', 'Bearer wrong')).toBe(0);
    limit.judged('b', 'Bearer right', 200);
    expect([limit.waitSeconds('a', 'Bearer right'), limit.waitSeconds('a', 'Bearer other')]).toEqual([0, 60]);
    now = shopKeyLimits.windowMs;
    expect(limit.waitSeconds('a', 'Bearer wrong')).toBe(0);
  });
});
