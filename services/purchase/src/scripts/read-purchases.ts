import { defineScript } from '@sunbeon/runtime';

/** The visitor's purchases as JSON, oldest first; null when there is no such sale. */
export const readPurchases = defineScript<string, string[] | null>({
  name: 'purchase/read-purchases',
  url: new URL('./read-purchases.lua', import.meta.url),
  keys: ['sale', 'receipts', 'purchases'],
  arguments: (visitor) => [visitor],
  decode: (reply) => reply as string[] | null,
});
