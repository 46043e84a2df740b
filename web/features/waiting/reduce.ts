import type { Hold, Line, Purchase, Sale, ServerMessage, Visitor } from '@sunbeon/contracts';
import { chanceOf } from '@sunbeon/contracts/chance';
import { estimateWait } from '@sunbeon/contracts/estimate';
import { offsetAfter } from '../../lib/server-clock.ts';
import { withSale, withSaleOfLine, withTicketsHeld, withTicketsReturned, withTicketsSold, withWaiting } from './sale-numbers.ts';
import { isClockSetBack } from './line-age.ts';
import { noteAfter, reasonOf, settlePosition } from './position-smoothing.ts';
import { isKnown, viewOf, type Facts, type View } from './view.ts';

/** A sale and this browser's place in it. A failed read is null. */
export interface Loaded {
  sale: Sale;
  visitor: Visitor | null;
  /** The server does not know the token: no proof that the place is gone, because a key rotation may be in progress. */
  doubtful?: boolean;
  purchases: readonly Purchase[] | null;
  holds: readonly Hold[] | null;
  firstPosition: number | null;
}

/** `nowMs`: monotonic clock of the page when the event arrived, `askedAtMs`: when its request was sent. */
export type ViewEvent =
  | ({ type: 'loaded'; askedAtMs?: number; nowMs: number } & Loaded)
  | { type: 'joined'; visitor: Visitor; nowMs: number }
  | { type: 'left'; nowMs: number }
  | { type: 'visitor_seen'; visitor: Visitor | null; askedAtMs?: number; nowMs: number }
  | { type: 'place_doubtful'; askedAtMs?: number; nowMs: number }
  | { type: 'sale_seen'; sale: Sale; nowMs: number }
  /** `position`: of this place in the line; null when it is not known. */
  | { type: 'line_seen'; line: Line; position: number | null; askedAtMs: number; nowMs: number }
  | { type: 'held'; hold: Hold; nowMs: number }
  | { type: 'released'; hold: Hold; nowMs: number }
  | { type: 'bought'; purchase: Purchase; nowMs: number }
  | { type: 'message'; message: ServerMessage; nowMs: number }
  /** A place may be kept where only the browser can look: until it is read, nothing is offered. */
  | { type: 'place_possible' }
  | { type: 'sale_missing' }
  | { type: 'unreachable' };

/** A hold released this close to its end has expired, ms. */
const holdOverMs = 1_500;
/** Duration for which an unknown token is attributed to a key rotation, ms: replacing all services takes less. */
export const doubtMs = 45_000;

/** State of one place, which ends with it. */
const newPlace = {
  firstPosition: null,
  hold: null,
  holdIsOver: false,
  expiredReason: null,
  estimateBasis: null,
  note: null,
  higherSinceMs: null,
  positionAtMs: Number.NEGATIVE_INFINITY,
  doubtSinceMs: null,
  undrawn: false,
} as const;
const nothingKnown = {
  ...newPlace,
  visitor: null,
  purchases: [],
  eventNumber: null,
  placeAtMs: Number.NEGATIVE_INFINITY,
  placeLost: false,
} as const;

/** The view before the first read: a sale as the web server read it, where it can be joined; other states are read first. The clock is not known yet. */
export const firstView = (seen: Sale | null): View => {
  if (seen === null) return { state: 'loading' };
  const view = viewOf({ ...nothingKnown, sale: seen, clockOffsetMs: Number.NEGATIVE_INFINITY });
  return view.state === 'join' ? view : { state: 'loading' };
};

/** Updates position, estimate and their notes of the same place. */
const withStanding = (facts: Facts, before: Visitor | null, visitor: Visitor, nowMs: number): Facts => {
  const { position: told, etaSeconds } = visitor;
  if (told === undefined) return { ...facts, visitor, estimateBasis: null, higherSinceMs: null };
  const settled = settlePosition(before?.position ?? told, told, facts.higherSinceMs, nowMs);
  const { position } = settled;
  const estimateBasis =
    etaSeconds === undefined ? null : { position, estimate: etaSeconds, admitPerSecond: facts.sale.admitPerSecond, atMs: nowMs };
  const why = settled.recounted ? 'recounted' : estimateBasis === null ? null : reasonOf(facts.estimateBasis, estimateBasis);
  return {
    ...withWaiting(facts, visitor.waiting),
    visitor: { ...visitor, position },
    firstPosition: Math.max(facts.firstPosition ?? 0, position),
    higherSinceMs: settled.higherSinceMs,
    positionAtMs: nowMs + facts.clockOffsetMs,
    estimateBasis,
    note: noteAfter(facts.note, why, nowMs),
  };
};

