import { actorText, defineScript, type Actor, type NoSale } from '@sunbeon/runtime';
import { decodeOneRow, type ShopReply } from './outcome.ts';

/** `visitor`: null when the shop confirms. `shop`: the name of its key. */
export const confirm = defineScript<
  { visitor: string | null; holdId: string; purchaseId: string; shop?: string | undefined; by?: Actor | undefined },
  ShopReply | NoSale
>({
  name: 'purchase/confirm',
  url: new URL('./confirm.lua', import.meta.url),
  keys: [
    'flow',
    'active',
    'sessions',
    'ended',
    'stock',
    'purchases',
    'receipts',
    'bought',
    'idempotency',
    'holds',
    'holdData',
    'events',
    'sale',
    'passes',
    'stays',
    'tickets',
    'auditLog',
  ],
  arguments: ({ visitor, holdId, purchaseId, shop, by }) => [visitor ?? '', holdId, purchaseId, shop ?? '', actorText(by)],
  decode: decodeOneRow,
});
