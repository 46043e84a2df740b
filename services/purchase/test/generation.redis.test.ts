import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { claim } from '../../admission/src/scripts/claim.ts';
import { issueTicket } from '../../admission/src/scripts/issue-ticket.ts';
import { connectTestRedis, dumpSale, newSale } from '../../../tests/fixtures/sale.ts';
import { confirm } from '../src/scripts/confirm.ts';
import { hold } from '../src/scripts/hold.ts';
import { purchase } from '../src/scripts/purchase.ts';
import { readHold } from '../src/scripts/read-hold.ts';
import { readPurchases } from '../src/scripts/read-purchases.ts';
import { release } from '../src/scripts/release.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const refused = (why: string) => ({ outcome: 'refused', replayed: false, why });

// A member has the same visitor id in each sale of an id: a token of a deleted one names somebody who is inside the new one.
it('I11: a token of an earlier sale of the id gets what it would get without its visitor, and changes nothing', async () => {
  const saleId = await newSale(redis, { returnUrls: ['https://shop.test/'] });
  const visitor = 'a';
  await redis.zadd(keys.active(saleId), Date.now() + 60_000, visitor);
  const now = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
  const buy = (generation: number, key: string) =>
    purchase.run(redis, saleId, [{ visitor, generation, quantity: 1, key, fingerprint: 'purchase:1', purchaseId: `p_${key}` }]);
  const holdAs = (generation: number, key: string) =>
    hold.run(redis, saleId, { visitor, generation, quantity: 1, key, fingerprint: 'hold:1', holdId: `h_${key}` });
  const confirmAs = (generation: number) => confirm.run(redis, saleId, { visitor, generation, holdId: 'h_h', purchaseId: 'p_h' });
  const ticketAs = (generation: number) => {
    const returnUrls = JSON.stringify(['https://shop.test/']);
    return issueTicket.run(redis, saleId, {
      visitor,
      generation,
      ticketHash: 't',
      newPassId: 'p',
      returnUrl: 'https://shop.test/',
      returnUrls,
    });
  };
  /** Everything that an earlier token asks for. */
  const asEarlier = async () => {
    const generation = now - 1;
    const before = await dumpSale(redis, saleId);
    expect(await claim.run(redis, saleId, [{ visitor, generation }])).toEqual({
      outcome: 'answered',
      claims: [{ outcome: 'not_admitted' }],
    });
    expect(await ticketAs(generation)).toEqual({ outcome: 'not_admitted' });
    // Both with a key that is used here, and with another one.
    for (const key of ['k', 'h', 'other']) {
      expect(await buy(generation, key)).toEqual({ outcome: 'answered', items: [refused('not_admitted')] });
      expect(await holdAs(generation, key)).toEqual(refused('not_admitted'));
    }
    expect(await confirmAs(generation)).toEqual(refused('hold_not_found'));
    expect(await release.run(redis, saleId, { visitor, generation, holdId: 'h_h' })).toBe('hold_not_found');
    expect(await readHold.run(redis, saleId, { visitor, generation })).toEqual({ outcome: 'read', holds: [] });
    expect(await readPurchases.run(redis, saleId, { visitor, generation })).toEqual({ outcome: 'read', purchases: [] });
    expect(await dumpSale(redis, saleId)).toEqual(before);
  };

  await asEarlier();
  expect(await claim.run(redis, saleId, [{ visitor, generation: now }])).toMatchObject({ claims: [{ outcome: 'claimed' }] });
  expect(await ticketAs(now)).toMatchObject({ outcome: 'issued' });
  expect(await holdAs(now, 'h')).toMatchObject({ outcome: 'done' });
  expect(await readHold.run(redis, saleId, { visitor, generation: now })).toMatchObject({ holds: [expect.stringContaining('h_h')] });
  await asEarlier();
  expect(await confirmAs(now)).toMatchObject({ outcome: 'done' });
  await asEarlier();
  await redis.zadd(keys.active(saleId), Date.now() + 60_000, visitor);
  expect(await buy(now, 'k')).toMatchObject({ items: [{ outcome: 'done' }] });
  await asEarlier();
  expect(await readPurchases.run(redis, saleId, { visitor, generation: now })).toMatchObject({
    purchases: [{}, {}].map(() => expect.any(String)),
  });
});

it('of one batch, each token is judged by its own generation', async () => {
  const saleId = await newSale(redis);
  const now = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
  await redis.zadd(keys.active(saleId), Date.now() + 60_000, 'a', Date.now() + 60_000, 'b', Date.now() + 60_000, 'c');
  const item = (visitor: string, generation?: number) => ({
    visitor,
    quantity: 1,
    key: 'k',
    fingerprint: 'purchase:1',
    purchaseId: `p_${visitor}`,
    ...(generation === undefined ? {} : { generation }),
  });
  const { items } = (await purchase.run(redis, saleId, [item('a', now), item('b', now - 1), item('c')])) as { items: object[] };
  expect(items).toMatchObject([{ outcome: 'done' }, refused('not_admitted'), { outcome: 'done' }]);
});

it('at a gate and where the shop confirms, it gets the same refusal as a stranger', async () => {
  const gate = await newSale(redis, { kind: 'gate', returnUrls: ['https://shop.test/'] });
  const byShop = await newSale(redis, { confirmBy: 'shop', returnUrls: ['https://shop.test/'] });
  for (const [saleId, why] of [
    [gate, 'sale_is_gate'],
    [byShop, 'confirm_by_shop'],
  ] as const) {
    const of = { visitor: 'a', generation: 1, quantity: 1, key: 'k', fingerprint: 'f', purchaseId: 'p' };
    expect(await purchase.run(redis, saleId, [of])).toEqual({ outcome: 'answered', items: [refused(why)] });
    expect(await confirm.run(redis, saleId, { ...of, holdId: 'h' })).toEqual(refused(why));
    expect(await release.run(redis, saleId, { ...of, holdId: 'h' })).toBe(why);
  }
});
