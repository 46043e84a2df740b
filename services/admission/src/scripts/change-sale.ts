import type { ChangeSale } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';
import { fieldsOf } from '../sale-fields.ts';

export interface ChangeOutcome { outcome: 'changed' | 'conflict' | 'no_sale'; version: number }

/** `expected`: the version the change was made for, null for whichever it is. */
export const changeSale = defineScript<{ expected: number | null; change: ChangeSale; by?: Actor }, ChangeOutcome>({
  name: 'admission/change-sale',
  url: new URL('./change-sale.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'trail'],
  arguments: ({ expected, change, by }) => [actorText(by), expected ?? '', ...fieldsOf(change)],
  decode: (reply) => {
    const [outcome, version] = reply as [ChangeOutcome['outcome'], number];
    return { outcome, version };
  },
});
