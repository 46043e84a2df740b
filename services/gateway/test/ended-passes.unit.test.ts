import { describe, expect, it } from '@jest/globals';
import type { EventData, EventType, SaleEvent } from '@sunbeon/contracts';
import { createEndedPasses } from '../src/passes/ended-passes.ts';

const event = <T extends EventType>(type: T, data: EventData[T], atMs = 10_500): SaleEvent =>
  ({ type, number: 1, atMs, data }) as SaleEvent;
const pass = { saleId: 's', passId: 's.one', visitorId: 'v', iat: 5, exp: 300, kid: 'k' };

describe('passes that ended before their time', () => {
  it('are those that the shop completed', () => {
    const ended = createEndedPasses();
    expect(ended.isEnded(pass)).toBe(false);
    ended.apply('s', event('completed', { visitor: 'v', passId: 's.one', outcome: 'abandoned' }));
    expect([ended.isEnded(pass), ended.isEnded({ ...pass, passId: 's.two' })]).toEqual([true, false]);
  });

  it.each([
    ['a purchase', event('purchased', { visitor: 'v', purchaseId: 'p', quantity: 1, purchasedAtMs: 10_500 })],
    ['the end of the session', event('expired', { visitor: 'v', reason: 'session_over' })],
  ])('are those made until %s, and not those of a later stay', (_, end) => {
    const ended = createEndedPasses();
    ended.apply('s', end);
    expect(ended.isEnded(pass)).toBe(true);
    expect(ended.isEnded({ ...pass, iat: 10 })).toBe(true);
    expect(ended.isEnded({ ...pass, iat: 11 })).toBe(false);
    expect(ended.isEnded({ ...pass, visitorId: 'w' })).toBe(false);
    expect(ended.isEnded({ ...pass, saleId: 't' })).toBe(false);
    ended.apply('s', event('pass_issued', { visitor: 'v', passId: 's.two', untilMs: 1 }));
    expect([ended.isEnded({ ...pass, passId: 's.two', iat: 10 }), ended.isEnded(pass)]).toEqual([false, true]);
  });

  it('are bounded in number; the oldest are forgotten', () => {
    const ended = createEndedPasses(100);
    for (let i = 0; i < 1_000; i += 1) {
      ended.apply('s', event('completed', { visitor: `v${i}`, passId: `s.${i}`, outcome: 'purchased' }));
      ended.apply('s', event('purchased', { visitor: `v${i}`, purchaseId: 'p', quantity: 1, purchasedAtMs: 1 }));
    }
    expect(ended.size()).toBe(200);
    expect([ended.isEnded({ ...pass, passId: 's.0' }), ended.isEnded({ ...pass, passId: 's.999' })]).toEqual([false, true]);
  });
});
