import { describe, expect, it } from '@jest/globals';
import type { Purchase, Sale, Visitor } from '@sunbeon/contracts';
import { stateNames } from '../../tests/e2e/states.ts';
import { firstView, reduce, type ViewEvent } from '../features/waiting/reduce.ts';
import { saleNumbersOf } from '../features/waiting/sale-numbers.ts';
import { allHeld, isInLine, isKnown, mayJoin, progressOf, type KnownView, type StateName, type View } from '../features/waiting/view.ts';

const serverTime = '2026-01-01T00:00:00.000Z';
const nowMs = Date.parse(serverTime);
const later = '2026-01-01T00:05:00.000Z';
const sale = (changed: Partial<Sale> = {}): Sale => ({
  saleId: 'concert',
  title: 'Concert',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  stock: { total: 10, left: 10, held: 0, sold: 0 },
  waiting: 5,
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
  serverTime,
  ...changed,
});
const soldOut = sale({ soldOut: true, stock: { total: 10, left: 0, held: 0, sold: 10 } });
const visitor = (changed: Partial<Visitor> = {}): Visitor => ({
  saleId: 'concert',
  visitorId: 'v',
  generation: 1,
  state: 'waiting',
  seq: 7,
  position: 5,
  waiting: 9,
  pollAfterMs: 1_000,
  ...changed,
});
const purchase = (changed: Partial<Purchase> = {}): Purchase => ({
  purchaseId: 'p_1',
  saleId: 'concert',
  visitorId: 'v',
  quantity: 2,
  state: 'paid',
  purchasedAt: serverTime,
  ...changed,
});
const hold = { holdId: 'h_1', saleId: 'concert', visitorId: 'v', quantity: 2, expiresAt: later };
const { stock: _stock, perVisitorLimit: _limit, ...bare } = sale();
const gate: Sale = { ...bare, kind: 'gate', returnUrls: ['https://shop.example/tickets'] };
const paidInShop = sale({ confirmBy: 'shop', returnUrls: ['https://shop.example/pay'] });
const loaded = (of: Sale, who: Visitor | null = null): ViewEvent => ({
  type: 'loaded',
  sale: of,
  visitor: who,
  purchases: [],
  holds: null,
  firstPosition: null,
  nowMs,
});
const message = (sent: Extract<ViewEvent, { type: 'message' }>['message']): ViewEvent => ({ type: 'message', message: sent, nowMs });
const after = (...events: ViewEvent[]): View => events.reduce(reduce, { state: 'loading' } as View);
const known = (view: View): KnownView => {
  if (!isKnown(view)) throw new Error(`nothing is known in ${view.state}`);
  return view;
};

const inLobby: Visitor = { saleId: 'concert', visitorId: 'v', generation: 1, state: 'lobby', pollAfterMs: 5_000 };
const saleIs = (changed: Partial<Sale>): ViewEvent => message({ type: 'sale', id: '1-0', sale: sale(changed) });
const waiting = loaded(sale(), visitor());
const admitted = message({ type: 'admitted', id: '1-0', admittedUntil: later });
const claimed = message({ type: 'claimed', id: '2-0', admittedUntil: later });
const bought = message({ type: 'purchased', id: '3-0', purchase: purchase() });
const completed = (outcome: 'purchased' | 'abandoned') => message({ type: 'completed', id: '6-0', outcome });
const expired = message({ type: 'expired', id: '4-0', reason: 'claim_missed' });

