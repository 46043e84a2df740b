import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys as redisKeys } from '@sunbeon/contracts';
import { createMemberSettings, memberTokenSigner, memberVisitorOf, type RedisClient } from '@sunbeon/runtime';
import { connectTestRedis, newSale } from '../../../tests/fixtures/sale.ts';
import { memberChecks } from '../src/entrance/members.ts';
import { createShopKeys } from '../src/entrance/shop-keys.ts';
import { newShopKey, signedBy, type ShopKey } from './shop-signer.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

const secret = 'member-secret-of-the-tests-0123456789';
const [issuer, audience] = ['https://shop.example', 'waiting-room'];
const log = { write: () => {} } as never;
const key = newShopKey('ES256', 'first');
const inline = (...keys: ShopKey[]) => ({ issuer, audience, jwks: { keys: keys.map(({ jwk }) => jwk) } });
const tokenOf = (signer: ShopKey, sub = 'ada', seconds = 60): string =>
  signedBy(signer, { iss: issuer, aud: audience, sub, exp: Math.floor(Date.now() / 1_000) + seconds });

/** Checks of their own, and how often the keys of the shop and the settings were read. */
const checksOf = (jwks: () => Promise<string> = () => Promise.reject(new Error('away'))) => {
  let [nowMs, clockMs] = [Date.now(), 0];
  const checks = memberChecks({
    settings: createMemberSettings(redis, () => clockMs),
    shopKeys: createShopKeys(jwks, log, () => clockMs),
    secret,
    now: () => nowMs,
  });
  return {
    ...checks,
    pass: (ms: number): void => {
      nowMs += ms;
      clockMs += ms;
    },
  };
};
const saleFor = async (members: unknown, settings: Record<string, string> = {}): Promise<string> => {
  const saleId = await newSale(redis);
  await redis.hset(redisKeys.sale(saleId), { identity: 'member', members: JSON.stringify(members), ...settings });
  return saleId;
};
const visitor = (saleId: string, sub = 'ada', iss = issuer): string => memberVisitorOf(secret)(saleId, { iss, sub });

