import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeResponses, keys, limits, rpcPaths, type Place, type RpcItem } from '@sunbeon/contracts';
import { createService, createTokens, memberTokenSigner, rpcHeader, type RedisClient, type Service } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import { connectTestRedis, newSale, testRedisUrl } from '../../../tests/fixtures/sale.ts';
import { createSale } from '../../admission/src/scripts/create-sale.ts';
import { deleteSale } from '../../admission/src/scripts/delete-sale.ts';
import { setStatus } from '../../admission/src/scripts/set-status.ts';
import { buildApp } from '../src/app.ts';
import { newShopKey, signedBy } from './shop-signer.ts';

const settings = {
  REDIS_URL: testRedisUrl(),
  HOST: '127.0.0.1',
  PORT: 15_101,
  OPS_PORT: 20_101,
  LOG_LEVEL: 'silent' as const,
  REQUEST_LOG: 'off' as const,
  LOG_ADDRESSES: 'off' as const,
  TOKEN_SECRET: 'secret-of-the-tests-0123456789abcdef',
  MEMBER_SECRET: 'member-secret-of-the-tests-0123456789',
  DURABILITY: 'local',
};
const tokens = createTokens(settings.TOKEN_SECRET);
let service: Service;
let app: FastifyInstance;
let redis: RedisClient;
const ends: (() => Promise<void> | void)[] = [];
/** How far the clock of the queue is ahead, ms. */
let aheadMs = 0;
beforeAll(async () => {
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs);
  redis = await connectTestRedis();
  service = createService('queue', settings);
  await service.redis.connect();
  app = buildApp({ ...service, onStop: (step) => void ends.push(step) }, settings);
  await app.listen({ host: settings.HOST, port: 0 });
});
afterAll(async () => {
  for (const end of ends) await end();
  await app.close();
  service.redis.disconnect();
  redis.disconnect();
});

const [issuer, audience] = ['https://shop.example', 'waiting-room'];
const key = newShopKey('ES256', 'first');
const forMembers = { identity: 'member' as const, members: { issuer, audience, jwks: { keys: [key.jwk] } } };
const memberOf = (sub: string): string => signedBy(key, { iss: issuer, aud: audience, sub, exp: Math.floor(Date.now() / 1_000) + 60 });
/** Joins of one batch of a gateway. */
const joinAll = async (items: Pick<RpcItem, 'saleId' | 'member' | 'token'>[]) => {
  const response = await app.inject({
    method: 'POST',
    url: rpcPaths.join,
    headers: { [rpcHeader]: tokens.rpcCredential },
    payload: { items },
  });
  return decodeResponses(response.body).map(({ status, text }) => ({ status, body: JSON.parse(text) as Place }));
};
const join = async (saleId: string, member: string, token?: string) =>
  (await joinAll([{ saleId, member, ...(token === undefined ? {} : { token }) }]))[0]!;

describe('a member with the token of a deleted sale', () => {
  it('gets no number of it in a new sale of the same id, whose order is not drawn yet', async () => {
    const saleId = await newSale(redis, forMembers);
    for (const sub of ['bob', 'eve']) await join(saleId, memberOf(sub));
    const old = await join(saleId, memberOf('ada'));
    expect(old).toMatchObject({ status: 201, body: { visitor: { state: 'waiting', seq: 3 } } });
    await setStatus.run(redis, saleId, { verb: 'close' });
    expect(await deleteSale.run(redis, saleId, {})).toBe('deleted');
    const [lobbyOpensAt, opensAt] = [-1_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString()) as [string, string];
    await createSale.run(redis, saleId, { saleId, title: 'Again', stock: 100, ...forMembers, lobbyOpensAt, opensAt });

    const joined = await join(saleId, memberOf('ada'), old.body.token);
    const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
    expect(joined).toMatchObject({ status: 201, body: { visitor: { state: 'lobby', generation } } });
    expect(joined.body.visitor).not.toHaveProperty('seq');
    expect(tokens.verify(joined.body.token, saleId)).toMatchObject({ seq: 0, generation, visitorId: old.body.visitor.visitorId });
  });
});

describe('a change of a sale for members', () => {
  it('is read once by all joins that are under way', async () => {
    const saleId = await newSale(redis, forMembers);
    await join(saleId, memberOf('first'));
    await redis.hincrby(keys.sale(saleId), 'version', 1);
    const calls = jest.spyOn(service.redis, 'call');
    const batches = Array.from({ length: 8 }, (_, n) =>
      Array.from({ length: limits.batchItems }, (__, i) => ({ saleId, member: memberOf(`m${n}-${i}`) })),
    );
    const joined = (await Promise.all(batches.map(joinAll))).flat();
    const reads = calls.mock.calls.filter(([command]) => command.startsWith('EVALSHA_RO')).length;
    calls.mockRestore();
    expect(joined.filter(({ status }) => status !== 201)).toHaveLength(0);
    expect(reads).toBeLessThanOrEqual(3);
  });
});

describe('a member token by the clock of Redis', () => {
  it.each([
    ['behind', -30_000],
    ['ahead', 300_000],
  ])('is good while the clock of the queue is %s', async (_, ms) => {
    const [byLogin, byShop] = [await newSale(redis, { identity: 'member', members: { login: 'oidc' } }), await newSale(redis, forMembers)];
    const [now, shown] = [Date.now(), memberOf('bob')];
    const login = memberTokenSigner(settings.MEMBER_SECRET)(byLogin, { iss: 'https://id.example', sub: 'ada' }, now);
    aheadMs = ms;
    const joined = [await join(byLogin, login), await join(byShop, shown)];
    aheadMs = 0;
    expect(joined.map(({ status }) => status)).toEqual([201, 201]);
  });
});
