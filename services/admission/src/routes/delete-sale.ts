import { keys, publicRoutes } from '@sunbeon/contracts';
import { actorOf, CodedError } from '@sunbeon/runtime';
import type { Room } from '../room.ts';
import { deleteSale } from '../scripts/delete-sale.ts';

/** Deletes a closed sale with all its data, then its id. */
export const deleteSaleRoute = ({ app, redis, checkOperator }: Room): void => {
  app.delete<{ Params: { sale: string } }>(
    publicRoutes.deleteSale.url,
    { schema: { params: publicRoutes.deleteSale.params }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async (request, reply) => {
      const { params } = request;
      const outcome = await deleteSale.run(redis, params.sale, { by: actorOf(request) });
      if (outcome === 'not_closed') throw new CodedError('sale_not_closed');
      if (outcome === 'no_sale') throw new CodedError('sale_not_found');
      await redis.srem(keys.sales, params.sale);
      // Somebody may have made it anew in between; its id must stay.
      if (await redis.exists(keys.sale(params.sale))) await redis.sadd(keys.sales, params.sale);
      return reply.code(204).send();
    },
  );
};
