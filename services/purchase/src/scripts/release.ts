import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type ReleaseOutcome = 'released' | 'hold_not_found' | 'confirm_by_shop' | 'sale_is_gate' | 'no_sale';

/** `visitor`: null when the shop releases. `shop`: the name of its key. */
export const release = defineScript<
  { visitor: string | null; holdId: string; shop?: string | undefined; by?: Actor | undefined },
  ReleaseOutcome
>({
  name: 'purchase/release',
  url: new URL('./release.lua', import.meta.url),
  keys: ['flow', 'sessions', 'stock', 'holds', 'holdData', 'events', 'sale', 'auditLog'],
  arguments: ({ visitor, holdId, shop, by }) => [visitor ?? '', holdId, shop ?? '', actorText(by)],
  decode: (reply) => reply as ReleaseOutcome,
});
