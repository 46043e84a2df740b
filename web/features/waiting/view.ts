import { saleStates } from '@sunbeon/contracts/sale-status';
import type { Hold, PassOutcome, Purchase, Sale, Visitor } from '@sunbeon/contracts';
import { isConfirmedByShop, sellsHere, type Selling } from '../../lib/sale-kind.ts';
import type { Note, EstimateBasis } from './position-smoothing.ts';

export type ExpiredReason = 'claim_missed' | 'session_over';

/** State of a sale after its first read. */
export interface Facts {
  sale: Sale;
  visitor: Visitor | null;
  purchases: readonly Purchase[];
  hold: Hold | null;
  /** The last hold has expired. */
  holdIsOver: boolean;
  expiredReason: ExpiredReason | null;
  /** The first position of this place; progress is counted from it. */
  firstPosition: number | null;
  /** The server's clock minus this page's monotonic clock, ms. */
  clockOffsetMs: number;
  /** Number of the last applied event; older ones are ignored. Null: none yet. */
  eventNumber: number | null;
  /** Time of the last change of the place, monotonic ms: answers to earlier requests are older. */
  placeAtMs: number;
  /** Since when the server does not know the token, monotonic ms; null when it does. */
  doubtSinceMs: number | null;
  /** The place in the lobby ended by itself, and no draw was heard of since. */
  undrawn: boolean;
  /** That has lasted long enough to count. */
  placeLost: boolean;
  /** The last received values of the place in line, while there is an estimate. */
  estimateBasis: EstimateBasis | null;
  /** Reason of a changed estimate or position. */
  note: Note | null;
  /** Since when a higher position is received but not shown, ms. */
  higherSinceMs: number | null;
  /** Moment of the last position, server's clock, ms. */
  positionAtMs: number;
}

/** One member of the union per name, so that a switch on `state` narrows. */
type Known<Name extends string, Extra = unknown> = Name extends string ? Facts & Extra & { state: Name } : never;
type Placed = { visitor: Visitor };
type Inside = Placed & { admittedUntil: string };
type Here = { sale: Selling<Sale> };

/**
 *   checking: the server cannot confirm the browser's place at the moment; a join would make a second one
 *
 *   loading → not_found | away | one of the states below; every event may lead from any of them to any other
 *
 *   scheduled → lobby_open → lobby → drawing → waiting, as below
 *   scheduled → join → waiting ⇄ paused → admitted → buying (⇄ holding) → purchased
 *                                                      ├─ confirmBy: shop: buying → paying → purchased, completed
 *                                                      └─ gate: entering → completed
 *                        └──── left, expired, completed: may join again ────┘
 *   sold_out, closed: in place of join, lobby, drawing, waiting and paused (sold_out also of admitted and buying)
 */
export type View =
  | { state: 'loading' }
  | { state: 'not_found' }
  | { state: 'unreachable' }
  | Known<'scheduled' | 'lobby_open' | 'join' | 'checking' | 'sold_out' | 'closed'>
  | Known<'lobby' | 'drawing' | 'waiting' | 'paused' | 'left' | 'expired' | 'purchased', Placed>
  | Known<'completed', Placed & { outcome: PassOutcome }>
  | Known<'admitted' | 'entering', Inside>
  | Known<'buying', Inside & Here>
  | Known<'holding' | 'paying', Inside & Here & { hold: Hold }>;

export type StateName = View['state'];
export type ViewOf<Name extends StateName> = Extract<View, { state: Name }>;
export type KnownView = Exclude<View, { state: 'loading' | 'not_found' | 'unreachable' }>;

export const isKnown = (view: View): view is KnownView =>
  view.state !== 'loading' && view.state !== 'not_found' && view.state !== 'unreachable';

/** Tickets this visitor has bought in this sale; those of cancelled purchases do not count. */
export const boughtBy = ({ purchases }: Pick<Facts, 'purchases'>): number =>
  purchases.reduce((sum, { quantity, state }) => sum + (state === 'cancelled' ? 0 : quantity), 0);

