import { defineScript } from '@sunbeon/runtime';

export type ClaimOutcome = { outcome: 'claimed' | 'already'; untilMs: number } | { outcome: 'not_admitted' };

/** One outcome per visitor, in order; null when there is no such sale. */
export const claim = defineScript<readonly string[], ClaimOutcome[] | null>({
  name: 'admission/claim',
  url: new URL('./claim.lua', import.meta.url),
  keys: ['sale', 'active', 'sessions', 'flow', 'events'],
  arguments: (visitors) => [...visitors],
  decode: (reply) => {
    const rows = reply as [ClaimOutcome['outcome'], number][];
    if (rows.length === 0) return null;
    return rows.map(([outcome, untilMs]) => (outcome === 'not_admitted' ? { outcome } : { outcome, untilMs }));
  },
});
