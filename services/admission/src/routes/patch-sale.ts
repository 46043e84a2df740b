import { publicRoutes, type ChangeSale } from '@sunbeon/contracts';
import { actorOf, CodedError } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { changeSale } from '../scripts/change-sale.ts';
import { saleOr404 } from './get-sales.ts';
import { settingFaults } from '../setting-faults.ts';

const versionOf = (ifMatch: string | undefined): number | null =>
  ifMatch === undefined || ifMatch === '*' ? null : Number(ifMatch.replaceAll('"', ''));

/** Changes settings; with `If-Match` only if nobody else did since that version. */
export const patchSale = (context: RouteContext): void => {
  const { app, redis, checkOperator, wake } = context;
  app.patch<{ Params: { sale: string }; Body: ChangeSale; Headers: { 'if-match'?: string } }>(
    publicRoutes.changeSale.url,
    {
      schema: { params: publicRoutes.changeSale.params, headers: publicRoutes.changeSale.headers, body: { $ref: 'ChangeSale#' } },
      onRequest: async (request) => checkOperator(request.headers.authorization),
    },
    async (request, reply) => {
      const { params, body, headers } = request;
      const { outcome, version, faults } = await changeSale.run(redis, params.sale, { expected: versionOf(headers['if-match']), change: body, by: actorOf(request) });
      if (outcome === 'no_sale') throw new CodedError('sale_not_found');
      if (outcome === 'conflict') throw new CodedError('version_conflict', `The sale is at version ${version}.`);
      if (outcome === 'invalid') throw settingFaults(faults);
      wake(params.sale);
      const sale = await saleOr404(context, params.sale);
      return reply.header('etag', `"${sale.version}"`).send(sale);
    },
  );
};