describe('the check of a member token', () => {
  it('gives the visitor of the member and the version of the settings', async () => {
    const saleId = await saleFor(inline(key), { version: '7' });
    expect(await checksOf().member(saleId, tokenOf(key))).toEqual({ member: visitor(saleId), settings: '7' });
    expect(await checksOf().member(saleId, 'junk')).toEqual({ memberFault: 'invalid_member', settings: '7' });
  });

  it('gives nothing of a sale that does not exist, and only the version of one without members', async () => {
    expect(await checksOf().member('nowhere', tokenOf(key))).toEqual({});
    const saleId = await saleFor(inline(key), { identity: 'none', version: '3' });
    expect(await checksOf().member(saleId, 'junk')).toEqual({ settings: '3' });
  });

  it.each([
    ['no members', ''],
    ['no JSON', '{'],
    ['a number', '5'],
    ['keys that are none', '{"issuer":"i","audience":"a","jwks":{"keys":[]}}'],
  ])('refuses every token while %s is stored', async (_, members) => {
    const saleId = await saleFor(null, { members });
    expect(await checksOf().member(saleId, tokenOf(key))).toMatchObject({ memberFault: 'invalid_member' });
  });

  it('follows a change of the settings within a second, and at once when it is told to forget those that it has', async () => {
    const saleId = await saleFor(inline(key));
    const checks = checksOf();
    const token = tokenOf(key);
    expect(await checks.member(saleId, token)).toMatchObject({ member: visitor(saleId) });
    await redis.hset(redisKeys.sale(saleId), { members: JSON.stringify(inline(newShopKey('ES256', 'second'))), version: '2' });
    checks.pass(999);
    expect(await checks.member(saleId, token)).toMatchObject({ member: visitor(saleId), settings: '1' });
    checks.pass(1);
    expect(await checks.member(saleId, token)).toEqual({ memberFault: 'invalid_member', settings: '2' });
    await redis.hset(redisKeys.sale(saleId), { members: JSON.stringify(inline(key)), version: '3' });
    checks.forget(saleId, '1');
    expect(await checks.member(saleId, token)).toMatchObject({ settings: '2' });
    checks.forget(saleId, '2');
    const read = checks.member(saleId, token);
    checks.forget(saleId, '2');
    expect(await read).toEqual({ member: visitor(saleId), settings: '3' });
    expect(await checks.member(saleId, token)).toMatchObject({ settings: '3' });
  });

  it('does not remember a token beyond its end', async () => {
    const saleId = await saleFor(inline(key));
    const checks = checksOf();
    const token = tokenOf(key, 'ada', 10);
    expect(await checks.member(saleId, token)).toMatchObject({ member: visitor(saleId) });
    checks.pass(16_000);
    expect(await checks.member(saleId, token)).toMatchObject({ memberFault: 'invalid_member' });
  });

  it('does not remember a token for another sale', async () => {
    const checks = checksOf();
    const [one, other] = [await saleFor(inline(key)), await saleFor({ ...inline(key), audience: 'other' })];
    const token = tokenOf(key);
    expect(await checks.member(one, token)).toMatchObject({ member: visitor(one) });
    expect(await checks.member(other, token)).toMatchObject({ memberFault: 'invalid_member' });
  });

  it('takes tokens of the login for its sale alone, and none of a shop', async () => {
    const saleId = await saleFor({ login: 'oidc' });
    const checks = checksOf();
    const sign = memberTokenSigner(secret);
    const iss = 'https://id.example';
    expect(await checks.member(saleId, sign(saleId, { iss, sub: 'ada' }, Date.now()))).toMatchObject({
      member: visitor(saleId, 'ada', iss),
    });
    expect(await checks.member(saleId, sign('other', { iss, sub: 'ada' }, Date.now()))).toMatchObject({ memberFault: 'invalid_member' });
    expect(await checks.member(saleId, tokenOf(key))).toMatchObject({ memberFault: 'invalid_member' });
    const shop = await saleFor(inline(key));
    expect(await checks.member(shop, sign(shop, { iss: issuer, sub: 'ada' }, Date.now()))).toMatchObject({ memberFault: 'invalid_member' });
  });
});

describe('the check with keys at an address', () => {
  const remote = { issuer, audience, jwksUri: 'https://shop.example/jwks' };
  const textOf = (...keys: ShopKey[]): string => JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });

  it('follows a new key of the shop, and a key that it takes away ends remembered tokens too', async () => {
    let served = [key];
    const checks = checksOf(async () => textOf(...served));
    const saleId = await saleFor(remote);
    const [old, token] = [tokenOf(key), tokenOf(newShopKey('ES256', 'unknown'))];
    expect(await checks.member(saleId, old)).toMatchObject({ member: visitor(saleId) });
    expect(await checks.member(saleId, token)).toMatchObject({ memberFault: 'invalid_member' });
    checks.pass(5_000);
    const next = newShopKey('ES256', 'next');
    served = [next];
    expect(await checks.member(saleId, tokenOf(next, 'bob'))).toMatchObject({ member: visitor(saleId, 'bob') });
    expect(await checks.member(saleId, old)).toMatchObject({ memberFault: 'invalid_member' });
  });

  it('cannot be made while the shop was never reached, and goes on by kept keys when it is away later', async () => {
    let isAway = true;
    const checks = checksOf(() => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(textOf(key))));
    const saleId = await saleFor(remote);
    expect(await checks.member(saleId, tokenOf(key))).toMatchObject({ memberFault: 'member_unavailable' });
    isAway = false;
    checks.pass(5_000);
    await checks.member(saleId, tokenOf(key));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await checks.member(saleId, tokenOf(key))).toMatchObject({ member: visitor(saleId) });
    isAway = true;
    checks.pass(3_600_001);
    expect(
      await checks.member(saleId, signedBy(key, { iss: issuer, aud: audience, sub: 'ada', exp: Math.floor(Date.now() / 1_000) + 3_660 })),
    ).toMatchObject({
      member: visitor(saleId),
    });
    expect(await checks.member(saleId, tokenOf(newShopKey('ES256', 'unknown')))).toMatchObject({ memberFault: 'member_unavailable' });
  });
});
