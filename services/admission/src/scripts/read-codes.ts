import { defineScript, type NoSale } from '@sunbeon/runtime';
import { storedCodeOf, type StoredCode } from './stored-code.ts';

export type ListedCode = StoredCode & { code: string; used: number };
/** `last`: number of the last code of the page; 0 for an empty page. `generation`: of the sale, another one under the same id has another. */
export interface CodesPage {
  outcome: 'read';
  last: number;
  generation: string;
  codes: ListedCode[];
}
export type ReadCodesOutcome = CodesPage | NoSale;

export const readCodes = defineScript<{ after: number; most: number }, ReadCodesOutcome>({
  name: 'admission/read-codes',
  url: new URL('./read-codes.lua', import.meta.url),
  keys: ['sale', 'codes', 'codeUses', 'codeOrder'],
  arguments: ({ after, most }) => [after, most],
  decode: (reply) => {
    const [last, generation, ...rows] = reply as [number?, string?, ...[string, string, number][]];
    if (last === undefined || generation === undefined) return { outcome: 'no_sale' };
    return { outcome: 'read', last, generation, codes: rows.map(([code, text, used]) => ({ code, ...storedCodeOf(text), used })) };
  },
});
