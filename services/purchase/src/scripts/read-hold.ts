import { defineScript, type NoSale } from '@sunbeon/runtime';

/** The visitor's one living hold as JSON, or none. `generation`: that of the token; without one any counts. */
export const readHold = defineScript<{ visitor: string; generation?: number }, { outcome: 'read'; holds: string[] } | NoSale>({
  name: 'purchase/read-hold',
  url: new URL('./read-hold.lua', import.meta.url),
  keys: ['sale', 'sessions', 'holds', 'holdData'],
  arguments: ({ visitor, generation }) => [visitor, generation ?? ''],
  decode: (reply) => (reply === null ? { outcome: 'no_sale' } : { outcome: 'read', holds: reply as string[] }),
});
