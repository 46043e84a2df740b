import { limits, publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, readSale, versionOf } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { addStock } from '../scripts/add-stock.ts';

/** Adds tickets to a sale, or takes away what is left; with added ones admissions start again by themselves. */
export const postStock = (context: RouteContext): void => {
  const { redis } = context;
  defineRoute(context, publicRoutes.addStock, async ({ params: { sale: saleId }, headers, body, actor }) => {
    const outcome = await addStock.run(redis, saleId, {
      add: body.add,
      key: headers['idempotency-key'] ?? null,
      expected: versionOf(headers['if-match']),
      by: actor,
    });
    if (outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (outcome === 'conflict') throw new CodedError('version_conflict');
    if (outcome === 'sale_is_gate') throw new CodedError('sale_is_gate');
    if (outcome === 'too_many') throw new CodedError('invalid_request', `A sale has at most ${limits.stock} tickets.`);
    if (outcome === 'insufficient_stock') throw new CodedError('insufficient_stock', 'Only tickets that are left can be taken away.');
    if (outcome === 'idempotency_conflict') throw new CodedError('idempotency_conflict');
    const sale = await readSale(redis, saleId);
    if (!sale) throw new CodedError('sale_not_found');
    return {
      status: 200,
      body: sale,
      headers: { etag: `"${sale.version}"`, ...(outcome === 'replayed' ? { 'idempotency-replayed': 'true' } : {}) },
    };
  });
};
