import { actorText, defineScript, type Actor, type NoSale } from '@sunbeon/runtime';
import { decodeOneRow, type ShopReply } from './outcome.ts';

/** `visitor`: null when the shop confirms. `generation`: that of the visitor's token; without one any counts. `shop`: the name of its key. `reference`: its own number of the order. */
export const confirm = defineScript<
  {
    visitor: string | null;
    generation?: number | undefined;
    holdId: string;
    purchaseId: string;
    shop?: string | undefined;
    by?: Actor | undefined;
    reference?: string | undefined;
  },
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
    'orders',
    'orderWords',
  ],
  arguments: ({ visitor, generation, holdId, purchaseId, shop, by, reference }) => [
    visitor ?? '',
    holdId,
    purchaseId,
    shop ?? '',
    actorText(by),
    reference ?? '',
    generation ?? '',
  ],
  decode: decodeOneRow,
});
