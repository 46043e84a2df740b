import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
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

/** open, pause, resume, close; asking for what already is changes nothing. */
export const postSaleStatus = (context: RouteContext): void => {
  const { redis, wake } = context;
  for (const [verb, route] of Object.entries(verbs) as [SaleVerb, typeof publicRoutes.openSale][]) {
    defineRoute(context, route, async ({ params: { sale: saleId }, actor }) => {
      const { outcome, status } = await setStatus.run(redis, saleId, { verb, by: actor });
      if (outcome === 'no_sale') throw new CodedError('sale_not_found');
      if (outcome === 'invalid') throw new CodedError('invalid_transition', `A sale that is ${status} does not ${verb}.`);
      // After the step, not before: what the ticker took out in between comes back here, and after a crash by its round over all sales.
      if (verb === 'open') await addCurrent(redis, saleId);
      wake(saleId);
      return { status: 200, body: await saleOr404(context, saleId) };
    });
  }
};
