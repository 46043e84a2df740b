import { createHash, randomBytes } from 'node:crypto';
import { keys, operatorLimits, publicRoutes, rehearsalIdOf, type OperatorSale } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import { addCurrent } from '../current-sales.ts';
import type { RouteContext } from '../context.ts';
import { forgetSale } from '../forget-sale.ts';
import { copyOf, isOfCall } from '../rehearsals/copy-of.ts';
import { beginRehearsal } from '../scripts/begin-rehearsal.ts';
import { createSale } from '../scripts/create-sale.ts';
import { noteRehearsal } from '../scripts/note-rehearsal.ts';
import { etagOf, saleOr404 } from './get-sales.ts';

/** One key, one id: a call that is made again finds the rehearsal that the first one made. */
const idOf = (saleId: string, key: string | undefined): string => {
  const bytes =
    key === undefined
      ? randomBytes(8)
      : createHash('sha256')
          .update(JSON.stringify([saleId, key]))
          .digest();
  return rehearsalIdOf(bytes.readBigUInt64BE());
};

const headersOf = (copy: OperatorSale) => ({ ...etagOf(copy), location: `/api/admin/sales/${copy.saleId}` });

/**
 * Makes a rehearsal of a sale, once per key; the gateway that asked sends the people. A crash between two steps leaves an id without a sale, which the ticker removes,
 * or a sale without people, which closes and is deleted by the clock of Redis as any other rehearsal.
 */
export const postRehearsal = (context: RouteContext): void => {
  const { redis, wake } = context;
  defineRoute(context, publicRoutes.startRehearsal, async ({ params: { sale: saleId }, body, headers, actor }) => {
    const sale = await saleOr404(context, saleId);
    if (sale.rehearsal) throw new CodedError('invalid_request', 'A rehearsal has no rehearsals. Rehearse its sale.');
    const rehearsalId = idOf(saleId, headers['idempotency-key']);
    if ((await beginRehearsal.run(redis, '', rehearsalId)) === 'too_many')
      throw new CodedError(
        'too_many_rehearsals',
        `At most ${operatorLimits.rehearsalsAtOnce} rehearsals; a closed one counts until it is deleted.`,
      );
    const [seconds, micros] = await redis.time();
    const copy = copyOf(sale, rehearsalId, body, Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000));
    await redis.sadd(keys.sales, rehearsalId);
    const created = await createSale.run(redis, rehearsalId, { ...copy, by: actor });
    if (created.outcome === 'exists') {
      const first = await saleOr404(context, rehearsalId);
      if (!isOfCall(first, saleId, body)) throw new CodedError('idempotency_conflict');
      return { status: 201, body: first, headers: { ...headersOf(first), 'idempotency-replayed': 'true' } };
    }
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
    return { status: 201, body: made, headers: headersOf(made) };
  });
};
