import { defineScript, type NoSale } from '@sunbeon/runtime';
import { storedCodeOf, type StoredCode } from './stored-code.ts';

export type ListedCode = StoredCode & { code: string; used: number };
/** `last`: number of the last code of the page; 0 for an empty page. */
export type ReadCodesOutcome = { outcome: 'read'; last: number; codes: ListedCode[] } | NoSale;

export const readCodes = defineScript<{ after: number; most: number }, ReadCodesOutcome>({
  name: 'admission/read-codes',
  url: new URL('./read-codes.lua', import.meta.url),
  keys: ['sale', 'codes', 'codeUses', 'codeOrder'],
  arguments: ({ after, most }) => [after, most],
  decode: (reply) => {
    const [last, ...rows] = reply as [number?, ...[string, string, number][]];
    if (last === undefined) return { outcome: 'no_sale' };
    return { outcome: 'read', last, codes: rows.map(([code, text, used]) => ({ code, ...storedCodeOf(text), used })) };
  },
});
