import { publicRoutes, type OperatorSale } from '@sunbeon/contracts';
import { CodedError, defineRoute, readSale } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { allSalesPage, currentSalesPage } from './sale-pages.ts';

/** A sale with its operator's properties, or `sale_not_found`. */
export const saleOr404 = async ({ redis }: Pick<RouteContext, 'redis'>, saleId: string): Promise<OperatorSale> => {
  const sale = await readSale(redis, saleId);
  if (!sale) throw new CodedError('sale_not_found');
  return sale;
};

/** The version of a sale, for `If-Match`. */
export const etagOf = ({ version }: OperatorSale): { etag: string } => ({ etag: `"${version}"` });

/** The lists in pages, one public sale, and one operator's sale. The schema of the answer picks the public properties. */
export const getSales = (context: RouteContext): void => {
  defineRoute(context, publicRoutes.getSales, async ({ query }) => ({ status: 200, body: await currentSalesPage(context, query) }));
  defineRoute(context, publicRoutes.getOperatorSales, async ({ query }) => ({ status: 200, body: await allSalesPage(context, query) }));
  defineRoute(context, publicRoutes.getSale, async ({ params }) => ({ status: 200, body: await saleOr404(context, params.sale) }));
  defineRoute(context, publicRoutes.getOperatorSale, async ({ params }) => {
    const sale = await saleOr404(context, params.sale);
    return { status: 200, body: sale, headers: etagOf(sale) };
  });
};
