import { isSaleId, limits, publicRoutes, type BuyRequest, type RpcResult, type RpcItem } from '@sunbeon/contracts';
import { newPurchaseId } from '@sunbeon/contracts/server';
import { batchPerSale, bearerOf, CodedError, codedErrorOf, serveRpc } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { decodeOutcome, purchaseOf, type ShopReply } from '../scripts/outcome.ts';
import { purchase, type PurchaseItem } from '../scripts/purchase.ts';
import { answerOf } from './answer.ts';
import { requireVisitor } from './require-visitor.ts';

const keyPattern = /^[\x21-\x7e]+$/;

/** The rules of `publicRoutes.postPurchase`, for an element of a batch. */
const checkItem = ({ quantity, idempotencyKey }: RpcItem): { quantity: number; key: string } => {
  if (typeof idempotencyKey !== 'string' || idempotencyKey.length > limits.idempotencyKeyCharacters || !keyPattern.test(idempotencyKey)) {
    throw new CodedError('invalid_request', `Idempotency-Key must be 1 to ${limits.idempotencyKeyCharacters} visible characters`);
  }
  if (!Number.isSafeInteger(quantity) || quantity! < 1 || quantity! > limits.stock) throw new CodedError('invalid_request', 'quantity must be a whole number from 1');
  return { quantity: quantity!, key: idempotencyKey };
};

/** Buys for an admitted visitor. */
export const postPurchase = ({ app, redis, tokens, metrics }: RouteContext): void => {
  const loadBatched = batchPerSale<PurchaseItem, ShopReply>(async (saleId, items) => {
    const reply = await purchase.run(redis, saleId, items);
    if (reply.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return reply.items;
  }, metrics.batched);

  const handle = async (item: RpcItem): Promise<RpcResult> => {
    const { saleId, token } = item;
    if (!isSaleId(saleId)) throw new CodedError('invalid_request', 'that is no sale id');
    const { visitorId } = tokens.verify(token, saleId);
    const { quantity, key } = checkItem(item);
    const row = await loadBatched(saleId, { visitor: visitorId, quantity, key, fingerprint: `purchase:${quantity}`, purchaseId: newPurchaseId() }).catch((error: unknown) => {
      if (codedErrorOf(error).code !== 'sale_not_found') metrics.failed();
      throw error;
    });
    const outcome = decodeOutcome(row, purchaseOf(saleId));
    metrics.bought(outcome);
    return answerOf(outcome);
  };

  serveRpc(app, tokens, 'purchase', handle);
  const { url, params, headers } = publicRoutes.postPurchase;
  app.post<{ Params: { sale: string }; Body: BuyRequest; Headers: { 'idempotency-key': string } }>(
    url,
    { schema: { params, headers, body: { $ref: 'BuyRequest#' } }, onRequest: requireVisitor(tokens) },
    async (request, reply) => {
      const answer = await handle({
        saleId: request.params.sale,
        token: bearerOf(request.headers.authorization),
        quantity: request.body.quantity,
        idempotencyKey: request.headers['idempotency-key'],
      });
      return reply.code(answer.status).headers(answer.headers ?? {}).send(answer.body);
    },
  );
};
