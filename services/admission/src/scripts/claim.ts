import { defineScript, type NoSale } from '@sunbeon/runtime';

export type ClaimOutcome = { outcome: 'claimed' | 'already'; untilMs: number } | { outcome: 'not_admitted' };

/** `generation`: that of the visitor's token; without one any counts. */
export interface ClaimQuery {
  visitor: string;
  generation?: number;
}

/** `claims`: one per visitor, in order. */
export type ClaimReply = { outcome: 'answered'; claims: ClaimOutcome[] } | NoSale;

export const claim = defineScript<readonly ClaimQuery[], ClaimReply>({
  name: 'admission/claim',
  url: new URL('./claim.lua', import.meta.url),
  keys: ['sale', 'active', 'sessions', 'flow', 'events'],
  arguments: (queries) => queries.flatMap(({ visitor, generation }) => [visitor, generation ?? '']),
  decode: (reply) => {
    const rows = reply as [ClaimOutcome['outcome'], number][];
    if (rows.length === 0) return { outcome: 'no_sale' };
    return {
      outcome: 'answered',
      claims: rows.map(([outcome, untilMs]) => (outcome === 'not_admitted' ? { outcome } : { outcome, untilMs })),
    };
  },
});
