import { cacheControl, publicRoutes } from '@sunbeon/contracts';
import { limitKeyOf } from '../client-address.ts';
import type { RouteContext } from '../context.ts';
import { describeRoute } from './describe.ts';

/** `GET …/challenge`: a fresh one for each request. */
export const getChallenge = ({ app, knownSales, challenges }: RouteContext): void => {
  app.route<{ Params: { sale: string } }>({
    method: publicRoutes.getChallenge.method,
    url: publicRoutes.getChallenge.url,
    schema: describeRoute(publicRoutes.getChallenge),
    handler: async (request, reply) => {
      const { sale: saleId } = request.params;
      if (!knownSales.isKnown(saleId)) await knownSales.mayAsk(saleId, limitKeyOf(request.ip));
      const challenge = await challenges.of(saleId);
      return reply.header('cache-control', cacheControl.own).type('application/json; charset=utf-8').send(JSON.stringify(challenge));
    },
  });
};
