import { defineScript } from '@sunbeon/runtime';

/** Writes one row of figures down; answers its time in ms, 0 when there is no sale. */
export const sample = defineScript<null, number>({
  name: 'admission/sample',
  url: new URL('./sample.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'stock', 'browsers', 'samples'],
  arguments: () => [],
  decode: (reply) => Number(reply),
});
