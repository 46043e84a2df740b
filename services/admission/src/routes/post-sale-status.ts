import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, versionOf } from '@sunbeon/runtime';
import { addCurrent } from '../current-sales.ts';
import type { RouteContext } from '../context.ts';
import { setStatus, type SaleVerb } from '../scripts/set-status.ts';
import { saleOr404 } from './get-sales.ts';

const verbs = {
  open: publicRoutes.openSale,
  pause: publicRoutes.pauseSale,
  resume: publicRoutes.resumeSale,
  close: publicRoutes.closeSale,
};

/** open, pause, resume, close; a repeated verb changes nothing. */
export const postSaleStatus = (context: RouteContext): void => {
  const { redis, wake } = context;
  for (const [verb, route] of Object.entries(verbs) as [SaleVerb, typeof publicRoutes.openSale][]) {
    defineRoute(context, route, async ({ params: { sale: saleId }, headers, actor }) => {
      const reply = await setStatus.run(redis, saleId, { verb, by: actor, expected: versionOf(headers['if-match']) });
      if (reply.outcome === 'no_sale') throw new CodedError('sale_not_found');
      if (reply.outcome === 'conflict') throw new CodedError('version_conflict', `The sale is at version ${reply.version}.`);
      if (reply.outcome === 'invalid') throw new CodedError('invalid_transition', `A sale that is ${reply.status} does not ${verb}.`);
      wake(saleId);
      // After the status change: restores a sale that the ticker removed in between. The sale is open: an index that cannot be written now must not say
      // otherwise. The tick adds it as soon as it can; after a crash, the ticker's pass over all sales does.
      if (verb === 'open') await addCurrent(redis, saleId).catch(() => {});
      return { status: 200, body: await saleOr404(context, saleId) };
    });
  }
};
