import { defineScript, type NoSale } from '@sunbeon/runtime';

/** The visitor's one living hold as JSON, or none. */
export const readHold = defineScript<string, { outcome: 'read'; holds: string[] } | NoSale>({
  name: 'purchase/read-hold',
  url: new URL('./read-hold.lua', import.meta.url),
  keys: ['sale', 'sessions', 'holds', 'holdData'],
  arguments: (visitor) => [visitor],
  decode: (reply) => (reply === null ? { outcome: 'no_sale' } : { outcome: 'read', holds: reply as string[] }),
});
