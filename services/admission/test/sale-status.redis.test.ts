import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  clockTransitions,
  keys,
  operatorTransitions,
  saleStates,
  saleVerbs,
  statusAfter,
  statusByClock,
  verbsOf,
  type SaleClock,
  type SaleTimes,
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

interface Case extends Pick<SaleTimes, 'status' | 'lobby'> {
  /** Whether the opening is over. */
  isDue: boolean;
}
/** Every status that a sale can have stored, with the lobby that is still to be ordered. */
const cases: Case[] = [
  ...(['scheduled', 'open', 'paused', 'closed'] as const).map((status) => ({ status, lobby: 'none' as const, isDue: false })),
  ...(['random', 'arrival'] as const).flatMap((lobby) =>
    (['scheduled', 'lobby', 'paused'] as const).flatMap((status) => [false, true].map((isDue) => ({ status, lobby, isDue }))),
  ),
  { status: 'drawing', lobby: 'random', isDue: true },
];
const nameOf = ({ status, lobby, isDue }: Case): string => `${status}, lobby ${lobby}${isDue ? ', its opening over' : ''}`;

/** The sale of a case, and its times as the table takes them. */
const saleIn = async ({ status, lobby, isDue }: Case): Promise<{ saleId: string; times: SaleTimes }> => {
  const saleId = await newSale(redis);
  const now = Date.now();
  const times = { status, lobby, lobbyOpensAt: now - 60_000, opensAt: isDue ? now - 1_000 : now + 60_000, closesAt: null };
  await redis.hset(keys.sale(saleId), 'status', status);
  if (lobby === 'none') return { saleId, times: { ...times, lobbyOpensAt: null, opensAt: null } };
  await redis.hset(keys.sale(saleId), {
    lobbyOrder: lobby,
    lobbyPhase: status === 'drawing' ? 'drawing' : 'ahead',
    lobbyOpensAt: times.lobbyOpensAt,
    opensAt: times.opensAt,
  });
  return { saleId, times };
};
const changesOf = async (saleId: string) =>
  (await eventsOf(redis, saleId)).filter(({ type }) => type === 'sale').map(({ data }) => data['change']);
const stored = (saleId: string) => redis.hget(keys.sale(saleId), 'status');

const verbs = saleVerbs.flatMap((verb) => cases.map((one) => [verb, nameOf(one), one] as const));
const clocks = (Object.keys(clockTransitions) as SaleClock[]).flatMap((clock) =>
  cases.filter(({ lobby }) => clock !== 'lobbyOpensAt' || lobby !== 'none').map((one) => [clock, nameOf(one), one] as const),
);

describe('the table of states agrees with Redis', () => {
  it.each(verbs)('on the verb %s: %s', async (verb, _, one) => {
    const { saleId, times } = await saleIn(one);
    const from = statusByClock(times, Date.now());
    const to = statusAfter(verb, { ...times, status: from }, Date.now());
    const outcome = await setStatus.run(redis, saleId, { verb });
    expect(outcome.status).toBe(to ?? from);
    // A pause of a drawing changes what follows, not the status.
    const changes = to !== null && (to !== from || (from === 'drawing' && verb === 'pause'));
    expect(outcome.outcome).toBe(
      to === null ? 'invalid' : changes || (from !== one.status && one.lobby === 'none') ? 'changed' : 'unchanged',
    );
    expect(await stored(saleId)).toBe(to ?? from);
    expect((await setStatus.run(redis, saleId, { verb })).outcome).not.toBe('changed');
    // The page offers what changes something.
    if (from === one.status) expect(verbsOf(from).includes(verb)).toBe(changes);
    const { change } = operatorTransitions[verb];
    if (changes) expect((await changesOf(saleId)).at(-1)).toBe(to === 'drawing' && from !== 'drawing' ? 'lobby_closed' : change);
  });

  it.each(clocks)('on a passed %s, which the next tick stores: %s', async (clock, _, one) => {
    const { saleId, times } = await saleIn(one);
    const past = Date.now() - 500;
    await redis.hset(keys.sale(saleId), clock, String(past));
    const to = statusByClock({ ...times, [clock]: past }, Date.now());
    expect((await readSale(redis, saleId))!.status).toBe(to);
    await admitNow(redis, saleId, 1);
    expect(await stored(saleId)).toBe(to);
    expect(await changesOf(saleId)).toHaveLength(to === one.status ? 1 : 2);
  });

  it.each(cases.map((one) => [nameOf(one), one] as const))('on joins and admissions: %s', async (_, one) => {
    const { saleId, times } = await saleIn(one);
    await redis.hset(keys.sale(saleId), 'status', 'open', 'lobbyPhase', '');
    await join.run(redis, saleId, ['a']);
    await redis.hset(
      keys.sale(saleId),
      'status',
      one.status,
      'lobbyPhase',
      one.lobby === 'none' ? '' : one.status === 'drawing' ? 'drawing' : 'ahead',
    );
    const status: SaleStatus = statusByClock(times, Date.now());
    const { state } = answerOf(await join.run(redis, saleId, ['b'])).places[0]!;
    expect(state).toBe(saleStates[status].joins ? (one.lobby === 'random' && status !== 'drawing' ? 'lobby' : 'joined') : 'refused');
    expect(await admitNow(redis, saleId, 1)).toBe(saleStates[status].admissions ? 1 : 0);
  });
});
