import type { SaleStatus, SaleVerb } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type { SaleVerb };
export interface StatusOutcome { outcome: 'changed' | 'unchanged' | 'invalid' | 'no_sale'; status: SaleStatus | '' }

export const setStatus = defineScript<{ verb: SaleVerb; by?: Actor; why?: string }, StatusOutcome>({
  name: 'admission/set-status',
  url: new URL('./set-status.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog'],
  arguments: ({ verb, by, why }) => [actorText(by), verb, why ?? ''],
  decode: (reply) => {
    const [outcome, status] = reply as [StatusOutcome['outcome'], SaleStatus | ''];
    return { outcome, status };
  },
});
