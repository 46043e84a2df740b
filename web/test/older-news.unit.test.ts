import { describe, expect, it } from '@jest/globals';
import type { Purchase, Sale, ServerMessage, Visitor } from '@sunbeon/contracts';
import { saleNumbersOf } from '../features/waiting/sale-numbers.ts';
import { doubtMs, reduce, type ViewEvent } from '../features/waiting/reduce.ts';
import { isKnown, type KnownView, type View } from '../features/waiting/view.ts';

const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const iso = (seconds: number): string => new Date(startMs + seconds * 1_000).toISOString();
const saleAt = (seconds: number, changed: Partial<Sale> = {}): Sale => ({
  saleId: 'concert',
  title: 'Concert',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  stock: { total: 40, left: 40, held: 0, sold: 0 },
  waiting: 7,
  lobby: 0,
  active: 0,
  admitPerSecond: 1,
  activeLimit: 10,
  sessionSeconds: 300,
  perVisitorLimit: 4,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime: iso(seconds),
  ...changed,
});
const visitor = (changed: Partial<Visitor> = {}): Visitor => ({
  saleId: 'concert',
  visitorId: 'v',
  generation: 1,
  state: 'waiting',
  seq: 7,
  position: 6,
  waiting: 7,
  pollAfterMs: 1_000,
  ...changed,
});
/** The page's clock: an arbitrary origin; here 1,000 ms when the server's is zero. */
const nowMs = (seconds: number): number => 1_000 + seconds * 1_000;
const told = (message: ServerMessage, seconds = 1): ViewEvent => ({ type: 'message', message, nowMs: nowMs(seconds) });
const loaded = (who: Visitor | null, further: Partial<Extract<ViewEvent, { type: 'loaded' }>> = {}): ViewEvent => ({
  type: 'loaded',
  sale: saleAt(0),
  visitor: who,
  purchases: [],
  holds: null,
  firstPosition: null,
  nowMs: nowMs(0),
  ...further,
});
const after = (...events: ViewEvent[]): KnownView => {
  const view = events.reduce(reduce, { state: 'loading' } as View);
  if (!isKnown(view)) throw new Error(view.state);
  return view;
};
const stateMessage = (id: string, who: Visitor, seconds: number): ViewEvent =>
  told({ type: 'state', id, visitor: who, sale: saleAt(seconds) }, seconds);
const inside = visitor({ state: 'admitted', claimed: true, admittedUntil: iso(300) });