/** A new seq is a new place: progress, hold and the reason of an earlier end are reset. */
const withVisitor = (facts: Facts, visitor: Visitor | null, nowMs: number): Facts => {
  if (visitor === null) return { ...facts, ...newPlace, visitor };
  const { visitor: before } = facts;
  // The answer to a claim has no `seq`: it is the same place.
  const same = before !== null && before.visitorId === visitor.visitorId && (visitor.seq === undefined || before.seq === visitor.seq);
  const seq = visitor.seq ?? before?.seq;
  // An answer contains only that the stay is over, and may precede the frame with the reason. After a claim there is one possible reason.
  const known =
    visitor.state === 'expired' && before?.state === 'admitted' && before.claimed === true
      ? { ...facts, hold: null, expiredReason: 'session_over' as const }
      : facts;
  const undrawn = before?.state === 'lobby' && visitor.state === 'left';
  const certain = { ...known, doubtSinceMs: null, placeLost: false, undrawn: known.undrawn || undrawn };
  if (same) return withStanding(certain, before, seq === undefined ? visitor : { ...visitor, seq }, nowMs);
  // Another visitor in this browser, by a link: the purchases are those of the one before.
  const purchases = facts.purchases.filter(({ visitorId }) => visitorId === visitor.visitorId);
  return withStanding({ ...certain, ...newPlace, purchases }, null, visitor, nowMs);
};

/** Applies an answer about the place, unless something newer arrived since its request was sent. */
const withAnswer = (facts: Facts, visitor: Visitor | null, askedAtMs: number, nowMs: number): Facts =>
  askedAtMs < facts.placeAtMs ? facts : withVisitor(facts, visitor, nowMs);

/** A place with its own estimate and chance, or without: those before were of another position. */
const withPlace = (facts: Facts, visitor: Visitor, { position, waiting, etaSeconds, chance }: Place, nowMs: number): Facts =>
  withVisitor(facts, { ...visitor, state: 'waiting', position, waiting, etaSeconds, chance }, nowMs);
interface Place {
  position: number;
  waiting: number;
  etaSeconds?: Visitor['etaSeconds'] | undefined;
  chance?: number | undefined;
}

/** Applies the public line. A higher position of an older moment changes nothing, however often a cache repeats it. */
const withLine = (facts: Facts, { line, position, askedAtMs, nowMs }: Extract<ViewEvent, { type: 'line_seen' }>): Facts => {
  const seen = withSaleOfLine(facts, line, nowMs);
  const { sale, visitor } = seen;
  if (position === null || askedAtMs < facts.placeAtMs || visitor?.state !== 'waiting') return seen;
  const atMs = Date.parse(line.at);
  const isSetBack = isClockSetBack(atMs, facts.positionAtMs);
  if (!isSetBack && atMs < facts.positionAtMs && position > (visitor.position ?? position)) return seen;
  const chance = chanceOf(line.status, line.chances, position);
  const waiting = Math.max(sale.waiting + sale.lobby, position);
  const placed = withPlace(seen, visitor, { position, waiting, etaSeconds: estimateWait({ ...line, position }), chance }, nowMs);
  return { ...placed, positionAtMs: isSetBack ? atMs : Math.max(facts.positionAtMs, atMs) };
};

/** The server does not know the token. The place stays on the screen, and joining is not offered, until that has lasted for `doubtMs`. */
const withDoubt = (facts: Facts, askedAtMs: number, nowMs: number): Facts => {
  if (askedAtMs < facts.placeAtMs || facts.placeLost) return facts;
  const sinceMs = facts.doubtSinceMs ?? nowMs;
  return nowMs - sinceMs < doubtMs ? { ...facts, doubtSinceMs: sinceMs } : { ...facts, ...newPlace, visitor: null, placeLost: true };
};

const withPurchase = (facts: Facts, purchase: Purchase): Facts => {
  if (facts.purchases.some(({ purchaseId }) => purchaseId === purchase.purchaseId)) return { ...facts, hold: null, holdIsOver: false };
  const sold = withTicketsSold(facts, purchase, facts.hold?.quantity === purchase.quantity);
  return { ...sold, hold: null, holdIsOver: false, purchases: [...facts.purchases, purchase] };
};

