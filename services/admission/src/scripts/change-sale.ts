import { settingRanges, type ChangeSale } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor, type NoSale } from '@sunbeon/runtime';
import { newSeed } from '../draw/seed.ts';
import { fieldsOf } from '../sale-fields.ts';

/** `faults`: the settings that were refused. */
export type ChangeOutcome =
  | { outcome: 'changed' | 'conflict' | 'draw_fixed' | 'drawing'; version: number }
  | { outcome: 'invalid'; version: number; faults: string[] }
  | NoSale;

/** A seed for a change that may give the sale its draw; none goes with any other. */
const seedFor = ({ lobbyOpensAt, lobbyOrder }: ChangeSale): [seed: Buffer | string, commitment: string] =>
  lobbyOpensAt || lobbyOrder ? newSeed() : ['', ''];

/** `expected`: the required version, null for any. */
export const changeSale = defineScript<{ expected: number | null; change: ChangeSale; by?: Actor }, ChangeOutcome>({
  name: 'admission/change-sale',
  url: new URL('./change-sale.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog', 'drawSeed', 'queue', 'lobby', 'departed', 'codeUses', 'codeHolders'],
  hidesArguments: true,
  arguments: ({ expected, change, by }) => [
    actorText(by),
    expected ?? '',
    JSON.stringify(settingRanges),
    ...seedFor(change),
    ...fieldsOf(change),
  ],
  decode: (reply) => {
    const [outcome, version, ...faults] = reply as [ChangeOutcome['outcome'], number, ...string[]];
    if (outcome === 'no_sale') return { outcome };
    return outcome === 'invalid' ? { outcome, version, faults } : { outcome, version };
  },
});
