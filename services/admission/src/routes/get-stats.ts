import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, readSale } from '@sunbeon/runtime';
import { checkStats } from '../invariants/check-stats.ts';
import { toldForecast } from '../forecast/told.ts';
import { countsOf } from '../forecast/counts.ts';
import { noShowRateOf, recentSamples, waitsOf } from '../forecast/recent.ts';
import { readSamples, readLastSamples } from '../read-samples.ts';
import type { RouteContext } from '../context.ts';
import { readStats } from '../scripts/read-stats.ts';

/** Stats of one sale for the operator's console. Four reads, sent together; the cost of none grows with the number of visitors. */
export const getStats = (context: RouteContext): void => {
  const { redis } = context;
  defineRoute(context, publicRoutes.getStats, async ({ params: { sale: saleId }, query: { after } }) => {
    const sentMs = performance.now();
    const [sale, stats, samples, recent] = await Promise.all([
      readSale(redis, saleId),
      readStats.run(redis, saleId, { members: 0 }),
      readSamples(redis, saleId, after === undefined ? null : Number(after)),
      readLastSamples(redis, saleId, recentSamples),
    ]);
    const redisSeconds = Math.round(performance.now() - sentMs) / 1_000;
    if (!sale || stats.outcome === 'no_sale') throw new CodedError('sale_not_found');
    const { flow, live, nowMs } = stats;
    const counts = countsOf({
      ...sale,
      nowMs,
      perVisitorLimit: sale.perVisitorLimit ?? 1,
      isGate: sale.kind === 'gate',
      waiting: stats.count.queue,
      active: stats.count.active,
      holds: stats.count.holdData,
      stock: stats.stock,
      flow: { ...flow, joined: flow.seq, leftQueue: flow.left },
    });
    const waits = waitsOf(recent, nowMs);
    const noShowRate = noShowRateOf(recent, {
      nowMs,
      claimSeconds: sale.claimSeconds,
      claimed: flow.claimed,
      claimMissed: flow.claimMissed,
    });
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
      ...toldForecast(stats.forecast, counts),
      ...(noShowRate === undefined ? {} : { noShowRate }),
      ...(waits === undefined ? {} : { waits }),
      invariants: checkStats(stats),
      samples,
    };
    return { status: 200, body };
  });
};
