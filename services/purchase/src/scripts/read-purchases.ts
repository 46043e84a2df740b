import { defineScript, type NoSale } from '@sunbeon/runtime';

/** The visitor's purchases as JSON, oldest first. */
export const readPurchases = defineScript<string, { outcome: 'read'; purchases: string[] } | NoSale>({
  name: 'purchase/read-purchases',
  url: new URL('./read-purchases.lua', import.meta.url),
  keys: ['sale', 'receipts', 'purchases'],
  arguments: (visitor) => [visitor],
  decode: (reply) => (reply === null ? { outcome: 'no_sale' } : { outcome: 'read', purchases: reply as string[] }),
});
