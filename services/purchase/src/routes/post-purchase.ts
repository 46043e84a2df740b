import { publicRoutes } from '@sunbeon/contracts';
import { newPurchaseId } from '@sunbeon/contracts/server';
import { batchPerSale, CodedError, codedErrorOf, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { decodeOutcome, purchaseOf, type ShopReply } from '../scripts/outcome.ts';
import { purchase, type PurchaseItem } from '../scripts/purchase.ts';
import { answerOf } from './answer.ts';

/** Buys for an admitted visitor. */
export const postPurchase = (context: RouteContext): void => {
  const { durable, metrics } = context;
  const loadBatched = batchPerSale<PurchaseItem, ShopReply>(async (saleId, items) => {
    const reply = await durable.run(purchase, saleId, items);
    if (reply.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return reply.items;
  }, metrics.batched);

  defineRoute(
    context,
    publicRoutes.postPurchase,
    async ({ visitor: { saleId, visitorId, seq, generation }, headers, body: { quantity } }) => {
      const item = {
        visitor: visitorId,
        quantity,
        key: headers['idempotency-key'],
        fingerprint: `purchase:${quantity}`,
        purchaseId: newPurchaseId(),
        seq,
        generation,
      };
      const row = await loadBatched(saleId, item).catch((error: unknown) => {
        if (codedErrorOf(error).code !== 'sale_not_found') metrics.failed();
        throw error;
      });
      const outcome = decodeOutcome(row, purchaseOf(saleId));
      metrics.bought(outcome);
      return answerOf(outcome);
    },
  );
};
