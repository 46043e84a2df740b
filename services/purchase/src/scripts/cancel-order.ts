import { actorText, defineScript, type Actor, type NoSale } from '@sunbeon/runtime';

/** The order as JSON, as it is now. */
export type CancelOutcome =
  | { outcome: 'cancelled' | 'replayed' | 'already_cancelled' | 'already_checked_in'; json: string }
  | { outcome: 'order_not_found' }
  | NoSale;

export const cancelOrder = defineScript<{ purchaseId: string; reason: string; restock: boolean; by?: Actor }, CancelOutcome>({
  name: 'purchase/cancel-order',
  url: new URL('./cancel-order.lua', import.meta.url),
  keys: [
    'sale',
    'flow',
    'purchases',
    'bought',
    'stock',
    'events',
    'ended',
    'queue',
    'active',
    'lobby',
    'codeUses',
    'codeHolders',
    'orderWords',
    'auditLog',
  ],
  arguments: ({ purchaseId, reason, restock, by }) => [actorText(by), purchaseId, reason, restock ? 1 : 0],
  decode: (reply) => {
    const [outcome, json = ''] = reply as [string?, string?];
    return outcome === undefined ? { outcome: 'no_sale' } : ({ outcome, json } as CancelOutcome);
  },
});
