import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, versionOf } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { changeSale } from '../scripts/change-sale.ts';
import { etagOf, saleOr404 } from './get-sales.ts';
import { checkChange, settingFaults } from '../setting-faults.ts';

/** Changes settings; with `If-Match` only at that version. */
export const patchSale = (context: RouteContext): void => {
  const { redis, wake } = context;
  defineRoute(context, publicRoutes.changeSale, async ({ params, body, headers, actor }) => {
    checkChange(body);
    const reply = await changeSale.run(redis, params.sale, {
      expected: versionOf(headers['if-match']),
      change: body,
      by: actor,
    });
    if (reply.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (reply.outcome === 'conflict') throw new CodedError('version_conflict', `The sale is at version ${reply.version}.`);
    if (reply.outcome === 'draw_fixed') throw new CodedError('draw_fixed');
    if (reply.outcome === 'drawing') throw new CodedError('invalid_transition', 'The order is being drawn: opensAt is over.');
    if (reply.outcome === 'invalid') throw settingFaults(reply.faults);
    wake(params.sale);
    const sale = await saleOr404(context, params.sale);
    return { status: 200, body: sale, headers: etagOf(sale) };
  });
};
