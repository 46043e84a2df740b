import { publicRoutes } from '@sunbeon/contracts';
import { newPurchaseId } from '@sunbeon/contracts/server';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { confirm } from '../scripts/confirm.ts';
import { decodeOutcome, purchaseOf } from '../scripts/outcome.ts';
import { answerOf } from './answer.ts';

/** After the payment: turns the hold into a purchase; a repeated call returns the same one. */
export const postConfirm = (context: RouteContext): void => {
  const { durable, metrics } = context;
  defineRoute(context, publicRoutes.postConfirm, async ({ params, body: { reference }, visitor, shop, actor }) => {
    const saleId = params.sale;
    if (reference !== undefined && shop === undefined)
      throw new CodedError('invalid_request', 'Only a shop gives a reference.', {}, [{ path: '/reference', detail: 'needs a shop key' }]);
    const row = await durable
      .run(confirm, saleId, {
        visitor: visitor?.visitorId ?? null,
        generation: visitor?.generation,
        holdId: params.hold,
        purchaseId: newPurchaseId(),
        shop,
        by: actor,
        reference,
      })
      .catch((error: unknown) => {
        metrics.failed();
        throw error;
      });
    if (row.outcome === 'no_sale') throw new CodedError('sale_not_found');
    const outcome = decodeOutcome(row, purchaseOf(saleId));
    metrics.confirmed(outcome);
    metrics.bought(outcome);
    return answerOf(outcome);
  });
};
