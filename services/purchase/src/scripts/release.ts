import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type ReleaseOutcome = 'released' | 'replayed' | 'hold_not_found' | 'confirm_by_shop' | 'sale_is_gate' | 'no_sale';

/** `visitor`: null when the shop releases. `generation`: that of the visitor's token; without one any counts. `shop`: the name of its key. */
export const release = defineScript<
  { visitor: string | null; generation?: number | undefined; holdId: string; shop?: string | undefined; by?: Actor | undefined },
  ReleaseOutcome
>({
  name: 'purchase/release',
  url: new URL('./release.lua', import.meta.url),
  keys: ['flow', 'sessions', 'stock', 'holds', 'holdData', 'events', 'sale', 'auditLog', 'idempotency'],
  arguments: ({ visitor, generation, holdId, shop, by }) => [visitor ?? '', holdId, shop ?? '', actorText(by), generation ?? ''],
  decode: (reply) => reply as ReleaseOutcome,
});