describe('every state is reached by the events that lead to it', () => {
  const ways: Record<StateName, ViewEvent[]> = {
    loading: [],
    not_found: [{ type: 'sale_missing' }],
    unreachable: [{ type: 'unreachable' }],
    scheduled: [loaded(sale({ status: 'scheduled', opensAt: later }))],
    join: [loaded(sale())],
    lobby_open: [loaded(sale({ status: 'lobby', opensAt: later }))],
    lobby: [loaded(sale({ status: 'lobby' })), { type: 'joined', visitor: inLobby, nowMs }],
    drawing: [loaded(sale({ status: 'lobby' })), { type: 'joined', visitor: inLobby, nowMs }, saleIs({ status: 'drawing' })],
    waiting: [loaded(sale()), { type: 'joined', visitor: visitor(), nowMs }],
    paused: [waiting, message({ type: 'sale', id: '1-0', sale: sale({ status: 'paused' }) })],
    admitted: [waiting, admitted],
    buying: [waiting, admitted, claimed],
    holding: [waiting, admitted, claimed, { type: 'held', hold, nowMs }],
    entering: [loaded(gate, visitor()), admitted, claimed],
    paying: [loaded(paidInShop, visitor()), admitted, claimed, { type: 'held', hold, nowMs }],
    completed: [loaded(gate, visitor()), admitted, claimed, completed('purchased')],
    purchased: [waiting, admitted, claimed, bought],
    expired: [waiting, admitted, expired],
    left: [waiting, { type: 'left', nowMs }],
    sold_out: [waiting, message({ type: 'sale', id: '1-0', sale: soldOut })],
    checking: [{ ...loaded(sale()), doubtful: true } as ViewEvent],
    closed: [loaded(sale()), { type: 'sale_seen', sale: sale({ status: 'closed' }), nowMs }],
  };
  it('is looked at in a browser too', () => {
    expect(Object.keys(ways).sort()).toEqual([...stateNames].sort());
  });

  it.each(Object.entries(ways))('%s', (name, events) => {
    expect(after(...events).state).toBe(name);
  });
});

describe('the lobby', () => {
  const entered = after(loaded(sale({ status: 'lobby', opensAt: later })), { type: 'joined', visitor: inLobby, nowMs });
  const drawn = message({ type: 'state', id: '9-0', visitor: visitor({ seq: 7, position: 7, waiting: 40 }), sale: sale({ waiting: 40 }) });

  it('becomes a place with a number by a message alone', () => {
    const view = known([saleIs({ status: 'drawing', lobby: 40 }), drawn].reduce(reduce, entered));
    expect([view.state, view.visitor?.seq, view.firstPosition, view.sale.waiting]).toEqual(['waiting', 7, 7, 40]);
  });

  it('is over for whoever has a drawn number, whatever an older answer says; a number by arrival is given in it', () => {
    const draw = { commitment: 'ab'.repeat(32), order: 'random', beacon: 'none' } as const;
    const place = visitor({ seq: 7, position: 7, waiting: 40 });
    const statusOf = (seen: Sale) => known(after(loaded(seen, place))).sale.status;
    expect([statusOf(sale({ status: 'lobby', draw })), statusOf(sale({ status: 'open', draw }))]).toEqual(['drawing', 'open']);
    expect(statusOf(sale({ status: 'lobby' }))).toBe('lobby');
  });

  it('stays while the sale is paused, and its people join it as long as joins are taken', () => {
    expect(known(reduce(entered, saleIs({ status: 'paused' }))).state).toBe('lobby');
    const taken = { scheduled: false, lobby: true, drawing: true, open: true, paused: true, closed: false } as const;
    for (const status of Object.keys(taken) as (keyof typeof taken)[])
      expect([status, mayJoin(known(after(loaded(sale({ status })))))]).toEqual([status, taken[status]]);
  });

  it('that is closed without a draw says so, and to those alone who were in it', () => {
    const closed = sale({ status: 'closed' });
    const end = message({ type: 'state', id: '9-0', visitor: { ...inLobby, state: 'left' }, sale: closed });
    const view = known(reduce(entered, end));
    expect([view.state, view.undrawn]).toEqual(['closed', true]);
    const gone = message({ type: 'state', id: '9-0', visitor: { ...inLobby, state: 'left' }, sale: sale({ status: 'lobby' }) });
    const closedLater = message({ type: 'sale', id: '10-0', sale: closed });
    expect(known([gone, closedLater].reduce(reduce, entered)).undrawn).toBe(true);
    expect(known([gone, saleIs({ status: 'drawing' }), closedLater].reduce(reduce, entered)).undrawn).toBe(false);
    expect(known([{ type: 'left', nowMs } as const, end].reduce(reduce, entered)).undrawn).toBe(false);
    expect(known(after(loaded(closed, { ...inLobby, state: 'left' }))).undrawn).toBe(false);
  });

  it('is counted once in the length of a line that contains it', () => {
    const view = known(after(loaded(sale({ status: 'drawing', waiting: 2, lobby: 40 }), visitor({ seq: 42, position: 42, waiting: 42 }))));
    expect(saleNumbersOf(view, 42)).toMatchObject({ waiting: 42, ahead: 41, behind: 0 });
    const moved = known(reduce(view, message({ type: 'position', position: 41, waiting: 43 })));
    expect(saleNumbersOf(moved, 41)).toMatchObject({ waiting: 43, behind: 2 });
  });
});

