import { actorText, defineScript, type Actor } from '@sunbeon/runtime';
import type { SignedStay } from '../pass-signer.ts';
import { holdFrom, type StoredHold } from './stored-hold.ts';

export type RedeemOutcome =
  | ({ outcome: 'redeemed' | 'replayed'; passId: string; returnUrl: string; hold: StoredHold | null } & SignedStay)
  | { outcome: 'ticket_not_found' };

/** `shop`: name of the key, '' for a gateway, which has none. `keyId`: of the key that signs now; a replayed answer names the one that signed it. */
export const redeem = defineScript<{ ticketHash: string; key: string | undefined; keyId: string; shop: string; by?: Actor }, RedeemOutcome>(
  {
    name: 'admission/redeem',
    url: new URL('./redeem.lua', import.meta.url),
    keys: ['flow', 'active', 'sessions', 'passes', 'stays', 'tickets', 'holds', 'holdData', 'auditLog', 'replays'],
    arguments: ({ ticketHash, key, keyId, shop, by }) => [ticketHash, key ?? '', keyId, shop, actorText(by)],
    decode: (reply) => {
      const [outcome, passId, visitorId, exp, iat, keyId, returnUrl, hold] = reply as [
        RedeemOutcome['outcome'],
        string,
        string,
        number,
        number,
        string,
        string,
        string,
      ];
      return outcome === 'ticket_not_found'
        ? { outcome }
        : { outcome, passId, visitorId, exp, iat, keyId, returnUrl, hold: holdFrom(hold) };
    },
  },
);
