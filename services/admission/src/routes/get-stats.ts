import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, readSale } from '@sunbeon/runtime';
import { checkStats } from '../invariants/check-stats.ts';
import { readSamples } from '../read-samples.ts';
import type { RouteContext } from '../context.ts';
import { readStats } from '../scripts/read-stats.ts';

/** Stats of one sale for the operator's console. Three reads, sent together; the cost of none grows with the number of visitors. */
export const getStats = (context: RouteContext): void => {
  const { redis } = context;
  defineRoute(context, publicRoutes.getStats, async ({ params: { sale: saleId }, query: { after } }) => {
    const sentMs = performance.now();
    const [sale, stats, samples] = await Promise.all([
      readSale(redis, saleId),
      readStats.run(redis, saleId, { members: 0 }),
      readSamples(redis, saleId, after === undefined ? null : Number(after)),
    ]);
    const redisSeconds = Math.round(performance.now() - sentMs) / 1_000;
    if (!sale || stats.outcome === 'no_sale') throw new CodedError('sale_not_found');
    const { flow, live } = stats;
    const body = {
      sale,
      purchases: flow.purchased,
      events: flow.event,
      gateways: live.gateways,
      browsers: live.browsers,
      refused: live.refused,
      redisSeconds,
      estimates: live.estimates,
      estimateErrorSeconds: live.errorSeconds,
      invariants: checkStats(stats),
      samples,
    };
    return { status: 200, body };
  });
};
