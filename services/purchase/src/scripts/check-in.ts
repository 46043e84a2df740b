import { actorText, defineScript, type Actor, type NoSale } from '@sunbeon/runtime';

/** The order as JSON, as it is now. */
export type CheckInOutcome =
  { outcome: 'checked_in' | 'replayed' | 'already_checked_in' | 'order_cancelled'; json: string } | { outcome: 'order_not_found' } | NoSale;

/** `key`: null when the operator sent none. */
export const checkIn = defineScript<{ purchaseId: string; key: string | null; by?: Actor }, CheckInOutcome>({
  name: 'purchase/check-in',
  url: new URL('./check-in.lua', import.meta.url),
  keys: ['sale', 'flow', 'purchases', 'events', 'checkInLog'],
  arguments: ({ purchaseId, key, by }) => [actorText(by), purchaseId, key ?? ''],
  decode: (reply) => {
    const [outcome, json = ''] = reply as [string?, string?];
    return outcome === undefined ? { outcome: 'no_sale' } : ({ outcome, json } as CheckInOutcome);
  },
});
