import { defineScript } from '@sunbeon/runtime';

/** The visitor's living hold as JSON, or none; null when there is no such sale. */
export const readHold = defineScript<string, string[] | null>({
  name: 'purchase/read-hold',
  url: new URL('./read-hold.lua', import.meta.url),
  keys: ['sale', 'sessions', 'holds', 'holdData'],
  arguments: (visitor) => [visitor],
  decode: (reply) => reply as string[] | null,
});