describe('a place in line', () => {
  it('moves with each position and measures progress from where it was first seen', () => {
    const view = known(after(waiting, message({ type: 'position', position: 2, waiting: 6 })));
    expect(view.visitor).toMatchObject({ position: 2, waiting: 6 });
    expect(progressOf(view)).toBeCloseTo(0.6);
  });

  it('keeps a progress remembered from before a refresh', () => {
    const view = known(after({ type: 'loaded', sale: sale(), visitor: visitor(), purchases: null, holds: null, firstPosition: 50, nowMs }));
    expect(progressOf(view)).toBeCloseTo(0.9);
  });

  it('has the chance of its position, and none when a position comes without', () => {
    const low = after(waiting, message({ type: 'position', position: 4, waiting: 6, chance: 0.3 }));
    expect(known(low).visitor?.chance).toBe(0.3);
    expect(known(reduce(low, message({ type: 'position', position: 3, waiting: 6 }))).visitor?.chance).toBeUndefined();
  });

  it('loses its estimate when a position comes without one', () => {
    const view = known(
      after(loaded(sale(), visitor({ etaSeconds: { low: 1, high: 2 } })), message({ type: 'position', position: 4, waiting: 6 })),
    );
    expect(view.visitor?.etaSeconds).toBeUndefined();
  });

  it('starts anew when the visitor joins again at the back', () => {
    const view = known(after(waiting, admitted, expired, { type: 'joined', visitor: visitor({ seq: 90, position: 40 }), nowMs }));
    expect(view).toMatchObject({ state: 'waiting', expiredReason: null, firstPosition: 40 });
  });

  it('offers a new join when the server no longer knows it', () => {
    expect(after(waiting, { type: 'visitor_seen', visitor: null, nowMs }).state).toBe('join');
  });

  it('stays on the page while the server is away', () => {
    expect(after(waiting, { type: 'unreachable' }).state).toBe('waiting');
  });
});

describe('messages that are replayed after a reconnect', () => {
  it('never take a claimed visitor back to the claim window', () => {
    expect(after(waiting, admitted, claimed, admitted).state).toBe('buying');
  });

  it('never take a purchase back', () => {
    expect(after(waiting, admitted, claimed, bought, admitted, claimed, expired).state).toBe('purchased');
  });

  it('count a purchase once, whether the answer or the message comes first', () => {
    const view = known(after(waiting, admitted, claimed, { type: 'bought', purchase: purchase(), nowMs }, bought));
    expect(view.purchases).toHaveLength(1);
  });

  it('may follow an answer without the reason: after a claim, the session was over', () => {
    const over: ViewEvent = { type: 'visitor_seen', visitor: visitor({ state: 'expired' }), nowMs };
    expect(after(waiting, admitted, claimed, { type: 'held', hold, nowMs }, over)).toMatchObject({
      state: 'expired',
      expiredReason: 'session_over',
      hold: null,
    });
    expect(after(waiting, admitted, over)).toMatchObject({ state: 'expired', expiredReason: null });
    expect(after(waiting, admitted, over, expired)).toMatchObject({ state: 'expired', expiredReason: 'claim_missed' });
  });
  it('bring the reason of an end that the state message only named', () => {
    const view = known(after(loaded(sale(), visitor({ state: 'expired' })), expired));
    expect(view).toMatchObject({ state: 'expired', expiredReason: 'claim_missed' });
  });
});

