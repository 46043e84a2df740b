import { defineScript } from '@sunbeon/runtime';

export type ReleaseOutcome = 'released' | 'hold_not_found' | 'confirm_by_shop' | 'sale_is_gate' | 'no_sale';

/** `visitor`: null when the shop releases. */
export const release = defineScript<{ visitor: string | null; holdId: string }, ReleaseOutcome>({
  name: 'purchase/release',
  url: new URL('./release.lua', import.meta.url),
  keys: ['flow', 'sessions', 'stock', 'holds', 'holdData', 'events', 'sale'],
  arguments: ({ visitor, holdId }) => [visitor ?? '', holdId],
  decode: (reply) => reply as ReleaseOutcome,
});
