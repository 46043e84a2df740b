import type { SaleStatus, SaleVerb } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type { SaleVerb };
/** `status`: after the verb. */
export type StatusOutcome =
  | { outcome: 'changed' | 'unchanged' | 'invalid'; status: SaleStatus }
  | { outcome: 'conflict'; status: SaleStatus; version: number }
  | { outcome: 'no_sale'; status: null };

/** `expected`: the version that the sale must have, unless it has the status already; without it any. */
export const setStatus = defineScript<{ verb: SaleVerb; by?: Actor; why?: string; expected?: number | null }, StatusOutcome>({
  name: 'admission/set-status',
  url: new URL('./set-status.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog', 'queue', 'lobby', 'departed', 'codeUses', 'codeHolders', 'planned'],
  arguments: ({ verb, by, why, expected }) => [actorText(by), verb, why ?? '', expected ?? ''],
  decode: (reply) => {
    const [outcome, status, version] = reply as [StatusOutcome['outcome'], SaleStatus, number];
    if (outcome === 'no_sale') return { outcome, status: null };
    return outcome === 'conflict' ? { outcome, status, version } : { outcome, status };
  },
});
