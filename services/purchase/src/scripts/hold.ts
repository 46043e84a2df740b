import { defineScript, type NoSale } from '@sunbeon/runtime';
import { decodeOneRow, type ShopReply } from './outcome.ts';

export interface HoldInput {
  visitor: string;
  quantity: number;
  key: string;
  fingerprint: string;
  holdId: string;
  /** In the token; 0 of the lobby. */
  seq?: number;
  /** In the token; without one any counts. */
  generation?: number;
}

export const hold = defineScript<HoldInput, ShopReply | NoSale>({
  name: 'purchase/hold',
  url: new URL('./hold.lua', import.meta.url),
  keys: ['sale', 'flow', 'active', 'sessions', 'stock', 'bought', 'idempotency', 'holds', 'holdData', 'events'],
  arguments: ({ visitor, quantity, key, fingerprint, holdId, seq, generation }) => [
    visitor,
    quantity,
    key,
    fingerprint,
    holdId,
    seq ?? 0,
    generation ?? '',
  ],
  decode: decodeOneRow,
});
