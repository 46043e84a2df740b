import { publicRoutes, type OperatorSale } from '@sunbeon/contracts';
import { CodedError, publicSaleOf, readSale } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { allSalesPage, currentSalesPage, type PageQuery } from './sale-pages.ts';

/** A sale as its operator sees it, or `sale_not_found`. */
export const saleOr404 = async ({ redis }: Pick<RouteContext, 'redis'>, saleId: string): Promise<OperatorSale> => {
  const sale = await readSale(redis, saleId);
  if (!sale) throw new CodedError('sale_not_found');
  return sale;
};

/** The lists in pages, one sale, and one with all its settings for the operator. */
export const getSales = (context: RouteContext): void => {
  const { app, checkOperator } = context;
  app.get<{ Querystring: PageQuery }>(publicRoutes.getSales.url, { schema: { querystring: publicRoutes.getSales.query } }, async ({ query }) => {
    const { sales, next } = await currentSalesPage(context, query);
    return { sales: sales.map(publicSaleOf), ...(next === undefined ? {} : { next }) };
  });
  app.get<{ Querystring: PageQuery }>(
    publicRoutes.getOperatorSales.url,
    { schema: { querystring: publicRoutes.getOperatorSales.query }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async ({ query }) => await allSalesPage(context, query),
  );
  app.get<{ Params: { sale: string } }>(publicRoutes.getSale.url, { schema: { params: publicRoutes.getSale.params } }, async ({ params }) =>
    publicSaleOf(await saleOr404(context, params.sale)),
  );
  app.get<{ Params: { sale: string } }>(
    publicRoutes.getOperatorSale.url,
    { schema: { params: publicRoutes.getOperatorSale.params }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async ({ params }, reply) => {
      const sale = await saleOr404(context, params.sale);
      return reply.header('etag', `"${sale.version}"`).send(sale);
    },
  );
};
