import type { Hold, Purchase, Sale, ServerMessage, Visitor } from '@sunbeon/contracts';
import { noteAfter, reasonOf, settlePosition } from './standing.ts';
import { isKnown, viewOf, type Facts, type View } from './view.ts';

/** Everything about a sale and this browser's place in it. What could not be asked is null. */
export interface Loaded {
  sale: Sale;
  visitor: Visitor | null;
  purchases: readonly Purchase[] | null;
  holds: readonly Hold[] | null;
  firstPosition: number | null;
}

/** `nowMs` is this device's clock when the event arrived. */
export type ViewEvent =
  | ({ type: 'loaded'; nowMs: number } & Loaded)
  | { type: 'joined'; visitor: Visitor; nowMs: number }
  | { type: 'left' }
  | { type: 'visitor_seen'; visitor: Visitor | null; nowMs: number }
  | { type: 'sale_seen'; sale: Sale; nowMs: number }
  | { type: 'held'; hold: Hold }
  | { type: 'released'; hold: Hold; nowMs: number }
  | { type: 'bought'; purchase: Purchase }
  | { type: 'message'; message: ServerMessage; nowMs: number }
  | { type: 'sale_missing' }
  | { type: 'unreachable' };

/** Beyond this the device's clock was set anew, ms; below it the largest offset seen has the least delay in it. */
const clockJumpMs = 5_000;
/** A hold given back so close to its end went back because of it, ms. */
const holdOverMs = 1_500;

const offsetAfter = (before: number | null, sale: Sale, nowMs: number): number => {
  const sample = Date.parse(sale.serverTime) - nowMs;
  if (Number.isNaN(sample)) return before ?? 0;
  return before === null || Math.abs(sample - before) > clockJumpMs ? sample : Math.max(before, sample);
};

const withSale = (facts: Facts, sale: Sale, nowMs: number): Facts => ({
  ...facts,
  sale,
  clockOffsetMs: offsetAfter(facts.clockOffsetMs, sale, nowMs),
  note: noteAfter(facts.note, facts.sale.status === 'paused' && sale.status === 'open' ? 'resumed' : null, nowMs),
});

/** What belongs to one place and ends with it. */
const newPlace = { firstPosition: null, hold: null, holdIsOver: false, expiredReason: null, standing: null, note: null, higherSinceMs: null } as const;

/** Position, estimate and their reasons, of the same place told once more. */
const withStanding = (facts: Facts, before: Visitor | null, visitor: Visitor, nowMs: number): Facts => {
  const { position: told, etaSeconds } = visitor;
  if (told === undefined) return { ...facts, visitor, standing: null, higherSinceMs: null };
  const settled = settlePosition(before?.position ?? told, told, facts.higherSinceMs, nowMs);
  const { position } = settled;
  const standing = etaSeconds === undefined ? null : { position, estimate: etaSeconds, admitPerSecond: facts.sale.admitPerSecond, atMs: nowMs };
  const why = settled.recounted ? 'recounted' : standing === null ? null : reasonOf(facts.standing, standing);
  return {
    ...facts,
    visitor: { ...visitor, position },
    firstPosition: Math.max(facts.firstPosition ?? 0, position),
    higherSinceMs: settled.higherSinceMs,
    standing,
    note: noteAfter(facts.note, why, nowMs),
  };
};

/** A new seq is a new place: progress, hold and the reason of an earlier end are forgotten. */
const withVisitor = (facts: Facts, visitor: Visitor | null, nowMs: number): Facts => {
  if (visitor === null) return { ...facts, ...newPlace, visitor };
  const { visitor: before } = facts;
  // A claim answers without `seq`: it is still the same place.
  const same = before !== null && before.visitorId === visitor.visitorId && (visitor.seq === undefined || before.seq === visitor.seq);
  const seq = visitor.seq ?? before?.seq;
  // An answer says only that the stay is over, and may be here before the message that says why. Who had claimed can have lost it in one way.
  const known = visitor.state === 'expired' && before?.state === 'admitted' && before.claimed === true ? { ...facts, hold: null, expiredReason: 'session_over' as const } : facts;
  if (same) return withStanding(known, before, seq === undefined ? visitor : { ...visitor, seq }, nowMs);
  return withStanding({ ...facts, ...newPlace }, null, visitor, nowMs);
};

const withPurchase = (facts: Facts, purchase: Purchase): Facts => ({
  ...facts,
  hold: null,
  holdIsOver: false,
  purchases: [...facts.purchases.filter(({ purchaseId }) => purchaseId !== purchase.purchaseId), purchase],
});