describe('inside', () => {
  it('a hold counts as the claim, and its release ends it', () => {
    const held = after(waiting, admitted, message({ type: 'held', id: '2-0', hold }));
    expect(known(held)).toMatchObject({ state: 'holding', hold });
    expect(known(reduce(held, message({ type: 'released', id: '3-0', hold }))).hold).toBeNull();
  });

  it('goes on while the sale is paused or closed', () => {
    const inside = after(waiting, admitted, claimed);
    expect(reduce(inside, { type: 'sale_seen', sale: sale({ status: 'paused' }), nowMs }).state).toBe('buying');
    expect(reduce(inside, { type: 'sale_seen', sale: sale({ status: 'closed' }), nowMs }).state).toBe('buying');
  });
});

describe('a hold', () => {
  const holding = [waiting, admitted, claimed, { type: 'held', hold, nowMs }] as ViewEvent[];
  const lookedUp = (holds: readonly (typeof hold)[] | null): ViewEvent => ({
    type: 'loaded',
    sale: sale(),
    visitor: visitor({ state: 'admitted', claimed: true, admittedUntil: later }),
    purchases: [],
    holds,
    firstPosition: null,
    nowMs,
  });

  it('is found again after a reload, and kept while the server cannot confirm it', () => {
    expect(after(lookedUp([hold]))).toMatchObject({ state: 'holding', hold });
    expect(after(...holding, lookedUp(null)).state).toBe('holding');
    expect(after(...holding, lookedUp([])).state).toBe('buying');
  });

  it('that expired shows a note, a released one does not', () => {
    const endMs = Date.parse(later);
    expect(known(after(...holding, { type: 'released', hold, nowMs }))).toMatchObject({ state: 'buying', holdIsOver: false });
    const over = after(...holding, { type: 'message', message: { type: 'released', id: '9-0', hold }, nowMs: endMs + 300 });
    expect(known(over)).toMatchObject({ state: 'buying', holdIsOver: true });
    expect(known(reduce(over, { type: 'held', hold: { ...hold, holdId: 'h_2' }, nowMs }))).toMatchObject({
      state: 'holding',
      holdIsOver: false,
    });
  });

  it('survives the answer to the claim, which has no number', () => {
    const {
      seq: _seq,
      position: _position,
      waiting: _waiting,
      ...answer
    } = visitor({ state: 'admitted', claimed: true, admittedUntil: later });
    const view = known(after(...holding, { type: 'visitor_seen', visitor: answer, nowMs }));
    expect(view).toMatchObject({ state: 'holding', visitor: { seq: 7 } });
  });

  it('cannot apply to a visitor who is not active', () => {
    expect(known(after(waiting, { type: 'held', hold, nowMs })).hold).toBeNull();
  });
});

describe('numbers that move for a reason', () => {
  const at = (ms: number, position: number, high: number, low = 1): ViewEvent => ({
    type: 'message',
    message: { type: 'position', position, waiting: 500, etaSeconds: { low, high } },
    nowMs: nowMs + ms,
  });
  const start = [loaded(sale(), visitor({ position: 100, etaSeconds: { low: 100, high: 115 } }))];
  const why = (...events: ViewEvent[]) => known(after(...start, ...events)).note?.why;
  const position = (...events: ViewEvent[]) => known(after(...start, ...events)).visitor?.position;

  it('need no words while the line moves as planned', () => {
    expect(why(at(1_000, 99, 114), at(2_000, 98, 113), at(12_000, 88, 102))).toBeUndefined();
  });

  it('are explained by a new pace, which its own consequences do not talk over', () => {
    const paced = (admitPerSecond: number): ViewEvent => ({ type: 'sale_seen', sale: sale({ admitPerSecond }), nowMs: nowMs + 1_000 });
    expect(why(paced(2), at(2_000, 98, 57))).toBe('pace_up');
    expect(why(paced(0.5), at(2_000, 98, 226))).toBe('pace_down');
    expect(why(paced(0.5), at(2_000, 98, 226), at(3_000, 98, 300))).toBe('pace_down');
  });

  it('have notes with the observed reason: slower, faster, departures, a line that moves again', () => {
    expect(why(at(1_000, 99, 200))).toBe('slower');
    expect(why(at(1_000, 99, 200), at(2_000, 98, 110))).toBe('faster');
    expect(why(at(1_000, 60, 69))).toBe('people_left');
    expect(why({ type: 'sale_seen', sale: sale({ status: 'paused' }), nowMs }, { type: 'sale_seen', sale: sale(), nowMs })).toBe('resumed');
  });

  it('are explained for half a minute', () => {
    expect(why(at(1_000, 99, 200), at(20_000, 98, 199))).toBe('slower');
    expect(why(at(1_000, 99, 200), at(32_000, 98, 199))).toBeUndefined();
  });

  it('never grow for a moment; only when it lasts, and then with a note', () => {
    expect(position(at(1_000, 99, 114), at(1_200, 100, 115))).toBe(99);
    expect(position(at(1_000, 99, 114), at(1_200, 100, 115), at(2_200, 98, 113))).toBe(98);
    const insisted = [at(1_000, 99, 114), at(1_200, 150, 170), at(4_300, 149, 169)];
    expect(position(...insisted)).toBe(149);
    expect(why(...insisted)).toBe('recounted');
    expect(progressOf(known(after(...start, ...insisted)))).toBe(0);
  });
});