/** A cancelled purchase stays in the list, as such. */
const withCancelled = (facts: Facts, purchase: Purchase): Facts => ({
  ...facts,
  purchases: facts.purchases.map((own) => (own.purchaseId === purchase.purchaseId ? purchase : own)),
});

const withoutHold = (facts: Facts, hold: Hold, nowMs: number): Facts => {
  if (facts.hold?.holdId !== hold.holdId) return facts;
  const returned = withTicketsReturned(facts, hold, nowMs);
  return { ...returned, hold: null, holdIsOver: nowMs + facts.clockOffsetMs >= Date.parse(hold.expiresAt) - holdOverMs };
};

const change = (facts: Facts, visitor: Visitor, changed: Partial<Visitor>): Facts => ({ ...facts, visitor: { ...visitor, ...changed } });

/** A hold implies the claim. `isNew`: not yet included in the sale's figures. */
const withHold = (facts: Facts, hold: Hold, isNew: boolean, nowMs: number): Facts => {
  if (facts.visitor?.state !== 'admitted') return facts;
  const counted = isNew && facts.hold?.holdId !== hold.holdId ? withTicketsHeld(facts, hold, nowMs) : facts;
  return { ...change(counted, facts.visitor, { claimed: true }), hold, holdIsOver: false };
};

/** The number in an event's id `<n>-0`. */
const numberOf = (id: string): number => Number.parseInt(id, 10);

/** A `state` older than the view; its sale decides, since a stream may have been created again and count from one. */
const isOlderState = (facts: Facts, sale: Sale, number: number): boolean =>
  facts.eventNumber !== null && number < facts.eventNumber && Date.parse(sale.serverTime) <= Date.parse(facts.sale.serverTime);

const afterMessage = (facts: Facts, message: ServerMessage, nowMs: number): Facts => {
  if (message.type === 'alive') return { ...facts, clockOffsetMs: offsetAfter(facts.clockOffsetMs, message.serverTime, nowMs) };
  if (message.type === 'sale') return withSale(facts, message.sale, nowMs);
  if (message.type === 'position') return afterPosition(facts, message, nowMs);
  const eventNumber = numberOf(message.id);
  if (message.type === 'state') {
    if (isOlderState(facts, message.sale, eventNumber)) return facts;
    return { ...withVisitor(withSale(facts, message.sale, nowMs), message.visitor, nowMs), eventNumber, placeAtMs: nowMs };
  }
  if (facts.eventNumber !== null && eventNumber <= facts.eventNumber) return afterOldEvent(facts, message);
  return afterEvent({ ...facts, eventNumber, placeAtMs: nowMs }, message, nowMs);
};

const afterPosition = (facts: Facts, message: Extract<ServerMessage, { type: 'position' }>, nowMs: number): Facts => {
  const { visitor } = facts;
  if (visitor?.state !== 'waiting' && visitor?.state !== 'lobby') return facts;
  return withPlace(facts, visitor, message, nowMs);
};

/** Events of the stream older than the view change nothing, except for the reason why a stay ended. */
const afterOldEvent = (facts: Facts, message: StreamEvent): Facts =>
  message.type === 'expired' && facts.visitor?.state === 'expired' && facts.expiredReason === null
    ? { ...facts, expiredReason: message.reason }
    : facts;

type StreamEvent = Exclude<ServerMessage, { type: 'alive' | 'sale' | 'position' | 'state' }>;

