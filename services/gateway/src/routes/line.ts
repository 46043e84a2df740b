import { cacheControl, publicRoutes, type PublicRoute } from '@sunbeon/contracts';
import { CodedError, LRUCache } from '@sunbeon/runtime';
import { limitKeyOf } from '../client-address.ts';
import type { RouteContext } from '../context.ts';
import type { PublishedLine } from '../live/line/published-line.ts';
import type { Hub } from '../live/sockets/hub.ts';
import { createBudget } from './budget.ts';
import { describeRoute } from './describe.ts';
import { hasAlready, takesGzip } from './hot-answers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes a route out of the CORS plugin. */
    cors?: false;
  }
}

export const lineLimits = {
  /** Time for which a gateway remembers that there is no such sale, ms. */
  unknownMs: 1_000,
  unknownSales: 10_000,
  /**
   * Budget of sales that a gateway begins to follow because somebody asks for their line: each costs a load of its mirror, and reads for as long as
   * it is followed. A crowd asks for lines that are followed already.
   */
  follows: { perSecond: 200, perAddress: 100, keptForOthers: 50 },
} as const;

/** Another spelling of a number is no address: caches would keep each. */
const numberOf = (text: string): number => (/^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : Number.NaN);

/** Any page may read these answers, and none of them belongs to a visitor. The CORS plugin does not see these routes. */
const openToAll = (_: unknown, reply: { headers: (values: Record<string, string>) => unknown }, done: () => void): void => {
  reply.headers({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'ETag, Retry-After',
    'cross-origin-resource-policy': 'cross-origin',
    vary: 'Accept-Encoding',
  });
  done();
};
const optionsOf = (route: PublicRoute) => ({
  schema: describeRoute(route),
  config: { cors: false as const },
  onRequest: openToAll,
});

/** The public line of a sale and its blocks of departures, from this gateway's mirror: no request reads Redis for a sale that is followed. */
export const lineRoutes = (
  { app, knownSales, hotAnswers }: Pick<RouteContext, 'app' | 'knownSales' | 'hotAnswers'>,
  hub: Pick<Hub, 'isFollowed' | 'open'>,
): void => {
  const spendFollow = createBudget(lineLimits.follows, () => performance.now());
  const unknown = new LRUCache<string, number>({ max: lineLimits.unknownSales });

  const gone = (saleId: string): CodedError => {
    unknown.set(saleId, performance.now() + lineLimits.unknownMs);
    knownSales.answered(saleId, 404);
    return new CodedError('sale_not_found');
  };
  const lineOf = async (saleId: string, address: string): Promise<PublishedLine> => {
    if (!hub.isFollowed(saleId)) {
      if ((unknown.get(saleId) ?? 0) > performance.now()) throw new CodedError('sale_not_found');
      await knownSales.mayAsk(saleId, limitKeyOf(address));
      // Followed meanwhile: the budget is spent once for all who ask at the same moment.
      if (!hub.isFollowed(saleId) && !spendFollow(limitKeyOf(address), 1))
        throw new CodedError('rate_limited', 'Too many requests for lines that nobody else asks for.', { 'retry-after': '1' });
    }
    const line = await hub
      .open(saleId)
      .then(async (live) => (live === null ? null : await live.line()))
      .catch(() => {
        throw new CodedError('unavailable');
      });
    if (line === null) throw gone(saleId);
    knownSales.answered(saleId, 200);
    return line;
  };

  app.get<{ Params: { sale: string } }>(publicRoutes.getLine.url, optionsOf(publicRoutes.getLine), async (request, reply) => {
    const line = await lineOf(request.params.sale, request.ip);
    const gzips = takesGzip(request.headers['accept-encoding']);
    const { body, etag } = gzips ? line.gzipped() : line.plain;
    reply.headers({ 'cache-control': cacheControl.tick, etag });
    if (hasAlready(request.headers['if-none-match'], etag)) return reply.code(304).send();
    if (gzips) reply.header('content-encoding', 'gzip');
    reply.type('application/json; charset=utf-8');
    hotAnswers.remember(request, reply, publicRoutes.getLine, request.params.sale, {
      body,
      encoding: gzips ? 'gzip' : 'identity',
      isFresh: line.isCurrent,
    });
    return reply.send(body);
  });

  app.get<{ Params: { sale: string; generation: string; block: string; count: string } }>(
    publicRoutes.getDepartures.url,
    optionsOf(publicRoutes.getDepartures),
    async (request, reply) => {
      const { sale: saleId, generation, block, count } = request.params;
      const line = await lineOf(saleId, request.ip);
      const newest = numberOf(generation) === line.generation ? line.blocks[numberOf(block)] : undefined;
      const asked = numberOf(count);
      if (newest === undefined || !(asked <= newest.count)) throw new CodedError('no_departures');
      // Relative to the address, so that it is right behind any prefix.
      if (asked < newest.count)
        return reply
          .code(307)
          .headers({ location: String(newest.count), 'cache-control': 'no-store' })
          .send();
      return reply.header('cache-control', cacheControl.content).type('application/octet-stream').send(newest.bitmap);
    },
  );
};
