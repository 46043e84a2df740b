import { defineScript, type NoSale } from '@sunbeon/runtime';

export type TakeTransferOutcome =
  { outcome: 'taken'; visitor: string; seq: number } | { outcome: 'code_invalid' | 'member_required' } | NoSale;

export const takeTransfer = defineScript<string, TakeTransferOutcome>({
  name: 'queue/take-transfer',
  url: new URL('./take-transfer.lua', import.meta.url),
  keys: ['sale', 'transfers', 'transferEnds'],
  arguments: (hash) => [hash],
  decode: (reply) => {
    const [outcome, visitor, seq] = reply as [TakeTransferOutcome['outcome'], string, number];
    return outcome === 'taken' ? { outcome, visitor, seq } : { outcome };
  },
});
