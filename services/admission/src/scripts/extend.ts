import { saleDefaults } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';
import type { SignedStay } from '../pass-signer.ts';

export type ExtendOutcome =
  | ({ outcome: 'extended' | 'replayed' } & SignedStay)
  | { outcome: 'pass_not_found' | 'already_completed' | 'pass_ended' | 'sale_not_open' | 'limit_exceeded' };

export const extend = defineScript<{ passId: string; key: string | undefined; keyId: string; shop: string; by?: Actor }, ExtendOutcome>({
  name: 'admission/extend',
  url: new URL('./extend.lua', import.meta.url),
  keys: ['sale', 'flow', 'active', 'events', 'passes', 'stays', 'auditLog'],
  arguments: ({ passId, key, keyId, shop, by }) => [passId, key ?? '', keyId, shop, actorText(by), saleDefaults.maxExtensions],
  decode: (reply) => {
    const [outcome, visitorId, exp, iat, keyId] = reply as [ExtendOutcome['outcome'], string, number, number, string];
    return outcome === 'extended' || outcome === 'replayed' ? { outcome, visitorId, exp, iat, keyId } : { outcome };
  },
});
