import { publicRoutes, type OperatorSale } from '@sunbeon/contracts';
import { CodedError, publicSaleOf, readSale } from '@sunbeon/runtime';
import type { Room } from '../room.ts';
import { allSalesPage, currentSalesPage, type PageQuery } from './sale-pages.ts';

/** A sale as its operator sees it, or `sale_not_found`. */
export const saleOr404 = async ({ redis }: Pick<Room, 'redis'>, saleId: string): Promise<OperatorSale> => {
  const sale = await readSale(redis, saleId);
  if (!sale) throw new CodedError('sale_not_found');
  return sale;
};

/** The lists in pages, one sale, and one with all its settings for the operator. */
export const getSales = (room: Room): void => {
  const { app, checkOperator } = room;
  app.get<{ Querystring: PageQuery }>(publicRoutes.getSales.url, { schema: { querystring: publicRoutes.getSales.query } }, async ({ query }) => {
    const { sales, next } = await currentSalesPage(room, query);
    return { sales: sales.map(publicSaleOf), ...(next === undefined ? {} : { next }) };
  });
  app.get<{ Querystring: PageQuery }>(
    publicRoutes.getOperatorSales.url,
    { schema: { querystring: publicRoutes.getOperatorSales.query }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async ({ query }) => await allSalesPage(room, query),
  );
  app.get<{ Params: { sale: string } }>(publicRoutes.getSale.url, { schema: { params: publicRoutes.getSale.params } }, async ({ params }) =>
    publicSaleOf(await saleOr404(room, params.sale)),
  );
  app.get<{ Params: { sale: string } }>(
    publicRoutes.getOperatorSale.url,
    { schema: { params: publicRoutes.getOperatorSale.params }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async ({ params }, reply) => {
      const sale = await saleOr404(room, params.sale);
      return reply.header('etag', `"${sale.version}"`).send(sale);
    },
  );
};
