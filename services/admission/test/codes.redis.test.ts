import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { answerOf, connectTestRedis, dumpSale, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { codesCsv, csvOf } from '../src/codes/csv.ts';
import { codesOf } from '../src/codes/make-codes.ts';
import { beginCodes } from '../src/scripts/begin-codes.ts';
import { deleteCode } from '../src/scripts/delete-code.ts';
import { readCodes } from '../src/scripts/read-codes.ts';
import { writeCodes } from '../src/scripts/write-codes.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const generationOf = async (saleId: string): Promise<string> => (await redis.hget(keys.sale(saleId), 'createdAt'))!;
const write = async (
  saleId: string,
  codes: string[],
  { atMs = 1, uses = 1, label }: { atMs?: number; uses?: number; label?: string } = {},
) => writeCodes.run(redis, saleId, { generation: await generationOf(saleId), uses, label, atMs, codes });
const listed = async (saleId: string, after = 0, most = 10) => {
  const page = await readCodes.run(redis, saleId, { after, most });
  if (page.outcome === 'no_sale') throw new Error('the sale is gone');
  return page;
};

describe('codes of a sale', () => {
  it('are written once: a repeated call changes nothing and answers the same', async () => {
    const saleId = await newSale(redis);
    const first = await write(saleId, ['AAAAAAAA', 'BBBBBBBB'], { atMs: 5, uses: 2, label: 'x' });
    const before = await dumpSale(redis, saleId);
    expect(await write(saleId, ['AAAAAAAA', 'BBBBBBBB'], { atMs: 5, uses: 2, label: 'x' })).toEqual(first);
    expect(await dumpSale(redis, saleId)).toEqual(before);
    expect(first).toEqual({
      outcome: 'written',
      rows: [
        { there: null, used: 0 },
        { there: null, used: 0 },
      ],
    });
    expect(await write(saleId, ['BBBBBBBB', 'CCCCCCCC'], { atMs: 6 })).toEqual({
      outcome: 'written',
      rows: [
        { there: { uses: 2, label: 'x' }, used: 0 },
        { there: null, used: 0 },
      ],
    });
  });

  it('are read in pages, in the order in which they were made, also while some are taken back', async () => {
    const saleId = await newSale(redis);
    await write(saleId, ['AAAAAAAA', 'BBBBBBBB', 'CCCCCCCC', 'DDDDDDDD']);
    await redis.hset(keys.codeUses(saleId), 'BBBBBBBB', 1);
    const first = await listed(saleId, 0, 2);
    expect(first.codes).toEqual([
      { code: 'AAAAAAAA', uses: 1, used: 0 },
      { code: 'BBBBBBBB', uses: 1, used: 1 },
    ]);
    expect(await deleteCode.run(redis, saleId, { code: 'BBBBBBBB' })).toBe('deleted');
    expect(await deleteCode.run(redis, saleId, { code: 'BBBBBBBB' })).toBe('code_not_found');
    expect((await listed(saleId, first.last, 2)).codes.map(({ code }) => code)).toEqual(['CCCCCCCC', 'DDDDDDDD']);
    // Its places are counted on.
    expect(await redis.hget(keys.codeUses(saleId), 'BBBBBBBB')).toBe('1');
    expect(await listed(saleId, 4, 2)).toEqual({ outcome: 'read', last: 0, generation: await generationOf(saleId), codes: [] });
  });

  it('that were taken back stay so when the call that made them is repeated, and are shown nowhere', async () => {
    const saleId = await newSale(redis);
    const made = await write(saleId, ['AAAAAAAA', 'BBBBBBBB'], { atMs: 5, uses: 2, label: 'press' });
    await redis.hset(keys.codeUses(saleId), 'AAAAAAAA', 1);
    const size = async () => (await redis.hvals(keys.codes(saleId))).join('').length;
    const before = await size();
    expect(await deleteCode.run(redis, saleId, { code: 'AAAAAAAA' })).toBe('deleted');
    expect(await size()).toBeLessThan(before);
    const again = await write(saleId, ['AAAAAAAA', 'BBBBBBBB'], { atMs: 5, uses: 2, label: 'press' });
    expect(again).toMatchObject({ rows: [{ there: null, used: 1 }, made.outcome === 'written' ? made.rows[1]! : {}] });
    expect((await listed(saleId)).codes.map(({ code }) => code)).toEqual(['BBBBBBBB']);
    expect(csvOf((await listed(saleId)).codes)).toBe('BBBBBBBB,2,0,press\r\n');
    expect(await deleteCode.run(redis, saleId, { code: 'AAAAAAAA' })).toBe('code_not_found');
    await redis.hset(keys.sale(saleId), 'access', 'code');
    const enter = async (visitorId: string) =>
      answerOf(await join.run(redis, saleId, [{ visitorId, generation: 0, entrance: { code: 'AAAAAAAA' } }])).places[0];
    expect(await enter('v')).toEqual({ state: 'refused', why: 'code_invalid' });
    // Another call may bring it again, at the end of the list; its places are counted on.
    expect(await write(saleId, ['AAAAAAAA'], { atMs: 6, uses: 2 })).toEqual({ outcome: 'written', rows: [{ there: null, used: 1 }] });
    expect((await listed(saleId)).codes).toEqual([
      { code: 'BBBBBBBB', uses: 2, used: 0, label: 'press' },
      { code: 'AAAAAAAA', uses: 2, used: 1 },
    ]);
    expect(await enter('v')).toMatchObject({ state: 'joined' });
    expect(await enter('w')).toEqual({ state: 'refused', why: 'code_invalid' });
  });

  it('get the same time and seed for the same key, and one line of the audit log, without a code', async () => {
    const saleId = await newSale(redis);
    const begin = (key: string | undefined, fingerprint: string, seed: string) =>
      beginCodes.run(redis, saleId, { key, fingerprint, seed, detail: { made: 3, label: 'press' } });
    const first = await begin('k', 'f', 'seed1');
    expect(first).toMatchObject({ outcome: 'begun', seed: 'seed1' });
    expect(await begin('k', 'f', 'seed2')).toEqual(first);
    expect(await begin('k', 'other', 'seed3')).toEqual({ outcome: 'idempotency_conflict' });
    expect(await begin(undefined, 'f', 'seed4')).toMatchObject({ seed: 'seed4' });
    const log = await redis.xrange(keys.auditLog(saleId), '-', '+');
    expect(log.filter(([, fields]) => fields.includes('make_codes'))).toHaveLength(2);
  });

  it('leave nothing behind when what the audit log is to say is unreadable', async () => {
    const saleId = await newSale(redis);
    const before = await dumpSale(redis, saleId);
    await expect(
      beginCodes.run(redis, saleId, { key: 'k', fingerprint: 'f', seed: 'seed', detail: { made: 3, label: 'a\ud83c' } }),
    ).rejects.toThrow();
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });
});

describe('made codes', () => {
  it('are 10 letters of 32, follow from the seed, and are as even as chance', () => {
    const take = (seed: string, n: number) => {
      const codes = codesOf(seed);
      return Array.from({ length: n }, () => codes.next().value);
    };
    const made = take('b25l', 20_000);
    expect(take('b25l', 20_000)).toEqual(made);
    expect(new Set([...made, ...take('dHdv', 20_000)]).size).toBe(40_000);
    const counts = new Map<string, number>();
    for (const letter of made.join('')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(32);
    // 6,250 each; five standard deviations are 390.
    for (const count of counts.values()) expect(Math.abs(count - 6_250)).toBeLessThan(390);
  });
});

describe('CSV', () => {
  it.each([
    ['press', 'press'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' =1', "' =1"],
    ['\t=1', "'\t=1"],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['=a,"b"', '"\'=a,""b"""'],
  ])('writes the label %j as %j', (label, field) => {
    expect(csvOf([{ code: 'A', uses: 1, used: 0, label }])).toBe(`A,1,0,${field}\r\n`);
  });

  it.each([
    ['deleted', (saleId: string) => redis.del(keys.sale(saleId), keys.codes(saleId), keys.codeOrder(saleId))],
    ['another one under its id', (saleId: string) => redis.hset(keys.sale(saleId), 'createdAt', '1')],
  ])('fails when the sale is %s meanwhile: a list that ends early must not look whole', async (_, change) => {
    const saleId = await newSale(redis);
    await write(saleId, ['AAAAAAAA', 'BBBBBBBB', 'CCCCCCCC']);
    const csv = codesCsv(redis, saleId, await listed(saleId, 0, 2));
    expect([await csv.next(), await csv.next()].map(({ value }) => (value as string).split('\r\n').length)).toEqual([2, 3]);
    await change(saleId);
    await expect(csv.next()).rejects.toMatchObject({ code: 'sale_not_found' });
  });
});
