import { defineScript, type NoSale } from '@sunbeon/runtime';
import { decodeOneRow, type ShopReply } from './outcome.ts';

/** `visitor`: null when the shop confirms. */
export const confirm = defineScript<{ visitor: string | null; holdId: string; purchaseId: string }, ShopReply | NoSale>({
  name: 'purchase/confirm',
  url: new URL('./confirm.lua', import.meta.url),
  keys: [
    'flow',
    'active',
    'sessions',
    'ended',
    'stock',
    'purchases',
    'receipts',
    'bought',
    'idempotency',
    'holds',
    'holdData',
    'events',
    'sale',
    'passes',
    'stays',
    'tickets',
  ],
  arguments: ({ visitor, holdId, purchaseId }) => [visitor ?? '', holdId, purchaseId],
  decode: decodeOneRow,
});
