import { defineScript } from '@sunbeon/runtime';
import type { SignedStay } from '../pass-signer.ts';

export type ExtendOutcome =
  | ({ outcome: 'extended' | 'replayed' } & SignedStay)
  | { outcome: 'pass_not_found' | 'already_completed' | 'pass_ended' | 'sale_not_open' | 'limit_exceeded' };

export const extend = defineScript<{ passId: string; key: string | undefined; keyId: string; shop: string }, ExtendOutcome>({
  name: 'admission/extend',
  url: new URL('./extend.lua', import.meta.url),
  keys: ['sale', 'flow', 'active', 'events', 'passes', 'stays'],
  arguments: ({ passId, key, keyId, shop }) => [passId, key ?? '', keyId, shop],
  decode: (reply) => {
    const [outcome, visitorId, exp, iat, keyId] = reply as [ExtendOutcome['outcome'], string, number, number, string];
    return outcome === 'extended' || outcome === 'replayed' ? { outcome, visitorId, exp, iat, keyId } : { outcome };
  },
});
