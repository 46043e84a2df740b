import { defineScript } from '@sunbeon/runtime';

/** A raw row for `decodeOutcome`; null when there is no such sale. */
export const confirm = defineScript<{ visitor: string; holdId: string; purchaseId: string }, unknown[] | null>({
  name: 'purchase/confirm',
  url: new URL('./confirm.lua', import.meta.url),
  keys: ['flow', 'active', 'sessions', 'ended', 'stock', 'purchases', 'receipts', 'bought', 'idempotency', 'holds', 'holdData', 'events', 'sale'],
  arguments: ({ visitor, holdId, purchaseId }) => [visitor, holdId, purchaseId],
  decode: (reply) => ((reply as unknown[]).length === 0 ? null : (reply as unknown[])),
});