/** Tickets this visitor may still buy here. A gate sells none. */
export const allowanceOf = (facts: Pick<Facts, 'sale' | 'purchases'>): number =>
  sellsHere(facts.sale) ? Math.max(0, facts.sale.perVisitorLimit - boughtBy(facts)) : 0;

/** Whether a join can succeed now, as far as this page knows. */
export const mayJoin = (facts: Pick<Facts, 'sale' | 'purchases'>): boolean =>
  saleStates[facts.sale.status].joins && !facts.sale.soldOut && (!sellsHere(facts.sale) || allowanceOf(facts) > 0);

/** Everything that is left is set aside for payments; some may return. */
export const allHeld = (sale: Sale): boolean => sellsHere(sale) && sale.stock.left === 0 && sale.stock.held > 0;

const inside: readonly StateName[] = ['admitted', 'buying', 'holding', 'entering', 'paying'];
/** True while the turn is the visitor's own. */
export const isInside = (view: View): boolean => inside.includes(view.state);

/** True while the place needs live updates. */
export const isInLine = (view: View): boolean =>
  isKnown(view) && view.visitor !== null && ['lobby', 'waiting', 'admitted'].includes(view.visitor.state);

/** A place with a number in the line, which the server confirmed: its position follows from the public line. */
export const followsLine = (view: View): view is KnownView & { visitor: Visitor & { seq: number } } =>
  isKnown(view) && view.visitor?.state === 'waiting' && view.visitor.seq !== undefined && view.doubtSinceMs === null;

/** Progress of this place, from 0 to 1, since its first position. */
export const progressOf = ({ visitor, firstPosition }: Pick<Facts, 'visitor' | 'firstPosition'>): number => {
  const position = visitor?.position;
  if (position === undefined || firstPosition === null || firstPosition < 1) return 0;
  return Math.min(1, Math.max(0, (firstPosition - position) / firstPosition));
};

/** A drawn number may arrive before the sale's own news, which are a second old at most: where it is, the lobby is over. */
const withDrawing = (facts: Facts): Facts =>
  facts.visitor?.state === 'waiting' && facts.sale.draw !== undefined && facts.sale.status === 'lobby'
    ? { ...facts, sale: { ...facts.sale, status: 'drawing' } }
    : facts;

/** Maps a set of facts to a state; the only place that does. */
export const viewOf = (known: Facts): KnownView => {
  const facts = withDrawing(known);
  const { sale, visitor } = facts;
  if (visitor?.state === 'purchased') return { ...facts, visitor, state: 'purchased' };
  // An outcome that is not known is none to give thanks for.
  if (visitor?.state === 'completed') return { ...facts, visitor, state: 'completed', outcome: visitor.outcome ?? 'abandoned' };
  if (visitor?.state === 'admitted' && !sale.soldOut && visitor.admittedUntil !== undefined) {
    const { admittedUntil } = visitor;
    if (!visitor.claimed) return { ...facts, visitor, state: 'admitted', admittedUntil };
    if (!sellsHere(sale)) return { ...facts, visitor, state: 'entering', admittedUntil };
    const { hold } = facts;
    return hold === null
      ? { ...facts, sale, visitor, state: 'buying', admittedUntil }
      : { ...facts, sale, visitor, state: isConfirmedByShop(sale) ? 'paying' : 'holding', admittedUntil, hold };
  }
  if (visitor === null && facts.doubtSinceMs !== null) return { ...facts, state: 'checking' };
  if (sale.soldOut) return { ...facts, state: 'sold_out' };
  if (sale.status === 'closed') return { ...facts, state: 'closed' };
  switch (visitor?.state) {
    case 'lobby':
      return { ...facts, visitor, state: sale.status === 'drawing' ? 'drawing' : 'lobby' };
    case 'waiting':
      return { ...facts, visitor, state: sale.status === 'paused' ? 'paused' : 'waiting' };
    case 'left':
      return { ...facts, visitor, state: 'left' };
    case 'expired':
      return { ...facts, visitor, state: 'expired' };
    default:
      return { ...facts, state: sale.status === 'scheduled' ? 'scheduled' : sale.status === 'lobby' ? 'lobby_open' : 'join' };
  }
};