const withoutHold = (facts: Facts, hold: Hold, nowMs: number): Facts => {
  if (facts.hold?.holdId !== hold.holdId) return facts;
  return { ...facts, hold: null, holdIsOver: nowMs + facts.clockOffsetMs >= Date.parse(hold.expiresAt) - holdOverMs };
};

const change = (facts: Facts, visitor: Visitor, changed: Partial<Visitor>): Facts => ({ ...facts, visitor: { ...visitor, ...changed } });

/** Setting tickets aside counts as the claim. */
const withHold = (facts: Facts, hold: Hold): Facts =>
  facts.visitor?.state === 'admitted' ? { ...change(facts, facts.visitor, { claimed: true }), hold, holdIsOver: false } : facts;

/** A replayed message may be older than the `state` before it, so a place only ever moves forward. */
const afterMessage = (facts: Facts, message: ServerMessage, nowMs: number): Facts => {
  if (message.type === 'state') return withVisitor(withSale(facts, message.sale, nowMs), message.visitor, nowMs);
  if (message.type === 'sale') return withSale(facts, message.sale, nowMs);
  const { visitor } = facts;
  if (visitor === null) return facts;
  const inside = visitor.state === 'admitted';
  const inLine = visitor.state === 'waiting' || visitor.state === 'lobby';
  switch (message.type) {
    case 'position': {
      if (!inLine) return facts;
      const { position, waiting, etaSeconds } = message;
      const { etaSeconds: _old, ...rest } = visitor;
      return withVisitor(facts, { ...rest, state: 'waiting', position, waiting, ...(etaSeconds ? { etaSeconds } : {}) }, nowMs);
    }
    case 'admitted':
      return inLine ? change(facts, visitor, { state: 'admitted', admittedUntil: message.admittedUntil, claimed: false }) : facts;
    case 'claimed':
      return inLine || inside ? change(facts, visitor, { state: 'admitted', admittedUntil: message.admittedUntil, claimed: true }) : facts;
    case 'expired': {
      const ended = inLine || inside ? change(facts, visitor, { state: 'expired' }) : facts;
      return ended.visitor?.state === 'expired' ? { ...ended, hold: null, expiredReason: message.reason } : facts;
    }
    case 'held':
      return withHold(facts, message.hold);
    case 'released':
      return withoutHold(facts, message.hold, nowMs);
    case 'purchased': {
      const bought = withPurchase(facts, message.purchase);
      return inLine || inside ? change(bought, visitor, { state: 'purchased' }) : bought;
    }
    default:
      return facts;
  }
};

const afterLoaded = (view: View, { sale, visitor, purchases, holds, firstPosition, nowMs }: Extract<ViewEvent, { type: 'loaded' }>): View => {
  const known: Facts = isKnown(view) ? view : { ...newPlace, sale, visitor: null, purchases: [], clockOffsetMs: offsetAfter(null, sale, nowMs) };
  const facts = withVisitor(withSale({ ...known, purchases: purchases ?? known.purchases }, sale, nowMs), visitor, nowMs);
  const [found] = holds ?? [];
  const held = found ? withHold(facts, found) : holds !== null && facts.hold !== null ? withoutHold(facts, facts.hold, nowMs) : facts;
  const first = Math.max(held.firstPosition ?? 0, firstPosition ?? 0);
  return viewOf({ ...held, firstPosition: first > 0 ? first : null });
};

/** Pure. Events about a sale that has not been seen yet change nothing, except those that bring it. */
export const reduce = (view: View, event: ViewEvent): View => {
  if (event.type === 'sale_missing') return { state: 'not_found' };
  if (event.type === 'unreachable') return isKnown(view) ? view : { state: 'away' };
  if (event.type === 'loaded') return afterLoaded(view, event);
  if (!isKnown(view)) return view;
  switch (event.type) {
    case 'joined':
      return viewOf(withVisitor({ ...view, expiredReason: null, higherSinceMs: null }, event.visitor, event.nowMs));
    case 'left':
      return view.visitor === null ? view : viewOf({ ...change(view, view.visitor, { state: 'left' }), hold: null });
    case 'visitor_seen':
      return viewOf(withVisitor(view, event.visitor, event.nowMs));
    case 'sale_seen':
      return viewOf(withSale(view, event.sale, event.nowMs));
    case 'held':
      return viewOf(withHold(view, event.hold));
    case 'released':
      return viewOf(withoutHold(view, event.hold, event.nowMs));
    case 'bought':
      return viewOf(view.visitor === null ? withPurchase(view, event.purchase) : change(withPurchase(view, event.purchase), view.visitor, { state: 'purchased' }));
    case 'message':
      return viewOf(afterMessage(view, event.message, event.nowMs));
  }
};
