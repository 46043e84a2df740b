import { defineScript, type NoSale } from '@sunbeon/runtime';

export type MakeTransferOutcome =
  | { outcome: 'made'; untilMs: number }
  | { outcome: 'rate_limited'; waitMs: number }
  | { outcome: 'member_required' | 'not_in_queue' }
  | NoSale;

/** `seq`, `generation`: those of the visitor's token. */
export const makeTransfer = defineScript<{ visitor: string; seq: number; generation: number; hash: string }, MakeTransferOutcome>({
  name: 'queue/make-transfer',
  url: new URL('./make-transfer.lua', import.meta.url),
  keys: ['sale', 'queue', 'active', 'lobby', 'transfers', 'transferEnds', 'transferTimes'],
  arguments: ({ visitor, seq, generation, hash }) => [visitor, seq, generation, hash],
  decode: (reply) => {
    const [outcome, ms] = reply as [MakeTransferOutcome['outcome'], number];
    if (outcome === 'made') return { outcome, untilMs: ms };
    return outcome === 'rate_limited' ? { outcome, waitMs: ms } : { outcome };
  },
});
