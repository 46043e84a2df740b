import { keys, limits, publicRoutes } from '@sunbeon/contracts';
import { newPlannedId } from '@sunbeon/contracts/server';
import { CodedError, defineRoute, redisBreakerOf } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { plan, plannedOf } from '../scripts/plan.ts';
import { unplan } from '../scripts/unplan.ts';

const faultOf = (path: string, detail: string): CodedError =>
  new CodedError('invalid_request', `${path} ${detail}`, {}, [{ path, detail }]);

/** Changes of a sale that its leader makes at a time, by the clock of Redis: planned, listed and taken back. See run-planned.lua. */
export const planned = (context: RouteContext): void => {
  const { redis, wake } = context;

  defineRoute(context, publicRoutes.planChange, async ({ params: { sale: saleId }, body, headers, actor }) => {
    const kept = await plan.run(redis, saleId, { ...body, plannedId: newPlannedId(), key: headers['idempotency-key'], by: actor });
    if (kept.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (kept.outcome === 'closed') throw new CodedError('invalid_transition', 'The sale is closed: nothing of it is planned.');
    if (kept.outcome === 'past') throw faultOf('/at', 'is in the past');
    if (kept.outcome === 'too_many')
      throw new CodedError('invalid_request', `A sale has at most ${limits.plannedChanges} planned changes.`);
    if (kept.outcome === 'idempotency_conflict') throw new CodedError('idempotency_conflict');
    wake(saleId);
    return { status: 201, body: kept.planned, ...(kept.outcome === 'replayed' ? { headers: { 'idempotency-replayed': 'true' } } : {}) };
  });

  defineRoute(context, publicRoutes.getPlanned, async ({ params: { sale: saleId } }) => {
    const [rows, isSale] = await redisBreakerOf(redis).execute(
      () => Promise.all([redis.zrange(keys.planned(saleId), '0', '-1'), redis.exists(keys.sale(saleId))]),
      'read',
    );
    if (isSale === 0) throw new CodedError('sale_not_found');
    return { status: 200, body: { planned: rows.map(plannedOf) } };
  });

  defineRoute(context, publicRoutes.deletePlanned, async ({ params: { sale: saleId, planned: plannedId }, actor }) => {
    const outcome = await unplan.run(redis, saleId, { plannedId, by: actor });
    if (outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (outcome === 'planned_not_found') throw new CodedError('planned_not_found');
    return { status: 204 };
  });
};
