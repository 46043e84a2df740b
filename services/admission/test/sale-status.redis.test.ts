import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  clockTransitions,
  keys,
  operatorTransitions,
  saleStates,
  saleStatuses,
  saleVerbs,
  statusAfter,
  verbsOf,
  type SaleClock,
  type SaleStatus,
} from '@sunbeon/contracts';
import { readSale, type RedisClient } from '@sunbeon/runtime';
import { admitNow, answerOf, connectTestRedis, eventsOf, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { setStatus } from '../src/scripts/set-status.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.quit());

const store = (saleId: string, status: SaleStatus) => redis.hset(keys.sale(saleId), 'status', status);
/** A sale whose stored status is this one. */
const saleIn = async (status: SaleStatus): Promise<string> => {
  const saleId = await newSale(redis);
  await store(saleId, status);
  return saleId;
};
const changesOf = async (saleId: string) =>
  (await eventsOf(redis, saleId)).filter(({ type }) => type === 'sale').map(({ data }) => data['change']);

const verbs = saleVerbs.flatMap((verb) => saleStatuses.map((status) => [verb, status] as const));
const clocks = (Object.keys(clockTransitions) as SaleClock[]).flatMap((clock) => saleStatuses.map((status) => [clock, status] as const));

describe('the table of states agrees with Redis', () => {
  it.each(verbs)('on the verb %s in the status %s', async (verb, status) => {
    const saleId = await saleIn(status);
    const to = statusAfter(verb, status);
    const outcome = await setStatus.run(redis, saleId, { verb });
    expect(outcome).toEqual(
      to === null ? { outcome: 'invalid', status } : { outcome: to === status ? 'unchanged' : 'changed', status: to },
    );
    expect(await redis.hget(keys.sale(saleId), 'status')).toBe(to ?? status);
    expect(await changesOf(saleId)).toEqual(['created', ...(outcome.outcome === 'changed' ? [operatorTransitions[verb].change] : [])]);
    expect(verbsOf(status).includes(verb)).toBe(outcome.outcome === 'changed');
  });

  it.each(clocks)('on a passed %s in the status %s, which the next tick stores', async (clock, status) => {
    const saleId = await saleIn(status);
    await join.run(redis, saleId, ['a']);
    await redis.hset(keys.sale(saleId), clock, String(Date.now() - 1_000));
    const { from, to, change } = clockTransitions[clock];
    const moves = (from as readonly SaleStatus[]).includes(status);
    expect((await readSale(redis, saleId))!.status).toBe(moves ? to : status);
    await admitNow(redis, saleId, 1);
    expect(await redis.hget(keys.sale(saleId), 'status')).toBe(moves ? to : status);
    expect(await changesOf(saleId)).toEqual(['created', ...(moves ? [change] : [])]);
  });

  it.each(saleStatuses)('on joins and admissions in the status %s', async (status) => {
    const saleId = await newSale(redis);
    await join.run(redis, saleId, ['a']);
    await store(saleId, status);
    expect(answerOf(await join.run(redis, saleId, ['b'])).places[0]!.state).toBe(saleStates[status].joins ? 'joined' : 'refused');
    expect(await admitNow(redis, saleId, 1)).toBe(saleStates[status].admissions ? 1 : 0);
  });
});
