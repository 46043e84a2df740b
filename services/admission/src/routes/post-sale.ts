import { keys, publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import { addCurrent } from '../current-sales.ts';
import type { RouteContext } from '../context.ts';
import { forgetSale } from '../forget-sale.ts';
import { createSale } from '../scripts/create-sale.ts';
import { noteCreation } from '../scripts/note-creation.ts';
import { checkNewSale, settingFaults } from '../setting-faults.ts';
import { etagOf, saleOr404 } from './get-sales.ts';

/** Creates a sale. Its id is added first: readers skip an id without a sale; a sale without its id would be lost. */
export const postSale = (context: RouteContext): void => {
  const { redis, wake } = context;
  defineRoute(context, publicRoutes.createSale, async ({ body, actor }) => {
    checkNewSale(body);
    const { saleId } = body;
    await redis.sadd(keys.sales, saleId);
    await addCurrent(redis, saleId);
    const created = await createSale.run(redis, saleId, { ...body, by: actor });
    if (created.outcome === 'exists') throw new CodedError('sale_exists');
    if (created.outcome !== 'created') await forgetSale(redis, saleId);
    if (created.outcome === 'invalid') throw settingFaults(created.faults);
    if (created.outcome === 'foreign_key')
      throw new CodedError(
        'sale_exists',
        `Redis holds other data under the key ${created.key}. Delete the sale ${saleId} to remove it, then create it.`,
      );
    // A concurrent deletion of the id may have removed it from the list.
    await Promise.all([redis.sadd(keys.sales, saleId), addCurrent(redis, saleId)]);
    wake(saleId);
    // The sale is there: a log that cannot be written now must not say otherwise.
    await noteCreation.run(redis, saleId, { saleId, title: body.title, by: actor }).catch(() => {});
    const sale = await saleOr404(context, saleId);
    return { status: 201, body: sale, headers: { ...etagOf(sale), location: `/api/admin/sales/${saleId}` } };
  });
};
