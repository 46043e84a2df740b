import { defineScript, type NoSale } from '@sunbeon/runtime';

/** The visitor's purchases as JSON, oldest first. `generation`: that of the token; without one any counts. */
export const readPurchases = defineScript<{ visitor: string; generation?: number }, { outcome: 'read'; purchases: string[] } | NoSale>({
  name: 'purchase/read-purchases',
  url: new URL('./read-purchases.lua', import.meta.url),
  keys: ['sale', 'receipts', 'purchases'],
  arguments: ({ visitor, generation }) => [visitor, generation ?? ''],
  decode: (reply) => (reply === null ? { outcome: 'no_sale' } : { outcome: 'read', purchases: reply as string[] }),
});
