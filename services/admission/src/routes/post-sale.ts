import { keys, publicRoutes, type CreateSale } from '@sunbeon/contracts';
import { actorOf, CodedError } from '@sunbeon/runtime';
import type { Room } from '../room.ts';
import { createSale } from '../scripts/create-sale.ts';
import { saleOr404 } from './get-sales.ts';

/** Refuses a closing time that is not after the opening time. */
export const checkTimes = (opensAt: string | null | undefined, closesAt: string | null | undefined): void => {
  if (opensAt && closesAt && Date.parse(closesAt) <= Date.parse(opensAt)) {
    throw new CodedError('invalid_request', 'closesAt must be after opensAt');
  }
};

/** Creates a sale. It is registered first: an id without a sale is skipped by every reader, a sale without its id would be lost. */
export const postSale = (room: Room): void => {
  const { app, redis, checkOperator } = room;
  app.post<{ Body: CreateSale }>(
    publicRoutes.createSale.url,
    { schema: { body: { $ref: 'CreateSale#' } }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async (request, reply) => {
      const { body } = request;
      checkTimes(body.opensAt, body.closesAt);
      await redis.sadd(keys.sales, body.saleId);
      if ((await createSale.run(redis, body.saleId, { ...body, by: actorOf(request) })) === 'exists') throw new CodedError('sale_exists');
      const sale = await saleOr404(room, body.saleId);
      return reply.code(201).header('etag', `"${sale.version}"`).header('location', `/api/admin/sales/${sale.saleId}`).send(sale);
    },
  );
};
