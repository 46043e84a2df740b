import type { NoSale, ShopReply } from '../src/scripts/outcome.ts';
import type { PurchaseReply } from '../src/scripts/purchase.ts';

/** The reply of a script for an existing sale. */
export const rowOf = (reply: ShopReply | NoSale): ShopReply => {
  if (reply.outcome === 'no_sale') throw new Error('the sale of this test is gone');
  return reply;
};
export const rowsOf = (reply: PurchaseReply): ShopReply[] => {
  if (reply.outcome === 'no_sale') throw new Error('the sale of this test is gone');
  return reply.items;
};
/** Outcome or reason, in one word. */
export const wordOf = (reply: ShopReply): string => (reply.outcome === 'refused' ? reply.why : reply.replayed ? 'replayed' : 'done');
