import { defineScript, type NoSale } from '@sunbeon/runtime';
import { decodeRow, type ShopReply, type ShopRow } from './outcome.ts';

export interface PurchaseItem {
  visitor: string;
  quantity: number;
  key: string;
  fingerprint: string;
  purchaseId: string;
  /** In the token; 0 of the lobby. */
  seq?: number;
  /** In the token; without one any counts. */
  generation?: number;
}

/** `items`: one reply per item, in order. */
export type PurchaseReply = { outcome: 'answered'; items: ShopReply[] } | NoSale;

export const purchase = defineScript<readonly PurchaseItem[], PurchaseReply>({
  name: 'purchase/purchase',
  url: new URL('./purchase.lua', import.meta.url),
  keys: [
    'sale',
    'flow',
    'active',
    'sessions',
    'ended',
    'stock',
    'purchases',
    'receipts',
    'bought',
    'idempotency',
    'events',
    'holds',
    'holdData',
    'passes',
    'stays',
    'tickets',
    'orders',
    'orderWords',
  ],
  arguments: (items) =>
    items.flatMap(({ visitor, quantity, key, fingerprint, purchaseId, seq, generation }) => [
      visitor,
      quantity,
      key,
      fingerprint,
      purchaseId,
      seq ?? 0,
      generation ?? '',
    ]),
  decode: (reply) => {
    const rows = reply as ShopRow[];
    return rows.length === 0 ? { outcome: 'no_sale' } : { outcome: 'answered', items: rows.map(decodeRow) };
  },
});