describe('updates older than the state are refused', () => {
  const again = visitor({ seq: 90, position: 40 });
  it('events of an earlier stay, replayed after the present state: the visitor waits, and is admitted later', () => {
    const replayed = [
      told({ type: 'admitted', id: '8-0', admittedUntil: iso(60) }),
      told({ type: 'expired', id: '9-0', reason: 'claim_missed' }),
    ];
    const view = after(loaded(visitor()), stateMessage('12-0', again, 1), ...replayed);
    expect(view).toMatchObject({ state: 'waiting', visitor: { seq: 90, position: 40 } });
    expect(reduce(view, told({ type: 'admitted', id: '20-0', admittedUntil: iso(90) }))).toMatchObject({
      state: 'admitted',
      admittedUntil: iso(90),
    });
  });

  it('a repeated claim, by another gateway that lags', () => {
    const view = after(
      loaded(visitor()),
      stateMessage('12-0', inside, 1),
      told({ type: 'admitted', id: '10-0', admittedUntil: iso(60) }),
      told({ type: 'claimed', id: '11-0', admittedUntil: iso(70) }),
    );
    expect(view).toMatchObject({ state: 'buying', admittedUntil: iso(300) });
  });

  it('an answer to a request from before the admission', () => {
    const admitted = told({ type: 'admitted', id: '8-0', admittedUntil: iso(60) }, 2);
    const view = after(loaded(visitor()), admitted, { type: 'visitor_seen', visitor: visitor(), askedAtMs: nowMs(1), nowMs: nowMs(3) });
    expect(view.state).toBe('admitted');
    expect(reduce(view, loaded(visitor(), { askedAtMs: nowMs(1.5), nowMs: nowMs(3) }))).toMatchObject({ state: 'admitted' });
    expect(
      reduce(view, { type: 'visitor_seen', visitor: visitor({ state: 'expired' }), askedAtMs: nowMs(3), nowMs: nowMs(4) }),
    ).toMatchObject({ state: 'expired' });
  });

  it('purchases read before another visitor took the place, and those of anybody else', () => {
    const [v, w] = ['v', 'w'].map((visitorId) => ({ purchaseId: `p_${visitorId}`, visitorId, quantity: 1, state: 'paid' }) as Purchase);
    const owned = (view: View) => (isKnown(view) ? view.purchases.map(({ purchaseId }) => purchaseId) : null);
    const joined: ViewEvent = { type: 'joined', visitor: visitor({ visitorId: 'w', seq: 3 }), nowMs: nowMs(2) };
    const view = after(loaded(visitor(), { purchases: [v!] }), joined);
    expect(owned(view)).toEqual([]);
    const late = reduce(view, loaded(visitor(), { purchases: [v!], askedAtMs: nowMs(1), nowMs: nowMs(3) }));
    expect(late).toMatchObject({ visitor: { visitorId: 'w' }, purchases: [] });
    const own = loaded(visitor({ visitorId: 'w', seq: 3 }), { purchases: null, askedAtMs: nowMs(3), nowMs: nowMs(4) });
    expect(owned(reduce(late, own))).toEqual([]);
    expect(owned(reduce(late, { ...own, purchases: [v!, w!] } as ViewEvent))).toEqual(['p_w']);
  });

  it('an expiry is followed by a new stay on the same stream', () => {
    const expired = [
      told({ type: 'admitted', id: '8-0', admittedUntil: iso(60) }),
      told({ type: 'expired', id: '9-0', reason: 'claim_missed' }),
    ];
    expect(after(loaded(visitor()), ...expired, stateMessage('12-0', again, 3))).toMatchObject({
      state: 'waiting',
      expiredReason: null,
      visitor: { seq: 90 },
    });
  });

  it('a state of before, by a gateway that lags; but a stream that was made anew counts from one again', () => {
    const view = after(loaded(visitor()), stateMessage('12-0', inside, 10));
    expect(reduce(view, stateMessage('9-0', visitor(), 8))).toMatchObject({ state: 'buying' });
    expect(reduce(view, stateMessage('1-0', again, 12))).toMatchObject({ state: 'waiting' });
  });

  it('a sale that was seen earlier, unless the clock of the server itself went back', () => {
    const opened: ViewEvent = { type: 'sale_seen', sale: saleAt(10), nowMs: nowMs(10) };
    const before = (seconds: number): ViewEvent => ({
      type: 'sale_seen',
      sale: saleAt(seconds, { status: 'scheduled' }),
      nowMs: nowMs(11),
    });
    expect(after(loaded(null), opened, before(9.3)).state).toBe('join');
    expect(after(loaded(null), opened, before(-3_600)).state).toBe('scheduled');
  });
});

