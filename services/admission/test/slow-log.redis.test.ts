import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { beginCodes } from '../src/scripts/begin-codes.ts';
import { changeSale } from '../src/scripts/change-sale.ts';
import { deleteCode } from '../src/scripts/delete-code.ts';
import { writeCodes } from '../src/scripts/write-codes.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
  await redis.config('SET', 'slowlog-log-slower-than', '0');
  await redis.config('SET', 'slowlog-max-len', '100000');
});
afterAll(async () => {
  await redis.config('SET', 'slowlog-log-slower-than', '10000');
  await redis.config('SET', 'slowlog-max-len', '128');
  redis.disconnect();
});

/** What the slow log shows of scripts of a sale. */
const shownOf = async (saleId: string): Promise<string[]> => {
  const entries = (await redis.callBuffer('SLOWLOG', 'GET', '-1')) as [number, number, number, Buffer[]][];
  const commands = entries.map(([, , , args]) => args.map((arg) => arg.toString('latin1')));
  return commands.filter(([name, , , key]) => name!.startsWith('EVAL') && key!.includes(`{${saleId}}`)).map((args) => args.join(' '));
};
const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();

it('shows no seed of a draw, whether a sale is made with a lobby or gets it later', async () => {
  const made = await newSale(redis, { lobbyOpensAt: at(60_000), opensAt: at(120_000) });
  const later = await newSale(redis, { opensAt: at(120_000) });
  for (const change of [
    { lobbyOpensAt: at(60_000) },
    { lobbyOrder: 'arrival' as const },
    { lobbyOrder: 'random' as const },
    { title: 'New' },
  ])
    expect(await changeSale.run(redis, later, { expected: null, change })).toMatchObject({ outcome: 'changed' });
  for (const saleId of [made, later]) {
    const seed = (await redis.getBuffer(keys.drawSeed(saleId)))!.toString('latin1');
    const shown = await shownOf(saleId);
    expect(shown.length).toBeGreaterThanOrEqual(saleId === made ? 1 : 5);
    expect(shown.filter((text) => text.includes(seed))).toEqual([]);
  }
});

it('sends no seed with a change of anything but the lobby', () => {
  const seedOf = (change: Parameters<typeof changeSale.arguments>[0]['change']) => changeSale.arguments({ expected: null, change })[3]!;
  for (const change of [{ title: 'x' }, { opensAt: at(1) }, { lobbyOpensAt: null }, { drawBeacon: 'drand' as const }])
    expect(seedOf(change)).toBe('');
  for (const change of [{ lobbyOpensAt: at(1) }, { lobbyOrder: 'random' as const }]) expect(seedOf(change)).toHaveLength(32);
});

it('shows neither access codes nor what they are made from', async () => {
  const saleId = await newSale(redis, { access: 'code' });
  const generation = (await redis.hget(keys.sale(saleId), 'createdAt'))!;
  await beginCodes.run(redis, saleId, { key: 'k', fingerprint: 'f', seed: 'SEEDOFCODES', detail: { made: 2 } });
  await writeCodes.run(redis, saleId, { generation, uses: 1, label: undefined, atMs: 1, codes: ['CODEOFADA', 'CODEOFBOB'] });
  const joined = await join.run(redis, saleId, [{ visitorId: 'v', generation: 0, entrance: { code: 'CODEOFADA' } }]);
  expect(answerOf(joined).places).toMatchObject([{ state: 'joined' }]);
  await deleteCode.run(redis, saleId, { code: 'CODEOFBOB' });
  const shown = await shownOf(saleId);
  expect(shown.length).toBeGreaterThanOrEqual(5);
  expect(shown.filter((text) => /SEEDOFCODES|CODEOF/.test(text))).toEqual([]);
});
