import { defineScript } from '@sunbeon/runtime';

/** A page of a roster; `none`: another root, or beyond the end. */
export const readRoster = defineScript<
  { root: string; page: number },
  { outcome: 'page'; entries: Buffer } | { outcome: 'none' | 'no_sale' }
>({
  name: 'gateway/read-roster',
  url: new URL('./read-roster.lua', import.meta.url),
  keys: ['sale', 'roster'],
  binary: true,
  arguments: ({ root, page }) => [root, page],
  decode: (reply) => {
    const [outcome, entries] = reply as [Buffer, Buffer];
    return String(outcome) === 'page' ? { outcome: 'page', entries } : { outcome: String(outcome) as 'none' | 'no_sale' };
  },
});
