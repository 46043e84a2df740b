import { describe, expect, it } from '@jest/globals';
import type { Purchase, Sale } from '@sunbeon/contracts';
import { againOf, codeFieldOf, type Bought, type PlaceState } from '../features/plain/again.ts';

const sale = (more: Partial<Sale> = {}): Sale => ({
  saleId: 'concert',
  title: 'Concert',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  stock: { total: 10, left: 5, held: 0, sold: 5 },
  waiting: 0,
  lobby: 0,
  active: 0,
  admitPerSecond: 1,
  activeLimit: 10,
  sessionSeconds: 300,
  perVisitorLimit: 2,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime: '2026-01-01T00:00:00.000Z',
  ...more,
});
const bought = (quantity: number, state: Purchase['state'] = 'paid'): Purchase => ({ quantity, state }) as Purchase;
const again = (state: PlaceState, of: Sale, own: Bought, hasCookie = true) => againOf(state, of, own, hasCookie);
const overs: PlaceState[] = ['left', 'expired', 'completed', 'none'];

describe('on the page of the place without scripts', () => {
  it.each(overs)('a visitor joins again: %s', (state) => {
    for (const status of ['open', 'paused', 'drawing'] as const)
      expect(again(state, sale({ status }), [])).toEqual({ joins: true, text: { plain: 'again.body' } });
    expect(again(state, sale({ status: 'lobby' }), [])).toEqual({ joins: true, text: { plain: 'again.lobby' } });
  });

  it.each(['waiting', 'lobby', 'admitted', 'away'] as const)('nobody joins with a place, or while none is known: %s', (state) => {
    expect(again(state, sale(), [])).toEqual({ joins: false, text: null });
  });

  it.each(overs)('nobody joins a sale that takes no joins, or needs a script: %s', (state) => {
    for (const more of [{ status: 'scheduled' }, { status: 'closed' }, { soldOut: true }] as const)
      expect(again(state, sale(more), [])).toEqual({ joins: false, text: { plain: 'again.shut' } });
    for (const more of [{ proofWanted: true }, { identity: 'member' }] as const)
      expect(again(state, sale(more), [])).toEqual({ joins: false, text: { plain: 'again.script' } });
  });

  it('a buyer joins again while more may be bought', () => {
    expect(again('purchased', sale(), [bought(1)])).toEqual({ joins: true, text: { shared: 'purchased.again', count: 1 } });
    expect(again('completed', sale(), [bought(1)])).toEqual({ joins: true, text: { plain: 'again.body' } });
    for (const state of ['purchased', 'completed', 'expired'] as const) {
      expect(again(state, sale(), [bought(2)])).toEqual({ joins: false, text: { shared: 'purchased.already', count: 2 } });
      expect(again(state, sale(), [bought(2, 'cancelled')]).joins).toBe(true);
    }
    expect(again('purchased', sale({ status: 'closed' }), [bought(1)])).toEqual({ joins: false, text: null });
    expect(again('completed', sale({ kind: 'gate' }), [bought(2)]).joins).toBe(true);
  });

  it('without a cookie no place is known, and each join would make another', () => {
    expect(again('none', sale(), [], false)).toEqual({ joins: false, text: null });
  });

  it('purchases that could not be read are not none: a buyer is offered nothing, and no number is told', () => {
    expect(again('purchased', sale(), null)).toEqual({ joins: false, text: null });
    for (const state of ['left', 'expired', 'completed'] as const)
      expect(again(state, sale(), null)).toEqual({ joins: true, text: { plain: 'again.body' } });
    expect(again('left', sale({ status: 'closed' }), null)).toEqual({ joins: false, text: { plain: 'again.shut' } });
  });

  it('with a purchase no other code is asked for', () => {
    for (const state of ['left', 'expired', 'completed'] as const) {
      expect(codeFieldOf({ state }, [bought(1)])).toBe('optional');
      expect(codeFieldOf({ state }, null)).toBe('optional');
      for (const own of [[], [bought(1, 'cancelled')]]) expect(codeFieldOf({ state }, own)).toBe('required');
    }
    expect(codeFieldOf({ state: 'purchased' }, [bought(1, 'cancelled')])).toBe('optional');
    expect(codeFieldOf({ state: 'completed', outcome: 'purchased' }, [])).toBe('optional');
    expect(codeFieldOf({ state: 'completed', outcome: 'abandoned' }, [])).toBe('required');
    expect(codeFieldOf(null, [])).toBe('required');
  });
});
