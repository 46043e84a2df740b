import type { ErrorCode, Hold, Order, Purchase } from '@sunbeon/contracts';
import type { NoSale } from '@sunbeon/runtime';

export type ShopRefusal = Extract<
  ErrorCode,
  | 'not_admitted'
  | 'sold_out'
  | 'insufficient_stock'
  | 'limit_exceeded'
  | 'idempotency_conflict'
  | 'hold_not_found'
  | 'rate_limited'
  | 'confirm_by_shop'
  | 'sale_is_gate'
>;

/** `replayed`: the recorded answer of the same key. */
export type ShopOutcome<T> =
  { outcome: 'done'; replayed: boolean; result: T } | { outcome: 'refused'; replayed: boolean; why: ShopRefusal };

/** The same, with the result as stored in Redis. */
export type ShopReply = { outcome: 'done'; replayed: boolean; json: string } | { outcome: 'refused'; replayed: boolean; why: ShopRefusal };

export type ShopRow = ['purchased' | 'held' | 'replayed', string] | [ShopRefusal, 'replayed' | ''];

/** One row of the reply of a shop script. */
export const decodeRow = ([word, text]: ShopRow): ShopReply => {
  if (word === 'purchased' || word === 'held' || word === 'replayed') return { outcome: 'done', replayed: word === 'replayed', json: text };
  return { outcome: 'refused', replayed: text === 'replayed', why: word };
};

/** A script with one row in its reply, or none without the sale. */
export const decodeOneRow = (reply: unknown): ShopReply | NoSale => {
  const row = reply as ShopRow | [];
  return row.length === 0 ? { outcome: 'no_sale' } : decodeRow(row);
};

/** The outcome for callers; `read` parses the stored result. */
export const decodeOutcome = <T>(reply: ShopReply, read: (json: string) => T): ShopOutcome<T> =>
  reply.outcome === 'done' ? { outcome: 'done', replayed: reply.replayed, result: read(reply.json) } : reply;

/** What Redis keeps of a purchase. `n`: its number in the sale; absent in those from before the list of orders. */
export interface StoredPurchase {
  purchaseId: string;
  visitor: string;
  quantity: number;
  purchasedAtMs: number;
  n?: number;
  seq?: number;
  reference?: string;
  cancelledAtMs?: number;
  reason?: string;
  restock?: boolean;
  checkedInAtMs?: number;
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

const publicOf = (saleId: string, { purchaseId, visitor, quantity, purchasedAtMs, cancelledAtMs }: StoredPurchase): Purchase => {
  const state = cancelledAtMs === undefined ? 'paid' : 'cancelled';
  return { purchaseId, saleId, visitorId: visitor, quantity, state, purchasedAt: isoOf(purchasedAtMs) };
};

/** A purchase stored as JSON, in its public form. */
export const purchaseOf =
  (saleId: string) =>
  (json: string): Purchase =>
    publicOf(saleId, JSON.parse(json) as StoredPurchase);

/** The same, in its form for operators. */
export const orderOf =
  (saleId: string) =>
  (json: string): Order => {
    const stored = JSON.parse(json) as StoredPurchase;
    const { seq, reference, cancelledAtMs, reason, checkedInAtMs } = stored;
    return {
      ...publicOf(saleId, stored),
      ...(seq === undefined ? {} : { seq }),
      ...(reference === undefined ? {} : { reference }),
      ...(checkedInAtMs === undefined ? {} : { checkedInAt: isoOf(checkedInAtMs) }),
      ...(cancelledAtMs === undefined ? {} : { cancelledAt: isoOf(cancelledAtMs) }),
      ...(reason === undefined ? {} : { reason }),
    };
  };

/** A hold stored as JSON, in its public form. */
export const holdOf =
  (saleId: string) =>
  (json: string): Hold => {
    const { holdId, visitor, quantity, expiresAtMs } = JSON.parse(json) as {
      holdId: string;
      visitor: string;
      quantity: number;
      expiresAtMs: number;
    };
    return { holdId, saleId, visitorId: visitor, quantity, expiresAt: isoOf(expiresAtMs) };
  };

/** The readable entries of a visitor's list; an unreadable one does not hide the others. */
export const readableOf = <T>(entries: readonly (string | null)[], read: (json: string) => T): T[] =>
  entries.flatMap((json) => {
    try {
      return json === null ? [] : [read(json)];
    } catch {
      return [];
    }
  });
