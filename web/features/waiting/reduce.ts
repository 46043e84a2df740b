import type { Purchase, Sale, ServerMessage, Visitor } from '@sunbeon/contracts';
import { isKnown, viewOf, type Facts, type View } from './view.ts';

/** `nowMs` is this device's clock when the event arrived; only the difference to the server's clock is kept. */
export type ViewEvent =
  | { type: 'loaded'; sale: Sale; visitor: Visitor | null; purchases: readonly Purchase[] | null; firstPosition: number | null; nowMs: number }
  | { type: 'joined'; visitor: Visitor }
  | { type: 'left' }
  | { type: 'visitor_seen'; visitor: Visitor | null }
  | { type: 'sale_seen'; sale: Sale; nowMs: number }
  | { type: 'bought'; purchase: Purchase }
  | { type: 'message'; message: ServerMessage; nowMs: number }
  | { type: 'sale_missing' }
  | { type: 'unreachable' };

/** Beyond this the device's clock was set anew, ms; below it the largest offset seen has the least delay in it. */
const clockJumpMs = 5_000;

const offsetAfter = (before: number | null, sale: Sale, nowMs: number): number => {
  const sample = Date.parse(sale.serverTime) - nowMs;
  if (Number.isNaN(sample)) return before ?? 0;
  return before === null || Math.abs(sample - before) > clockJumpMs ? sample : Math.max(before, sample);
};

const withSale = (facts: Facts, sale: Sale, nowMs: number): Facts => ({
  ...facts,
  sale,
  clockOffsetMs: offsetAfter(facts.clockOffsetMs, sale, nowMs),
});

/** A new seq is a new place: progress, hold and the reason of an earlier end are forgotten. */
const withVisitor = (facts: Facts, visitor: Visitor | null): Facts => {
  if (visitor === null) return { ...facts, visitor, firstPosition: null, hold: null, expiredReason: null };
  const same = facts.visitor !== null && facts.visitor.visitorId === visitor.visitorId && facts.visitor.seq === visitor.seq;
  const kept = same ? facts.firstPosition : null;
  const firstPosition = visitor.position === undefined ? kept : Math.max(kept ?? 0, visitor.position);
  return { ...facts, visitor, firstPosition, ...(same ? {} : { hold: null, expiredReason: null }) };
};

const withPurchase = (facts: Facts, purchase: Purchase): Facts => ({
  ...facts,
  hold: null,
  purchases: [...facts.purchases.filter(({ purchaseId }) => purchaseId !== purchase.purchaseId), purchase],
});

const change = (facts: Facts, visitor: Visitor, changed: Partial<Visitor>): Facts => ({ ...facts, visitor: { ...visitor, ...changed } });

/** A replayed message may be older than the `state` before it, so a place only ever moves forward. */
const afterMessage = (facts: Facts, message: ServerMessage, nowMs: number): Facts => {
  if (message.type === 'state') return withVisitor(withSale(facts, message.sale, nowMs), message.visitor);
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
      return withVisitor(facts, { ...rest, state: 'waiting', position, waiting, ...(etaSeconds ? { etaSeconds } : {}) });
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
      return inside ? { ...change(facts, visitor, { claimed: true }), hold: message.hold } : facts;
    case 'released':
      return facts.hold?.holdId === message.hold.holdId ? { ...facts, hold: null } : facts;
    case 'purchased': {
      const bought = withPurchase(facts, message.purchase);
      return inLine || inside ? change(bought, visitor, { state: 'purchased' }) : bought;
    }
    default:
      return facts;
  }
};

/** Pure. Events about a sale that has not been seen yet change nothing, except those that bring it. */
export const reduce = (view: View, event: ViewEvent): View => {
  if (event.type === 'sale_missing') return { state: 'not_found' };
  if (event.type === 'unreachable') return isKnown(view) ? view : { state: 'away' };
  if (event.type === 'loaded') {
    const { sale, visitor, purchases, firstPosition, nowMs } = event;
    const known = isKnown(view) ? view : null;
    const facts: Facts = {
      sale, visitor: known?.visitor ?? null, purchases: purchases ?? known?.purchases ?? [],
      hold: known?.hold ?? null, expiredReason: known?.expiredReason ?? null, firstPosition: known?.firstPosition ?? null,
      clockOffsetMs: offsetAfter(known?.clockOffsetMs ?? null, sale, nowMs),
    };
    const next = withVisitor(facts, visitor);
    const first = Math.max(next.firstPosition ?? 0, firstPosition ?? 0);
    return viewOf({ ...next, firstPosition: first > 0 ? first : null });
  }
  if (!isKnown(view)) return view;
  switch (event.type) {
    case 'joined':
      return viewOf(withVisitor({ ...view, expiredReason: null }, event.visitor));
    case 'left':
      return view.visitor === null ? view : viewOf({ ...change(view, view.visitor, { state: 'left' }), hold: null });
    case 'visitor_seen':
      return viewOf(withVisitor(view, event.visitor));
    case 'sale_seen':
      return viewOf(withSale(view, event.sale, event.nowMs));
    case 'bought':
      return viewOf(view.visitor === null ? withPurchase(view, event.purchase) : change(withPurchase(view, event.purchase), view.visitor, { state: 'purchased' }));
    case 'message':
      return viewOf(afterMessage(view, event.message, event.nowMs));
  }
};
