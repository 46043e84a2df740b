import { defineScript } from '@sunbeon/runtime';

export type ReleaseOutcome = 'released' | 'hold_not_found' | 'no_sale';

export const release = defineScript<{ visitor: string; holdId: string }, ReleaseOutcome>({
  name: 'purchase/release',
  url: new URL('./release.lua', import.meta.url),
  keys: ['flow', 'sessions', 'stock', 'holds', 'holdData', 'events', 'sale'],
  arguments: ({ visitor, holdId }) => [visitor, holdId],
  decode: (reply) => reply as ReleaseOutcome,
});