describe('the actions of the page', () => {
  it('joining again until the limit of the visitor is reached', () => {
    const once = after(waiting, admitted, claimed, bought);
    expect(mayJoin(known(once))).toBe(true);
    const full = reduce(once, { type: 'bought', purchase: purchase({ purchaseId: 'p_2' }), nowMs });
    expect(mayJoin(known(full))).toBe(false);
    // A cancelled purchase stays on the page, as such, and its limit is free again.
    const cancelled = purchase({ purchaseId: 'p_2', state: 'cancelled' });
    const freed = reduce(full, { type: 'message', message: { type: 'cancelled', id: '99-0', purchase: cancelled }, nowMs });
    expect(known(freed).purchases.map(({ state }) => state)).toEqual(['paid', 'cancelled']);
    expect(mayJoin(known(freed))).toBe(true);
  });

  it('nothing to join when it is sold out, but a place in line is still followed', () => {
    const view = after(loaded(soldOut, visitor()));
    expect(mayJoin(known(view))).toBe(false);
    expect(isInLine(view)).toBe(true);
  });

  it('a word about tickets that may return while all are on hold', () => {
    expect(allHeld(sale({ stock: { total: 10, left: 0, held: 3, sold: 7 } }))).toBe(true);
    expect(allHeld(soldOut)).toBe(false);
  });
});

describe('the clock', () => {
  it('follows the server, trusting the least delayed sample until one of the clocks jumps', () => {
    const seen = (deviceMs: number): ViewEvent => ({ type: 'sale_seen', sale: sale(), nowMs: deviceMs });
    expect(known(after(loaded(sale()), seen(nowMs + 400))).clockOffsetMs).toBe(0);
    expect(known(after(loaded(sale()), seen(nowMs - 300))).clockOffsetMs).toBe(300);
    expect(known(after(loaded(sale()), seen(nowMs + 60_000))).clockOffsetMs).toBe(-60_000);
  });
});

