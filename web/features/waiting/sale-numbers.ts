import type { Hold, Line, Purchase, Sale } from '@sunbeon/contracts';
import { hasLine, sellsHere, type Stock } from '../../lib/sale-kind.ts';
import { offsetAfter, overtakenMs } from '../../lib/server-clock.ts';
import { isClockSetBack } from './line-age.ts';
import { noteAfter } from './position-smoothing.ts';
import { allowanceOf, type Facts, type KnownView } from './view.ts';

const isOverBy = (before: Sale, sale: Sale): number => Date.parse(before.serverTime) - Date.parse(sale.serverTime);

const replaceSale = (facts: Facts, sale: Sale, clockOffsetMs: number, nowMs: number): Facts => {
  const inLine = facts.visitor?.state === 'waiting' || facts.visitor?.state === 'lobby';
  return {
    ...facts,
    sale,
    clockOffsetMs,
    undrawn: facts.undrawn && sale.status !== 'drawing' && sale.status !== 'open',
    visitor: inLine && facts.visitor?.waiting !== undefined ? { ...facts.visitor, waiting: sale.waiting + sale.lobby } : facts.visitor,
    note: noteAfter(facts.note, facts.sale.status === 'paused' && sale.status === 'open' ? 'resumed' : null, nowMs),
  };
};

/** A sale older than the one shown changes nothing: all figures of the screen are of one moment, the latest known. */
export const withSale = (facts: Facts, sale: Sale, nowMs: number): Facts => {
  const clockOffsetMs = offsetAfter(facts.clockOffsetMs, sale.serverTime, nowMs);
  const olderMs = isOverBy(facts.sale, sale);
  if (olderMs > 0 && olderMs < overtakenMs) return { ...facts, clockOffsetMs };
  return replaceSale(facts, sale, clockOffsetMs, nowMs);
};

const soldOutBy = ({ left, held }: Pick<Stock, 'left' | 'held'>): boolean => left === 0 && held === 0;

const saleAfterLine = (sale: Sale, { status, waiting, lobby = 0, admitPerSecond, stock, message, opensAt, at }: Line): Sale => {
  const { message: _message, opensAt: _opensAt, ...rest } = sale;
  return {
    ...rest,
    status,
    waiting,
    lobby,
    admitPerSecond,
    ...(message === undefined ? {} : { message }),
    ...(opensAt === undefined ? {} : { opensAt }),
    ...(stock === undefined ? {} : { stock: { ...stock, sold: stock.total - stock.left - stock.held }, soldOut: soldOutBy(stock) }),
    serverTime: at,
  };
};

/**
 * The sale by the public line. A cache may hold a line for long: an older one never replaces the sale, and `at` is no sample of the server's clock,
 * only a lower bound of it; unless it shows that this clock was set back.
 */
export const withSaleOfLine = (facts: Facts, line: Line, nowMs: number): Facts => {
  const atMs = Date.parse(line.at);
  const shownMs = Date.parse(facts.sale.serverTime);
  if (isClockSetBack(atMs, shownMs)) return replaceSale(facts, saleAfterLine(facts.sale, line), atMs - nowMs, nowMs);
  const clockOffsetMs = Math.max(facts.clockOffsetMs, atMs - nowMs);
  if (atMs < shownMs) return { ...facts, clockOffsetMs };
  return replaceSale(facts, saleAfterLine(facts.sale, line), clockOffsetMs, nowMs);
};

/** Applies the reader's own purchase or hold at once; an answer from before that moment is then older than the view. `at`: ISO 8601, server's clock. */
const withStock = (facts: Facts, change: { left: number; held: number; sold: number }, at: string): Facts => {
  if (!sellsHere(facts.sale)) return facts;
  const { stock, serverTime } = facts.sale;
  if (!(Date.parse(at) > Date.parse(serverTime))) return facts;
  const left = Math.max(0, stock.left + change.left);
  const held = Math.max(0, stock.held + change.held);
  const moved = { ...stock, left, held, sold: Math.max(0, stock.total - left - held) };
  return { ...facts, sale: { ...facts.sale, stock: moved, soldOut: soldOutBy(moved), serverTime: at } };
};

/** `wasHeld`: the tickets were held before. */
export const withTicketsSold = (facts: Facts, { quantity, purchasedAt }: Purchase, wasHeld: boolean): Facts =>
  withStock(facts, { left: wasHeld ? 0 : -quantity, held: wasHeld ? -quantity : 0, sold: quantity }, purchasedAt);

/** `nowMs`: time of arrival, monotonic. */
export const withTicketsHeld = (facts: Facts, { quantity }: Hold, nowMs: number): Facts =>
  withStock(facts, { left: -quantity, held: quantity, sold: 0 }, new Date(nowMs + facts.clockOffsetMs).toISOString());
export const withTicketsReturned = (facts: Facts, { quantity }: Hold, nowMs: number): Facts =>
  withStock(facts, { left: quantity, held: -quantity, sold: 0 }, new Date(nowMs + facts.clockOffsetMs).toISOString());

/** A position contains the length of the line at that moment, those of the lobby included: the sale's own figure follows it. */
export const withWaiting = (facts: Facts, line: number | undefined): Facts => {
  const waiting = Math.max(0, (line ?? 0) - facts.sale.lobby);
  return line === undefined || waiting === facts.sale.waiting ? facts : { ...facts, sale: { ...facts.sale, waiting } };
};

export interface SaleNumbers {
  /** Visitors in line, the reader included; null where the line is over. */
  waiting: number | null;
  ahead: number;
  behind: number;
  /** Null at a gate. */
  stock: Stock | null;
  /** What may be chosen now: never more than there is, nor than one person may buy. 0: nothing. */
  largestQuantity: number;
}

/** All figures of one screen, of one moment, so that they are consistent. `shown`: the position that is shown; who is inside keeps the last one, which is none. */
export const saleNumbersOf = (view: KnownView, shown?: number): SaleNumbers => {
  const { sale, visitor } = view;
  const position = visitor?.state === 'waiting' ? shown : undefined;
  const waiting = Math.max(sale.waiting + sale.lobby, position ?? 0);
  return {
    waiting: hasLine(sale) ? waiting : null,
    ahead: position === undefined ? 0 : position - 1,
    behind: position === undefined ? 0 : waiting - position,
    stock: sellsHere(sale) ? sale.stock : null,
    largestQuantity: sellsHere(sale) ? Math.min(allowanceOf(view), sale.stock.left) : 0,
  };
};
