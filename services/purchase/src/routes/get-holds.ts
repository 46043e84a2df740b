import { keys, publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, redisBreakerOf } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { holdOf, readableOf } from '../scripts/outcome.ts';
import { readHold } from '../scripts/read-hold.ts';

/** What is set aside for this visitor now: none or one. And one hold by its id, for the shop. */
export const getHolds = (context: RouteContext): void => {
  defineRoute(context, publicRoutes.getHold, async ({ params: { sale: saleId, hold: holdId } }) => {
    const [[createdAt, kind], endsAtMs, json, [seconds, micros]] = await redisBreakerOf(context.redis).execute(
      () =>
        Promise.all([
          context.redis.hmget(keys.sale(saleId), 'createdAt', 'kind'),
          context.redis.zscore(keys.holds(saleId), holdId),
          context.redis.hget(keys.holdData(saleId), holdId),
          context.redis.time(),
        ]),
      'read',
    );
    if (createdAt === null) throw new CodedError('sale_not_found');
    if (kind === 'gate') throw new CodedError('sale_is_gate');
    // A hold that is over is none, swept or not.
    if (json === null || endsAtMs === null || Number(endsAtMs) <= Number(seconds) * 1_000 + Number(micros) / 1_000)
      throw new CodedError('hold_not_found');
    return { status: 200, body: holdOf(saleId)(json) };
  });
  defineRoute(context, publicRoutes.getHolds, async ({ visitor: { saleId, visitorId, generation } }) => {
    const found = await readHold.run(context.redis, saleId, { visitor: visitorId, generation });
    if (found.outcome === 'no_sale') throw new CodedError('sale_not_found');
    return { status: 200, body: { holds: readableOf(found.holds, holdOf(saleId)) } };
  });
};