describe('a stay in the shop', () => {
  const inShop = [loaded(gate, visitor()), admitted, claimed];
  it('is lengthened by the shop, and only forward in the order of events', () => {
    const longer = '2026-01-01T00:10:00.000Z';
    const extended = message({ type: 'extended', id: '5-0', admittedUntil: longer });
    expect(after(...inShop, extended)).toMatchObject({ state: 'entering', admittedUntil: longer });
    expect(after(...inShop, extended, message({ type: 'extended', id: '3-0', admittedUntil: later }))).toMatchObject({
      admittedUntil: longer,
    });
    // The ticket was a claim, and the gateway lags.
    expect(after(loaded(gate, visitor()), admitted, extended)).toMatchObject({ state: 'entering', admittedUntil: longer });
    expect(after(...inShop, completed('abandoned'), message({ type: 'extended', id: '7-0', admittedUntil: longer })).state).toBe(
      'completed',
    );
  });

  it('ends once, by the word of the shop, and may begin again at the back', () => {
    expect(after(...inShop, completed('abandoned'))).toMatchObject({ state: 'completed', outcome: 'abandoned' });
    const thanked = after(...inShop, completed('purchased'));
    expect(thanked).toMatchObject({ state: 'completed', outcome: 'purchased' });
    expect([mayJoin(known(thanked)), isInLine(thanked)]).toEqual([true, false]);
    expect(reduce(thanked, message({ type: 'completed', id: '7-0', outcome: 'abandoned' }))).toMatchObject({ outcome: 'purchased' });
    expect(reduce(thanked, message({ type: 'expired', id: '8-0', reason: 'session_over' })).state).toBe('completed');
    expect(reduce(thanked, { type: 'joined', visitor: visitor({ seq: 20 }), nowMs })).toMatchObject({
      state: 'waiting',
      visitor: { seq: 20 },
    });
  });

  it('is told by an answer, too, also after the sale has closed', () => {
    const told = loaded({ ...gate, status: 'closed' }, visitor({ state: 'completed', outcome: 'purchased' }));
    expect(after(told)).toMatchObject({ state: 'completed', outcome: 'purchased' });
    expect(mayJoin(known(after(told)))).toBe(false);
  });

  it('never sells out, and asks for no quantity', () => {
    const view = known(after(...inShop));
    expect([allHeld(view.sale), saleNumbersOf(view)]).toEqual([false, expect.objectContaining({ stock: null, largestQuantity: 0 })]);
    expect(mayJoin(known(after(loaded(gate))))).toBe(true);
  });
});

describe('a hold that the shop confirms', () => {
  const paying = [loaded(paidInShop, visitor()), admitted, claimed, message({ type: 'held', id: '3-0', hold })];
  it('is shown with its time until the shop confirms it, and then as a purchase, not as a visit', () => {
    expect(after(...paying)).toMatchObject({ state: 'paying', hold });
    const confirmed = after(
      ...paying,
      message({ type: 'purchased', id: '4-0', purchase: purchase() }),
      message({ type: 'completed', id: '5-0', outcome: 'purchased' }),
    );
    expect(confirmed).toMatchObject({ state: 'purchased', hold: null });
    expect(known(confirmed).purchases).toHaveLength(1);
  });

  it('ends with a visit that the shop abandons; when its time is over, the reader chooses again', () => {
    expect(
      after(...paying, message({ type: 'released', id: '4-0', hold }), message({ type: 'completed', id: '5-0', outcome: 'abandoned' })),
    ).toMatchObject({
      state: 'completed',
      outcome: 'abandoned',
      hold: null,
    });
    const over = { ...hold, expiresAt: serverTime };
    expect(after(...paying, message({ type: 'released', id: '4-0', hold: over })).state).toBe('buying');
  });
});

describe('the first view, of the sale as the web server read it', () => {
  it('offers a join where there is one, and nothing else', () => {
    expect(firstView(sale()).state).toBe('join');
    expect(firstView(sale({ status: 'paused' })).state).toBe('join');
    for (const changed of [{ status: 'scheduled' }, { status: 'lobby' }, { status: 'closed' }, { soldOut: true }] as Partial<Sale>[])
      expect(firstView(sale(changed))).toEqual({ state: 'loading' });
    expect(firstView(null)).toEqual({ state: 'loading' });
  });

  it('knows no clock: the first answer of a server sets it, also one that is older', () => {
    const older = sale({ serverTime: '2025-12-31T23:59:30.000Z', waiting: 9 });
    const view = reduce(firstView(sale()), { type: 'sale_seen', sale: older, nowMs: 1_000 });
    expect(isKnown(view) && view.clockOffsetMs).toBe(Date.parse(older.serverTime) - 1_000);
  });

  it('gives way to a place that may be kept in the browser, and never hides one', () => {
    expect(reduce(firstView(sale()), { type: 'place_possible' })).toEqual({ state: 'loading' });
    const placed = reduce(firstView(sale()), { type: 'joined', visitor: visitor(), nowMs: 1_000 });
    expect(placed.state).toBe('waiting');
    expect(reduce(placed, { type: 'place_possible' })).toBe(placed);
  });
});
