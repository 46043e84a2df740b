import type { SaleStatus, SaleVerb } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type { SaleVerb };
/** `status`: after the verb. */
export type StatusOutcome = { outcome: 'changed' | 'unchanged' | 'invalid'; status: SaleStatus } | { outcome: 'no_sale'; status: null };

export const setStatus = defineScript<{ verb: SaleVerb; by?: Actor; why?: string }, StatusOutcome>({
  name: 'admission/set-status',
  url: new URL('./set-status.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog', 'queue', 'lobby', 'departed', 'codeUses', 'codeHolders', 'planned'],
  arguments: ({ verb, by, why }) => [actorText(by), verb, why ?? ''],
  decode: (reply) => {
    const [outcome, status] = reply as [StatusOutcome['outcome'], SaleStatus | ''];
    return outcome === 'no_sale' ? { outcome, status: null } : { outcome, status: status as SaleStatus };
  },
});
