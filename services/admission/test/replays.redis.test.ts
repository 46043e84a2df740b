import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admitNow, answerOf, connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { complete } from '../src/scripts/complete.ts';
import { expire } from '../src/scripts/expire.ts';
import { issueTicket } from '../src/scripts/issue-ticket.ts';
import { lead } from '../src/scripts/lead.ts';
import { redeem } from '../src/scripts/redeem.ts';
import { setStatus } from '../src/scripts/set-status.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const shop = { shop: 'shop', by: { operator: 'shop', address: '' } };
const longest = `https://shop.test/${'x'.repeat(2_000)}`;

/** A gate with one visitor inside, whose tickets lead to the longest address. */
const gateWith = async (visitor = 'v') => {
  const saleId = await newSale(redis, { kind: 'gate', returnUrls: ['https://shop.test/'] } as never);
  const returnUrls = (await redis.hget(keys.sale(saleId), 'returnUrls'))!;
  answerOf(await join.run(redis, saleId, [visitor]));
  await admitNow(redis, saleId, 1);
  const passId = `${saleId}.pass`;
  const issue = async (ticketHash: string) =>
    expect(await issueTicket.run(redis, saleId, { visitor, ticketHash, newPassId: passId, returnUrl: longest, returnUrls })).toMatchObject({
      outcome: 'issued',
    });
  const change = (ticketHash: string, key?: string) => redeem.run(redis, saleId, { ticketHash, key, keyId: 'kid', ...shop });
  const bytes = () => redis.hstrlen(keys.passes(saleId), passId);
  const tickets = () => redis.hlen(keys.tickets(saleId));
  /** Lets the minute of replays pass. */
  const passMinute = async (): Promise<void> => {
    const data = JSON.parse((await redis.hget(keys.passes(saleId), passId))!) as { redeemed?: Record<string, { at: number }> };
    for (const given of Object.values(data.redeemed ?? {})) given.at -= limits.ticketMs + 1;
    await redis.hset(keys.passes(saleId), passId, JSON.stringify(data));
    if ((await redis.zscore(keys.replays(saleId), passId)) !== null) await redis.zadd(keys.replays(saleId), '1', passId);
  };
  return { saleId, passId, issue, change, bytes, tickets, passMinute };
};

describe('what a stay keeps of its redemptions', () => {
  it('is replayed for a minute, also after the end, and is gone then, without another redemption', async () => {
    const { saleId, passId, issue, change, bytes, tickets, passMinute } = await gateWith();
    for (let i = 0; i < limits.ticketsPerStay; i += 1) {
      await issue(`h${i}`);
      expect(await change(`h${i}`, `k${i}`)).toMatchObject({ outcome: 'redeemed' });
    }
    const given = await change('h19', 'k19');
    expect(given).toMatchObject({ outcome: 'replayed', returnUrl: longest });
    expect(await complete.run(redis, saleId, { passId, outcome: 'purchased', ...shop })).toMatchObject({ outcome: 'completed' });
    await expire.run(redis, saleId, 10);
    expect(await change('h19', 'k19')).toEqual(given);
    expect(await change('h0', 'k0')).toMatchObject({ outcome: 'replayed', returnUrl: longest });

    await setStatus.run(redis, saleId, { verb: 'close' });
    await redis.del(keys.leader(saleId));
    expect(await lead.run(redis, saleId, 'a')).toMatchObject({ role: 'leader' });
    await passMinute();
    await expire.run(redis, saleId, 10);
    expect([await tickets(), (await bytes()) < 300]).toEqual([0, true]);
    expect(await change('h19', 'k19')).toEqual({ outcome: 'ticket_not_found' });
    expect(await complete.run(redis, saleId, { passId, outcome: 'purchased', ...shop })).toMatchObject({ outcome: 'replayed' });
    expect(await lead.run(redis, saleId, 'a')).toEqual({ role: 'idle' });
  });

  it('is dropped at the end of the stay when it can be replayed no more', async () => {
    const { saleId, passId, issue, change, bytes, tickets, passMinute } = await gateWith();
    for (const hash of ['a', 'b']) {
      await issue(hash);
      await change(hash, 'k');
    }
    await passMinute();
    await issue('c');
    await complete.run(redis, saleId, { passId, outcome: 'abandoned', ...shop });
    expect([await tickets(), (await bytes()) < 300]).toEqual([0, true]);
  });

  it('is nothing of one without a key', async () => {
    const { saleId, passId, issue, change, bytes, tickets } = await gateWith();
    await issue('a');
    expect(await change('a')).toMatchObject({ outcome: 'redeemed', returnUrl: longest });
    expect(await change('a')).toEqual({ outcome: 'ticket_not_found' });
    expect([await tickets(), (await bytes()) < 300, await redis.exists(keys.replays(saleId))]).toEqual([0, true, 0]);
    expect(await complete.run(redis, saleId, { passId, outcome: 'purchased', ...shop })).toMatchObject({ outcome: 'completed' });
  });

  it('is dropped by redemptions of other stays too, and while the stay lasts', async () => {
    const { saleId, issue, change, bytes, tickets, passMinute } = await gateWith();
    for (const hash of ['a', 'b']) {
      await issue(hash);
      await change(hash, 'k');
    }
    await passMinute();
    answerOf(await join.run(redis, saleId, ['w']));
    await admitNow(redis, saleId, 1);
    const returnUrls = (await redis.hget(keys.sale(saleId), 'returnUrls'))!;
    await issueTicket.run(redis, saleId, { visitor: 'w', ticketHash: 'c', newPassId: `${saleId}.w`, returnUrl: longest, returnUrls });
    expect(await change('c', 'k')).toMatchObject({ outcome: 'redeemed' });
    expect([await tickets(), (await bytes()) < 300]).toEqual([1, true]);
  });
});
