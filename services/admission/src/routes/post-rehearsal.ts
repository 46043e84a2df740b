import { randomBytes } from 'node:crypto';
import { keys, operatorLimits, publicRoutes, rehearsalIdOf } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import { addCurrent } from '../current-sales.ts';
import type { RouteContext } from '../context.ts';
import { forgetSale } from '../forget-sale.ts';
import { copyOf } from '../rehearsals/copy-of.ts';
import { beginRehearsal } from '../scripts/begin-rehearsal.ts';
import { createSale } from '../scripts/create-sale.ts';
import { noteRehearsal } from '../scripts/note-rehearsal.ts';
import { etagOf, saleOr404 } from './get-sales.ts';

/**
 * Makes a rehearsal of a sale; the gateway that asked sends the people. A crash between two steps leaves an id without a sale, which the ticker removes,
 * or a sale without people, which closes and is deleted by the clock of Redis as any other rehearsal.
 */
export const postRehearsal = (context: RouteContext): void => {
  const { redis, wake } = context;
  defineRoute(context, publicRoutes.startRehearsal, async ({ params: { sale: saleId }, body, actor }) => {
    const sale = await saleOr404(context, saleId);
    if (sale.rehearsal) throw new CodedError('invalid_request', 'A rehearsal has no rehearsals. Rehearse its sale.');
    const rehearsalId = rehearsalIdOf(randomBytes(8).readBigUInt64BE());
    if ((await beginRehearsal.run(redis, '', rehearsalId)) === 'too_many')
      throw new CodedError(
        'too_many_rehearsals',
        `At most ${operatorLimits.rehearsalsAtOnce} rehearsals; a closed one counts until it is deleted.`,
      );
    const [seconds, micros] = await redis.time();
    const copy = copyOf(sale, rehearsalId, body, Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000));
    await redis.sadd(keys.sales, rehearsalId);
    const created = await createSale.run(redis, rehearsalId, { ...copy, by: actor });
    if (created.outcome !== 'created') {
      await forgetSale(redis, rehearsalId);
      throw new Error(`the rehearsal is ${created.outcome}`);
    }
    // A tick may have found the id without its sale, and removed it.
    await Promise.all([redis.sadd(keys.sales, rehearsalId), addCurrent(redis, rehearsalId)]);
    wake(rehearsalId);
    // The rehearsal is there: a log that cannot be written now must not say otherwise.
    await noteRehearsal.run(redis, saleId, { rehearsalId, plan: copy.rehearsalPlan, by: actor }).catch(() => {});
    const made = await saleOr404(context, rehearsalId);
    return { status: 201, body: made, headers: { ...etagOf(made), location: `/api/admin/sales/${rehearsalId}` } };
  });
};
