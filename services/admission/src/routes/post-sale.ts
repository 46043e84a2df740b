import { keys, publicRoutes, type CreateSale } from '@sunbeon/contracts';
import { actorOf, CodedError } from '@sunbeon/runtime';
import { addCurrent } from '../current-sales.ts';
import type { RouteContext } from '../context.ts';
import { createSale } from '../scripts/create-sale.ts';
import { settingFaults } from '../setting-faults.ts';
import { forgetSale } from './delete-sale.ts';
import { saleOr404 } from './get-sales.ts';

/** Creates a sale. It is registered first: an id without a sale is skipped by every reader, a sale without its id would be lost. */
export const postSale = (context: RouteContext): void => {
  const { app, redis, checkOperator, wake } = context;
  app.post<{ Body: CreateSale }>(
    publicRoutes.createSale.url,
    { schema: { body: { $ref: 'CreateSale#' } }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async (request, reply) => {
      const { body } = request;
      await redis.sadd(keys.sales, body.saleId);
      await addCurrent(redis, body.saleId);
      const created = await createSale.run(redis, body.saleId, { ...body, by: actorOf(request) });
      if (created.outcome === 'exists') throw new CodedError('sale_exists');
      if (created.outcome !== 'created') await forgetSale(redis, body.saleId);
      if (created.outcome === 'invalid') throw settingFaults(created.faults);
      if (created.outcome === 'foreign_key') throw new CodedError('sale_exists', `Redis holds other data under the key ${created.key}. Delete the sale ${body.saleId} to remove it, then create it.`);
      // A deletion of the id that began before may have taken it off the list.
      await Promise.all([redis.sadd(keys.sales, body.saleId), addCurrent(redis, body.saleId)]);
      wake(body.saleId);
      const sale = await saleOr404(context, body.saleId);
      return reply.code(201).header('etag', `"${sale.version}"`).header('location', `/api/admin/sales/${sale.saleId}`).send(sale);
    },
  );
};
