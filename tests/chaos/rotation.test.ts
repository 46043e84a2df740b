import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Members } from '@sunbeon/contracts';
import { keyId } from '@sunbeon/runtime';
import { Redis } from 'ioredis';
import { newShopKey, signedBy, type ShopKey } from '../../services/queue/test/shop-signer.ts';
import { apiAt, operatorAt, valueOf, visitorOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { until } from '../fixtures/stack.mjs';
import { rehearse } from '../rotation/rehearse.ts';
import { keysOf, startRotation, type Rotation } from '../rotation/roll.ts';

const seed = 7;
let rotation: Rotation;
beforeAll(async () => {
  rotation = await startRotation();
}, 60_000);
afterAll(() => rotation.stop());

/** E2: a member with a hold, who comes from another device when the keys of the shop and of Sunbeon are others. */
const startMember = async (base: string) => {
  const saleId = 'rotation_members';
  const operator = operatorAt(base);
  const [before, after] = [newShopKey('ES256', 'before'), newShopKey('EdDSA', 'after')];
  const membersBy = ({ jwk }: ShopKey) => ({ issuer: 'https://shop.example', audience: 'line', jwks: { keys: [jwk] } }) satisfies Members;
  const tokenBy = (key: ShopKey): string =>
    signedBy(key, { iss: 'https://shop.example', aud: 'line', sub: 'ada', exp: Math.floor(Date.now() / 1_000) + 300 });
  const settings = { stock: 10, perVisitorLimit: 2, claimSeconds: 300, sessionSeconds: 3_600, holdSeconds: 3_600 };
  await valueOf('create', operator.create({ saleId, title: 'Members', ...settings, identity: 'member', members: membersBy(before) }));
  const { token, visitor } = await valueOf('join', apiAt(base).join(saleId, { member: tokenBy(before) }));
  const first = apiAt(base, token);
  await until('the turn', async () => (await first.claim(saleId)).status === 200);
  const { holdId } = await valueOf('hold', first.hold(saleId, 2));
  return {
    comesAgain: async (): Promise<void> => {
      await valueOf('change', operator.change(saleId, { members: membersBy(after) }));
      await until('the old key to be over', async () => (await apiAt(base).join(saleId, { member: tokenBy(before) })).status === 401);
      const again = await apiAt(base).join(saleId, { member: tokenBy(after) });
      expect(again).toMatchObject({ status: 200, body: { visitor: { visitorId: visitor.visitorId, state: 'admitted' } } });
      const second = apiAt(base, again.body.token);
      expect((await valueOf('holds', second.holds(saleId))).holds.map((hold) => hold.holdId)).toEqual([holdId]);
      expect(await second.hold(saleId, 1)).toMatchObject({ status: 409 });
      expect((await valueOf('sale', operator.sale(saleId))).stock).toMatchObject({ left: 8, held: 2 });
    },
  };
};

describe('rotation of TOKEN_SECRET while visitors wait, two of each service', () => {
  it('the new key first everywhere: no 401, no second place', async () => {
    const member = await startMember(`http://127.0.0.1:${rotation.port}`);
    const { faults, people, refused, signs } = await rehearse(rotation, 'new first', seed);
    await member.comesAgain();
    expect(faults).toEqual([]);
    expect(refused).toEqual([]);
    expect(people.some(({ inside }) => inside)).toBe(true);
    expect(people.length).toBeGreaterThan(60);
    expect(signs).toBe(keyId(keysOf.new));
  });

  if (!isLong) return;

  it('the signing key dropped everywhere: every instance refuses to serve until it is back, and no place is lost', async () => {
    const { faults, refused, names, people, saleId } = await rehearse(rotation, 'key dropped', seed + 1);
    expect(faults).toEqual([]);
    expect(refused).toEqual(names);

    // Given up in so many words: the instances that wait serve, and only the old tokens are lost.
    const name = 'queue-0';
    expect(await rotation.replace(name, 'new')).toBe('refuses');
    const { missing } = await rotation.lookOf(name);
    const [, command] = /(HDEL keyring signed:\S+)$/.exec(missing.join())!;
    const redis = new Redis(rotation.stack.redisUrl);
    await redis.call(...(command!.split(' ') as [string, ...string[]]));
    redis.disconnect();
    await until('it to serve', async () => (await rotation.lookOf(name)).isReady);
    const [first] = people;
    const base = `http://127.0.0.1:${rotation.port}`;
    expect((await visitorOf(saleId, first!.token, base).place()).status).toBe(200);
  });
});
