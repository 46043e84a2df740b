import { defineScript } from '@sunbeon/runtime';

export interface PurchaseItem { visitor: string; quantity: number; key: string; fingerprint: string; purchaseId: string }

/** One raw row per item, for `decodeOutcome`; null when there is no such sale. */
export const purchase = defineScript<readonly PurchaseItem[], unknown[] | null>({
  name: 'purchase/purchase',
  url: new URL('./purchase.lua', import.meta.url),
  keys: ['sale', 'flow', 'active', 'sessions', 'ended', 'stock', 'purchases', 'receipts', 'bought', 'idempotency', 'events', 'holds', 'holdData'],
  arguments: (items) => items.flatMap(({ visitor, quantity, key, fingerprint, purchaseId }) => [visitor, quantity, key, fingerprint, purchaseId]),
  decode: (reply) => ((reply as unknown[]).length === 0 ? null : (reply as unknown[])),
});
