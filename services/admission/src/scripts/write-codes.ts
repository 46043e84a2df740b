import { defineScript, type NoSale } from '@sunbeon/runtime';
import { storedCodeOf, type StoredCode } from './stored-code.ts';

/** `there`: what the sale had under the code before this call; null for a code of this call. */
export type WriteCodesOutcome = { outcome: 'written'; rows: { there: StoredCode | null; used: number }[] } | NoSale;

/** At most `limits.codesBatch` codes. */
export const writeCodes = defineScript<
  { generation: string; uses: number; label: string | undefined; atMs: number; codes: readonly string[] },
  WriteCodesOutcome
>({
  name: 'admission/write-codes',
  url: new URL('./write-codes.lua', import.meta.url),
  keys: ['sale', 'codes', 'codeUses', 'codeOrder'],
  hidesArguments: true,
  arguments: ({ generation, uses, label, atMs, codes }) => [generation, uses, label ?? '', atMs, ...codes],
  decode: (reply) => {
    const [outcome, ...rows] = reply as [WriteCodesOutcome['outcome'], ...[string, number][]];
    if (outcome === 'no_sale') return { outcome };
    return { outcome, rows: rows.map(([text, used]) => ({ there: text === 'made' ? null : storedCodeOf(text), used })) };
  },
});