/** A place only moves forward: a lagging gateway may send a change that an answer contained already. */
const afterEvent = (facts: Facts, message: StreamEvent, nowMs: number): Facts => {
  const { visitor } = facts;
  if (visitor === null) return facts;
  const inside = visitor.state === 'admitted';
  const inLine = visitor.state === 'waiting' || visitor.state === 'lobby';
  switch (message.type) {
    case 'admitted': {
      if (!inLine) return facts;
      const waiting = Math.max(0, facts.sale.waiting - (visitor.position ?? 1));
      return change(withWaiting(facts, waiting), visitor, { state: 'admitted', admittedUntil: message.admittedUntil, claimed: false });
    }
    // The shop may lengthen the session more than once.
    case 'extended':
    case 'claimed':
      return inLine || inside ? change(facts, visitor, { state: 'admitted', admittedUntil: message.admittedUntil, claimed: true }) : facts;
    case 'expired': {
      const ended = inLine || inside ? change(facts, visitor, { state: 'expired' }) : facts;
      return ended.visitor?.state === 'expired' ? { ...ended, hold: null, expiredReason: message.reason } : facts;
    }
    case 'held':
      return withHold(facts, message.hold, true, nowMs);
    case 'released':
      return withoutHold(facts, message.hold, nowMs);
    case 'completed':
      // A confirmed hold has ended the stay already: its purchase is what is shown.
      return inLine || inside ? { ...change(facts, visitor, { state: 'completed', outcome: message.outcome }), hold: null } : facts;
    case 'purchased': {
      const bought = withPurchase(facts, message.purchase);
      return inLine || inside ? change(bought, visitor, { state: 'purchased' }) : bought;
    }
    case 'cancelled':
      return withCancelled(facts, message.purchase);
    case 'checked_in':
      return facts;
  }
};

const afterLoaded = (view: View, event: Extract<ViewEvent, { type: 'loaded' }>): View => {
  const { sale, visitor, doubtful = false, purchases, holds, firstPosition, nowMs, askedAtMs = nowMs } = event;
  const known: Facts = isKnown(view) ? view : { ...nothingKnown, sale, clockOffsetMs: offsetAfter(null, sale.serverTime, nowMs) };
  const seen = withSale(known, sale, nowMs);
  if (doubtful) return viewOf(withDoubt(seen, askedAtMs, nowMs));
  if (askedAtMs < known.placeAtMs) return viewOf(seen);
  const placed = withVisitor(seen, visitor, nowMs);
  // Another tab may change the visitor between the two reads.
  const facts = purchases === null ? placed : { ...placed, purchases: purchases.filter((own) => own.visitorId === visitor?.visitorId) };
  const [found] = holds ?? [];
  const held = found
    ? withHold(facts, found, false, nowMs)
    : holds !== null && facts.hold !== null
      ? withoutHold(facts, facts.hold, nowMs)
      : facts;
  const first = Math.max(held.firstPosition ?? 0, firstPosition ?? 0);
  return viewOf({ ...held, firstPosition: first > 0 ? first : null });
};

const afterBought = (facts: Facts, purchase: Purchase): Facts => {
  const bought = withPurchase(facts, purchase);
  return bought.visitor === null ? bought : change(bought, bought.visitor, { state: 'purchased' });
};

/** Pure. Events of a sale that was not read yet change nothing, except those that contain it. Those older than the state are refused here. */
export const reduce = (view: View, event: ViewEvent): View => {
  if (event.type === 'sale_missing') return { state: 'not_found' };
  if (event.type === 'place_possible') return isKnown(view) && view.visitor === null ? { state: 'loading' } : view;
  if (event.type === 'unreachable') return isKnown(view) || view.state === 'not_found' ? view : { state: 'unreachable' };
  if (event.type === 'loaded') return afterLoaded(view, event);
  if (!isKnown(view)) return view;
  const { nowMs } = event;
  switch (event.type) {
    case 'joined':
      // Another sale of the same id counts its events from one.
      return viewOf({
        ...withVisitor({ ...view, expiredReason: null, higherSinceMs: null, eventNumber: null }, event.visitor, nowMs),
        placeAtMs: nowMs,
      });
    case 'left':
      return view.visitor === null ? view : viewOf({ ...change(view, view.visitor, { state: 'left' }), hold: null, placeAtMs: nowMs });
    case 'visitor_seen':
      return viewOf(withAnswer(view, event.visitor, event.askedAtMs ?? nowMs, nowMs));
    case 'place_doubtful':
      return viewOf(withDoubt(view, event.askedAtMs ?? nowMs, nowMs));
    case 'sale_seen':
      return viewOf(withSale(view, event.sale, nowMs));
    case 'line_seen':
      return viewOf(withLine(view, event));
    case 'held':
      return viewOf({ ...withHold(view, event.hold, true, nowMs), placeAtMs: nowMs });
    case 'released':
      return viewOf({ ...withoutHold(view, event.hold, nowMs), placeAtMs: nowMs });
    case 'bought':
      return viewOf({ ...afterBought(view, event.purchase), placeAtMs: nowMs });
    case 'message':
      return viewOf(afterMessage(view, event.message, nowMs));
  }
};
