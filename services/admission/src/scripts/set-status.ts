import type { SaleStatus } from '@sunbeon/contracts';
import { defineScript } from '@sunbeon/runtime';

export type SaleVerb = 'open' | 'pause' | 'resume' | 'close';
export interface StatusOutcome { outcome: 'changed' | 'unchanged' | 'invalid' | 'no_sale'; status: SaleStatus | '' }

export const setStatus = defineScript<SaleVerb, StatusOutcome>({
  name: 'admission/set-status',
  url: new URL('./set-status.lua', import.meta.url),
  keys: ['sale', 'flow', 'events'],
  arguments: (verb) => [verb],
  decode: (reply) => {
    const [outcome, status] = reply as [StatusOutcome['outcome'], SaleStatus | ''];
    return { outcome, status };
  },
});
