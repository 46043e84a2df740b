import { settingRanges, type ChangeSale } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';
import { fieldsOf } from '../sale-fields.ts';

/** `faults`: the refused settings. */
export interface ChangeOutcome {
  outcome: 'changed' | 'conflict' | 'invalid' | 'no_sale';
  version: number;
  faults: string[];
}

/** `expected`: the required version, null for any. */
export const changeSale = defineScript<{ expected: number | null; change: ChangeSale; by?: Actor }, ChangeOutcome>({
  name: 'admission/change-sale',
  url: new URL('./change-sale.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog'],
  arguments: ({ expected, change, by }) => [actorText(by), expected ?? '', JSON.stringify(settingRanges), ...fieldsOf(change)],
  decode: (reply) => {
    const [outcome, version, ...faults] = reply as [ChangeOutcome['outcome'], number, ...string[]];
    return { outcome, version, faults };
  },
});
