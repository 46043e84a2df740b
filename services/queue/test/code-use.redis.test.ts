import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, type CreateSale } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admit } from '../../admission/src/scripts/admit.ts';
import { changeSale } from '../../admission/src/scripts/change-sale.ts';
import { complete } from '../../admission/src/scripts/complete.ts';
import { expire } from '../../admission/src/scripts/expire.ts';
import { issueTicket } from '../../admission/src/scripts/issue-ticket.ts';
import { redeem } from '../../admission/src/scripts/redeem.ts';
import { setStatus } from '../../admission/src/scripts/set-status.ts';
import { purchase } from '../../purchase/src/scripts/purchase.ts';
import { admitNow, answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../src/scripts/join.ts';
import { leave } from '../src/scripts/leave.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const code = 'GOODCODE';
/** A sale with one code of two uses. */
const invitedTo = async (settings: Partial<CreateSale> = {}): Promise<string> => {
  const saleId = await newSale(redis, { access: 'code', ...settings });
  await redis.hset(keys.codes(saleId), code, JSON.stringify({ uses: 2, at: 1 }));
  return saleId;
};
const joinWith = async (saleId: string, visitorId: string, shown?: string): Promise<string> => {
  const joiner = { visitorId, generation: 0, ...(shown === undefined ? {} : { entrance: { code: shown } }) };
  const place = answerOf(await join.run(redis, saleId, [joiner])).places[0]!;
  return place.state === 'refused' ? place.why : place.state;
};
/** Uses that count, and who has them. */
const usesOf = async (saleId: string) => ({
  uses: Number((await redis.hget(keys.codeUses(saleId), code)) ?? 0),
  holders: (await redis.hkeys(keys.codeHolders(saleId))).sort(),
});
const none = { uses: 0, holders: [] };
const one = (visitor: string) => ({ uses: 1, holders: [visitor] });
const dayMs = 86_400_000;
const inOneDay = () => new Date(Date.now() + dayMs).toISOString();
const lobbied = () => ({ lobbyOpensAt: new Date(Date.now() - 1_000).toISOString(), opensAt: inOneDay() });
/** The deadline of a visitor inside has passed. */
const runOut = (saleId: string, visitor: string) => redis.zadd(keys.active(saleId), '1', visitor);

describe('a use goes back once', () => {
  it('when the visitor leaves the line, also twice', async () => {
    const saleId = await invitedTo();
    await joinWith(saleId, 'stays', code);
    await joinWith(saleId, 'goes', code);
    expect(await joinWith(saleId, 'late', code)).toBe('code_invalid');
    for (let i = 0; i < 2; i += 1) await leave.run(redis, saleId, { visitor: 'goes', seq: 2 });
    expect(await usesOf(saleId)).toEqual(one('stays'));
    expect(await joinWith(saleId, 'late', code)).toBe('joined');
    expect(await joinWith(saleId, 'goes', code)).toBe('code_invalid');
  });

  it('when the visitor leaves the lobby', async () => {
    const saleId = await invitedTo(lobbied());
    expect(await joinWith(saleId, 'a', code)).toBe('lobby');
    expect(await usesOf(saleId)).toEqual(one('a'));
    for (let i = 0; i < 2; i += 1) await leave.run(redis, saleId, { visitor: 'a' });
    expect(await usesOf(saleId)).toEqual(none);
  });

  it('when the visitor leaves from inside', async () => {
    const saleId = await invitedTo();
    await joinWith(saleId, 'a', code);
    expect(await admitNow(redis, saleId, 1)).toBe(1);
    for (let i = 0; i < 2; i += 1) await leave.run(redis, saleId, { visitor: 'a', seq: 1 });
    expect(await usesOf(saleId)).toEqual(none);
  });

  it('when the time inside is over, swept or found by a join', async () => {
    const saleId = await invitedTo();
    for (const visitor of ['a', 'b']) await joinWith(saleId, visitor, code);
    expect(await admitNow(redis, saleId, 2)).toBe(2);
    for (const visitor of ['a', 'b']) await runOut(saleId, visitor);
    expect(await joinWith(saleId, 'a')).toBe('code_invalid');
    expect(await usesOf(saleId)).toEqual(one('b'));
    for (let i = 0; i < 2; i += 1) await expire.run(redis, saleId, 10);
    expect(await usesOf(saleId)).toEqual(none);
    expect(await joinWith(saleId, 'a', code)).toBe('joined');
  });

  it('when the lobby is closed without an order: by the operator, by the clock, by a change', async () => {
    const close: ((saleId: string) => Promise<unknown>)[] = [
      (saleId) => setStatus.run(redis, saleId, { verb: 'close' }),
      async (saleId) => {
        await redis.hset(keys.sale(saleId), 'closesAt', '1');
        await admit.run(redis, saleId, { epoch: 0, cap: 1, isFirstBatch: true });
      },
      async (saleId) => {
        await redis.hset(keys.sale(saleId), 'closesAt', '1');
        await changeSale.run(redis, saleId, { expected: null, change: { message: 'over' } });
      },
      async (saleId) => {
        await redis.hset(keys.sale(saleId), 'closesAt', '1');
        await leave.run(redis, saleId, { visitor: 'a' });
      },
    ];
    for (const closeIt of close) {
      const saleId = await invitedTo(lobbied());
      for (const visitor of ['a', 'b']) expect(await joinWith(saleId, visitor, code)).toBe('lobby');
      await closeIt(saleId);
      expect(await redis.hget(keys.sale(saleId), 'status')).toBe('closed');
      expect(await usesOf(saleId)).toEqual(none);
      expect(await redis.hget(keys.codes(saleId), code)).not.toBeNull();
    }
  });
});

describe('a purchase keeps the use', () => {
  it('and its visitor joins again without a code, through every later end', async () => {
    const saleId = await invitedTo();
    await joinWith(saleId, 'a', code);
    await admitNow(redis, saleId, 1);
    await purchase.run(redis, saleId, [{ visitor: 'a', quantity: 1, key: 'k', fingerprint: 'f', purchaseId: 'p' }]);
    expect(await joinWith(saleId, 'a')).toBe('joined');
    await leave.run(redis, saleId, { visitor: 'a', seq: 2 });
    expect(await joinWith(saleId, 'a')).toBe('joined');
    await admitNow(redis, saleId, 1);
    await runOut(saleId, 'a');
    await expire.run(redis, saleId, 10);
    expect(await usesOf(saleId)).toEqual(one('a'));
  });

  const gate = { kind: 'gate', returnUrls: ['https://shop.example/'] } as const;
  const stay = async (saleId: string, visitor: string, outcome: 'purchased' | 'abandoned') => {
    await admitNow(redis, saleId, 1);
    const ticketHash = `${visitor} ${outcome}`;
    const returnUrls = (await redis.hget(keys.sale(saleId), 'returnUrls'))!;
    const passId = `${saleId}.${visitor}${outcome}`;
    await issueTicket.run(redis, saleId, { visitor, ticketHash, newPassId: passId, returnUrl: gate.returnUrls[0], returnUrls });
    expect(await redeem.run(redis, saleId, { ticketHash, key: undefined, keyId: 'k', shop: 's' })).toMatchObject({ outcome: 'redeemed' });
    for (const again of ['completed', 'replayed'])
      expect(await complete.run(redis, saleId, { passId, outcome, shop: 's' })).toMatchObject({ outcome: again });
  };
  const gated = async (): Promise<string> => {
    const saleId = await newSale(redis, { ...gate, stock: undefined, access: 'code' } as never);
    await redis.hset(keys.codes(saleId), code, JSON.stringify({ uses: 2, at: 1 }));
    return saleId;
  };

  it('at a gate too, whatever comes after it', async () => {
    const saleId = await gated();
    await joinWith(saleId, 'a', code);
    await stay(saleId, 'a', 'purchased');
    expect(await joinWith(saleId, 'a')).toBe('joined');
    await stay(saleId, 'a', 'abandoned');
    expect(await usesOf(saleId)).toEqual(one('a'));
    expect(await joinWith(saleId, 'a')).toBe('joined');
  });

  it('and a stay at a gate with nothing bought does not', async () => {
    const saleId = await gated();
    await joinWith(saleId, 'a', code);
    await stay(saleId, 'a', 'abandoned');
    expect(await usesOf(saleId)).toEqual(none);
    expect(await joinWith(saleId, 'a')).toBe('code_invalid');
  });
});

it('a code that was taken back keeps its places, and its count never falls below 0', async () => {
  const saleId = await invitedTo();
  await joinWith(saleId, 'a', code);
  await redis.hdel(keys.codes(saleId), code);
  expect(await joinWith(saleId, 'b', code)).toBe('code_invalid');
  expect(await joinWith(saleId, 'a')).toBe('waiting');
  await redis.hdel(keys.codeUses(saleId), code);
  await leave.run(redis, saleId, { visitor: 'a', seq: 1 });
  expect(await redis.hgetall(keys.codeUses(saleId))).toEqual({});
});
