import { keys, publicRoutes, type OperatorSale } from '@sunbeon/contracts';
import { CodedError, publicSaleOf, readSale } from '@sunbeon/runtime';
import type { Room } from '../room.ts';

/** A sale as its operator sees it, or `sale_not_found`. */
export const saleOr404 = async ({ redis }: Pick<Room, 'redis'>, saleId: string): Promise<OperatorSale> => {
  const sale = await readSale(redis, saleId);
  if (!sale) throw new CodedError('sale_not_found');
  return sale;
};

/** All sales, one sale, and one with all its settings for the operator. */
export const getSales = (room: Room): void => {
  const { app, redis, checkOperator } = room;
  const allSales = async (): Promise<OperatorSale[]> => {
    const ids = (await redis.smembers(keys.sales)).sort();
    return (await Promise.all(ids.map((id) => readSale(redis, id)))).filter((sale) => sale !== null);
  };
  app.get(publicRoutes.getSales.url, async () => ({ sales: (await allSales()).map(publicSaleOf) }));
  app.get(
    publicRoutes.getOperatorSales.url,
    { onRequest: async (request) => checkOperator(request.headers.authorization) },
    async () => ({ sales: await allSales() }),
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
