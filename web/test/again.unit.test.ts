import { describe, expect, it } from '@jest/globals';
import type { Purchase, Sale } from '@sunbeon/contracts';
import { againOf, type PlaceState } from '../features/plain/again.ts';

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
const overs: PlaceState[] = ['left', 'expired', 'completed', 'none'];

describe('on the page of the place without scripts', () => {
  it.each(overs)('a visitor joins again: %s', (state) => {
    for (const status of ['open', 'paused', 'drawing'] as const)
      expect(againOf(state, sale({ status }), [])).toEqual({ joins: true, text: { plain: 'again.body' } });
    expect(againOf(state, sale({ status: 'lobby' }), [])).toEqual({ joins: true, text: { plain: 'again.lobby' } });
  });

  it.each(['waiting', 'lobby', 'admitted', 'away'] as const)('nobody joins with a place, or while none is known: %s', (state) => {
    expect(againOf(state, sale(), [])).toEqual({ joins: false, text: null });
  });

  it.each(overs)('nobody joins a sale that takes no joins, or needs a script: %s', (state) => {
    for (const more of [{ status: 'scheduled' }, { status: 'closed' }, { soldOut: true }] as const)
      expect(againOf(state, sale(more), [])).toEqual({ joins: false, text: { plain: 'again.shut' } });
    for (const more of [{ proofWanted: true }, { identity: 'member' }] as const)
      expect(againOf(state, sale(more), [])).toEqual({ joins: false, text: { plain: 'again.script' } });
  });

  it('a buyer joins again while more may be bought', () => {
    expect(againOf('purchased', sale(), [bought(1)])).toEqual({ joins: true, text: { shared: 'purchased.again', count: 1 } });
    expect(againOf('completed', sale(), [bought(1)])).toEqual({ joins: true, text: { plain: 'again.body' } });
    for (const state of ['purchased', 'completed', 'expired'] as const) {
      expect(againOf(state, sale(), [bought(2)])).toEqual({ joins: false, text: { shared: 'purchased.already', count: 2 } });
      expect(againOf(state, sale(), [bought(2, 'cancelled')]).joins).toBe(true);
    }
    expect(againOf('purchased', sale({ status: 'closed' }), [bought(1)])).toEqual({ joins: false, text: null });
    expect(againOf('completed', sale({ kind: 'gate' }), [bought(2)]).joins).toBe(true);
  });
});
