import { publicRoutes, type SaleFigures } from '@sunbeon/contracts';
import { CodedError, readSale } from '@sunbeon/runtime';
import { checkFigures } from '../invariants/check-figures.ts';
import { readSamples } from '../read-samples.ts';
import type { RouteContext } from '../context.ts';
import { readFigures } from '../scripts/read-figures.ts';

/** What an operator's console shows of one sale. Three reads, sent together; none of them grows with the number of visitors. */
export const getFigures = ({ app, redis, checkOperator }: RouteContext): void => {
  const { url, params, query } = publicRoutes.getFigures;
  app.get<{ Params: { sale: string }; Querystring: { after?: string } }>(
    url,
    { schema: { params, querystring: query }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async (request): Promise<SaleFigures> => {
      const { sale: saleId } = request.params;
      const { after } = request.query;
      const [sale, figures, samples] = await Promise.all([
        readSale(redis, saleId),
        readFigures.run(redis, saleId, { members: 0 }),
        readSamples(redis, saleId, after === undefined ? null : Number(after)),
      ]);
      if (!sale || !figures) throw new CodedError('sale_not_found');
      const { flow, live } = figures;
      return {
        sale,
        purchases: flow.purchased,
        events: flow.event,
        gateways: live.gateways,
        browsers: live.browsers,
        estimates: live.estimates,
        estimateErrorSeconds: live.errorSeconds,
        invariants: checkFigures(figures),
        samples,
      };
    },
  );
};