describe('the figures of one screen', () => {
  const bought: ViewEvent = {
    type: 'bought',
    purchase: { purchaseId: 'p', saleId: 'concert', visitorId: 'v', quantity: 2, state: 'paid', purchasedAt: iso(5) },
    nowMs: nowMs(5),
  };
  it('count the own purchase at once, and no answer from before it takes it back', () => {
    const view = after(loaded(inside), bought);
    expect(saleNumbersOf(view)).toMatchObject({ stock: { left: 38, total: 40 }, largestQuantity: 2 });
    expect(saleNumbersOf(after(loaded(inside), bought, { type: 'sale_seen', sale: saleAt(4.2), nowMs: nowMs(5.1) })).stock?.left).toBe(38);
    expect(
      saleNumbersOf(
        after(loaded(inside), bought, {
          type: 'sale_seen',
          sale: saleAt(6, { stock: { total: 40, left: 30, held: 0, sold: 10 } }),
          nowMs: nowMs(6),
        }),
      ).stock?.left,
    ).toBe(30);
  });

  it('count tickets set aside and given back', () => {
    const hold = { holdId: 'h', saleId: 'concert', visitorId: 'v', quantity: 3, expiresAt: iso(120) };
    const held = after(loaded(inside), { type: 'held', hold, nowMs: nowMs(5) });
    expect(saleNumbersOf(held)).toMatchObject({ stock: { left: 37, held: 3 } });
    expect(
      saleNumbersOf(after(loaded(inside), { type: 'held', hold, nowMs: nowMs(5) }, { type: 'released', hold, nowMs: nowMs(6) })),
    ).toMatchObject({ stock: { left: 40, held: 0 } });
    expect(
      saleNumbersOf(after(loaded(inside, { holds: [hold], sale: saleAt(0, { stock: { total: 40, left: 37, held: 3, sold: 0 } }) }))),
    ).toMatchObject({ stock: { left: 37, held: 3 } });
  });

  it('have one length of the line, whatever its last source, and never less than the own position', () => {
    for (const position of [6, 5, 3, 1]) {
      const view = after(loaded(visitor()), told({ type: 'position', position, waiting: position + 1 }));
      expect(saleNumbersOf(view, position)).toMatchObject({ waiting: position + 1, ahead: position - 1, behind: 1 });
    }
    const later = after(loaded(visitor()), told({ type: 'position', position: 5, waiting: 6 }), {
      type: 'sale_seen',
      sale: saleAt(3, { waiting: 2 }),
      nowMs: nowMs(3),
    });
    expect(saleNumbersOf(later, 5)).toMatchObject({ waiting: 5, ahead: 4, behind: 0 });
  });

  it('count no one who is inside as waiting, although the last position is kept', () => {
    const alone = after(
      loaded(visitor({ position: 1, waiting: 1 }), { sale: saleAt(0, { waiting: 1 }) }),
      told({ type: 'admitted', id: '8-0', admittedUntil: iso(60) }),
    );
    const kept = alone.state === 'admitted' ? alone.visitor.position : null;
    expect(kept).toBe(1);
    expect(saleNumbersOf(alone, 1)).toMatchObject({ waiting: 0, ahead: 0, behind: 0 });
  });

  it('show no waiting visitors where the line is over', () => {
    expect(saleNumbersOf(after(loaded(null, { sale: saleAt(0, { status: 'closed', waiting: 321 }) }))).waiting).toBeNull();
    expect(saleNumbersOf(after(loaded(null, { sale: saleAt(0, { soldOut: true, waiting: 321 }) }))).waiting).toBeNull();
  });

  it('bound the quantity by the stock', () => {
    expect(
      saleNumbersOf(after(loaded(inside, { sale: saleAt(0, { stock: { total: 40, left: 1, held: 0, sold: 39 } }) }))).largestQuantity,
    ).toBe(1);
    expect(saleNumbersOf(after(loaded(inside))).largestQuantity).toBe(4);
  });
});

describe('a token that is not known', () => {
  const doubtful = (seconds: number): ViewEvent => ({ type: 'place_doubtful', askedAtMs: nowMs(seconds), nowMs: nowMs(seconds) });
  it('leaves the place on the screen for 45 s, and only then shows that it is lost', () => {
    const held = after(loaded(visitor()), doubtful(1), doubtful(20), doubtful(45));
    expect(held).toMatchObject({ state: 'waiting', placeLost: false });
    expect(after(loaded(visitor()), doubtful(1), doubtful(1 + doubtMs / 1_000))).toMatchObject({ state: 'join', placeLost: true });
  });

  it('is reset once the token is known again', () => {
    const known: ViewEvent = { type: 'visitor_seen', visitor: visitor(), askedAtMs: nowMs(30), nowMs: nowMs(30) };
    expect(after(loaded(visitor()), doubtful(1), known, doubtful(60))).toMatchObject({ state: 'waiting' });
  });

  it('does not offer a page that was just opened to join', () => {
    expect(after(loaded(null, { doubtful: true })).state).toBe('checking');
    expect(after(loaded(null, { doubtful: true }), loaded(visitor(), { nowMs: nowMs(9) })).state).toBe('waiting');
  });
});
