import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeResponses, rpcPaths, keys, type RpcResult } from '@sunbeon/contracts';
import { newHoldId, newVisitorId } from '@sunbeon/contracts/server';
import { createService, createTokens, repeatHeader, rpcHeader, type Service } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import { connectTestRedis, dumpSale, newSale, testRedisUrl } from '../../../tests/fixtures/sale.ts';
import { buildApp } from '../src/app.ts';
import { checkStock } from './check-stock.ts';

const settings = {
  REDIS_URL: testRedisUrl(),
  HOST: '127.0.0.1',
  PORT: 15_103,
  OPS_PORT: 20_103,
  LOG_LEVEL: 'silent' as const,
  REQUEST_LOG: 'off' as const,
  LOG_ADDRESSES: 'off' as const,
  TOKEN_SECRET: 'secret-of-the-tests-0123456789abcdef',
  ADMIN_TOKEN: 'operator-of-the-tests',
  WRONG_TOKENS_PER_MINUTE: 0,
  DURABILITY: 'local',
  AUDIT_LOG_ENTRIES: 10_000,
  AUDIT_LOG_DAYS: 400,
  SHOP_KEYS: `shop:${'k'.repeat(32)}`,
};
const tokens = createTokens(settings.TOKEN_SECRET);
let service: Service;
let app: FastifyInstance;
let redis: Awaited<ReturnType<typeof connectTestRedis>>;
beforeAll(async () => {
  redis = await connectTestRedis();
  service = createService('purchase', settings);
  await service.redis.connect();
  app = buildApp(service, settings);
});
afterAll(async () => {
  await app.close();
  service.redis.disconnect();
  redis.disconnect();
});

const tokenOf = (saleId: string, visitorId: string, generation = 1) => tokens.sign({ saleId, visitorId, seq: 1, generation });
const generationOf = async (saleId: string) => Number(await redis.hget(keys.sale(saleId), 'createdAt'));
/** An active visitor, with the token. */
const insider = async (saleId: string) => {
  const visitorId = newVisitorId();
  await redis.zadd(keys.active(saleId), Date.now() + 60_000, visitorId);
  return { visitorId, token: tokenOf(saleId, visitorId, await generationOf(saleId)) };
};
interface Call {
  token?: string | undefined;
  key?: string | undefined;
  body?: unknown;
  isRepeated?: boolean;
}
const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, { token, key, body, isRepeated }: Call = {}) => {
  const response = await app.inject({
    method,
    url,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(isRepeated ? { [repeatHeader]: '1' } : {}),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  const answer = response.body === '' ? {} : response.json<Record<string, unknown>>();
  return { status: response.statusCode, body: answer, headers: response.headers };
};
const problem = (status: number, code: string) => ({ status, body: { status, code } });
const rpc = async (items: unknown[]): Promise<RpcResult[]> => {
  const response = await app.inject({
    method: 'POST',
    url: rpcPaths.purchase,
    headers: { [rpcHeader]: tokens.rpcCredential },
    payload: { items },
  });
  return decodeResponses(response.body).map(({ text, ...head }) => ({ ...head, body: JSON.parse(text) as unknown }));
};
/** A purchase, in the form of a gateway's RPC. */
const buy = async (
  saleId: string,
  { token, key, body }: { token?: string | undefined; key?: unknown; body?: { quantity: unknown } } = {},
) => {
  const [answer] = await rpc([{ saleId, token, idempotencyKey: key, ...body }]);
  return { headers: {}, ...answer!, body: answer!.body as Record<string, unknown> };
};

describe('a visitor inside', () => {
  it('buys (201), gets the replay marked, and sees the purchase', async () => {
    const saleId = await newSale(redis);
    const { token, visitorId } = await insider(saleId);
    const first = await buy(saleId, { token, key: 'k', body: { quantity: 2 } });
    expect(first).toMatchObject({ status: 201, body: { saleId, visitorId, quantity: 2 } });
    expect(new Date(String(first.body['purchasedAt'])).toISOString()).toBe(first.body['purchasedAt']);
    expect(first.headers).toEqual({});
    const again = await buy(saleId, { token, key: 'k', body: { quantity: 2 } });
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect(await buy(saleId, { token, key: 'k', body: { quantity: 1 } })).toMatchObject(problem(422, 'idempotency_conflict'));
    expect(await buy(saleId, { token, key: 'other', body: { quantity: 1 } })).toMatchObject(problem(403, 'not_admitted'));
    expect(await call('GET', `/api/sales/${saleId}/purchases/me`, { token })).toMatchObject({
      status: 200,
      body: { purchases: [first.body] },
    });
  });

  it('is refused with a code, and the replay of a refusal is marked too', async () => {
    const saleId = await newSale(redis, { stock: 2 });
    const { token } = await insider(saleId);
    expect(await buy(saleId, { token, key: 'a', body: { quantity: 3 } })).toMatchObject(problem(409, 'insufficient_stock'));
    const again = await buy(saleId, { token, key: 'a', body: { quantity: 3 } });
    expect(again).toMatchObject({
      ...problem(409, 'insufficient_stock'),
      headers: { 'idempotency-replayed': 'true', 'content-type': expect.stringContaining('application/problem+json') },
    });
    expect(await buy(saleId, { token, key: 'b', body: { quantity: 5 } })).toMatchObject(problem(409, 'limit_exceeded'));
    await redis.hset(keys.stock(saleId), 'left', '0', 'sold', '2');
    expect(await call('POST', `/api/sales/${saleId}/holds`, { token, key: 'c', body: { quantity: 1 } })).toMatchObject(
      problem(409, 'sold_out'),
    );
  });

  it('holds (201), confirms (201, again the same), releases (204, then 404, but 204 for a repetition of the gateway)', async () => {
    const saleId = await newSale(redis);
    const { token, visitorId } = await insider(saleId);
    const other = await insider(saleId);
    const url = `/api/sales/${saleId}/holds`;
    const first = await call('POST', url, { token, key: 'h', body: { quantity: 2 } });
    expect(first).toMatchObject({ status: 201, body: { saleId, visitorId, quantity: 2, expiresAt: expect.stringMatching(/Z$/) } });
    const path = `${url}/${String(first.body['holdId'])}`;
    expect(await call('POST', `${path}/confirm`, { token: other.token })).toMatchObject(problem(404, 'hold_not_found'));
    const bought = await call('POST', `${path}/confirm`, { token });
    expect(bought).toMatchObject({ status: 201, body: { saleId, visitorId, quantity: 2 } });
    expect(await call('POST', `${path}/confirm`, { token })).toMatchObject({
      status: 201,
      body: bought.body,
      headers: { 'idempotency-replayed': 'true' },
    });
    const second = await call('POST', url, { token: other.token, key: 'h', body: { quantity: 1 } });
    const otherPath = `${url}/${String(second.body['holdId'])}`;
    expect(await call('DELETE', otherPath, { token })).toMatchObject(problem(404, 'hold_not_found'));
    expect((await call('DELETE', otherPath, { token: other.token })).status).toBe(204);
    expect(await call('DELETE', otherPath, { token: other.token })).toMatchObject(problem(404, 'hold_not_found'));
    expect((await call('DELETE', otherPath, { token: other.token, isRepeated: true })).status).toBe(204);
    expect(await call('DELETE', otherPath, { token, isRepeated: true })).toMatchObject(problem(404, 'hold_not_found'));
    expect(await call('DELETE', `${url}/nonsense`, { token })).toMatchObject(problem(400, 'invalid_request'));
    expect(await checkStock(redis, saleId)).toMatchObject({ held: 0, sold: 2 });
  });
});

describe('bad input', () => {
  const quantities: [unknown, string][] = [
    [0, 'invalid_request'],
    [-1, 'invalid_request'],
    [0.5, 'invalid_request'],
    ['1', 'invalid_request'],
    [1e9, 'invalid_request'],
    [null, 'invalid_request'],
    [undefined, 'invalid_request'],
    [true, 'invalid_request'],
    [[1], 'invalid_request'],
    [{}, 'invalid_request'],
  ];
  it.each(quantities)('quantity %j is refused everywhere and changes nothing', async (quantity, code) => {
    const saleId = await newSale(redis);
    const { token } = await insider(saleId);
    const before = await dumpSale(redis, saleId);
    const item = { token, key: 'k', body: { quantity } };
    expect(await call('POST', `/api/sales/${saleId}/holds`, item)).toMatchObject(problem(400, code));
    expect(await buy(saleId, item)).toMatchObject(problem(400, code));
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it.each([[undefined], [''], ['a b'], ['k'.repeat(129)]])('Idempotency-Key %j is refused and changes nothing', async (key) => {
    const saleId = await newSale(redis);
    const { token } = await insider(saleId);
    const before = await dumpSale(redis, saleId);
    const item = { token, key, body: { quantity: 1 } };
    expect(await call('POST', `/api/sales/${saleId}/holds`, item)).toMatchObject(problem(400, 'invalid_request'));
    expect(await buy(saleId, item)).toMatchObject(problem(400, 'invalid_request'));
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it.each([[5], [null], [['k']], [{}]])('a key that is no text (%j) is refused in a batch', async (idempotencyKey) => {
    const saleId = await newSale(redis);
    const { token } = await insider(saleId);
    expect(await rpc([{ saleId, token, idempotencyKey, quantity: 1 }])).toMatchObject([problem(400, 'invalid_request')]);
  });
});

describe('strangers', () => {
  it('get 401 before anything else is looked at', async () => {
    const saleId = await newSale(redis);
    const elsewhere = await newSale(redis);
    const { token, visitorId } = await insider(elsewhere);
    const forged = createTokens('another-secret-0123456789abcdefghij').sign({ saleId, visitorId, seq: 1, generation: 1 });
    const before = await dumpSale(redis, saleId);
    const hold = newHoldId();
    for (const wrong of [undefined, 'nonsense', forged, token]) {
      for (const sale of [saleId, 'nowhere']) {
        const base = `/api/sales/${sale}`;
        for (const [method, path] of [
          ['POST', '/holds'],
          ['GET', '/holds/me'],
          ['GET', '/purchases/me'],
          ['POST', `/holds/${hold}/confirm`],
          ['DELETE', `/holds/${hold}`],
        ] as const) {
          // Without key and body: an unauthenticated caller learns nothing about other faults.
          expect({ path, ...(await call(method, base + path, { token: wrong })) }).toMatchObject({
            path,
            ...problem(401, 'invalid_token'),
          });
        }
        expect(await rpc([{ saleId: sale, token: wrong, idempotencyKey: 'k', quantity: 1 }])).toMatchObject([
          problem(401, 'invalid_token'),
        ]);
      }
    }
    expect(await dumpSale(redis, saleId)).toEqual(before);
  });

  it('get 400 for an invalid sale id, and 404 only with a token of that sale', async () => {
    expect(await call('POST', '/api/sales/NO/holds')).toMatchObject(problem(400, 'invalid_request'));
    expect(await buy('NO')).toMatchObject(problem(400, 'invalid_request'));
    const token = tokenOf('nowhere', 'v');
    const body = { quantity: 1 };
    expect(await buy('nowhere', { token, key: 'k', body })).toMatchObject(problem(404, 'sale_not_found'));
    expect(await call('POST', '/api/sales/nowhere/holds', { token, key: 'k', body })).toMatchObject(problem(404, 'sale_not_found'));
    expect(await call('GET', '/api/sales/nowhere/purchases/me', { token })).toMatchObject(problem(404, 'sale_not_found'));
    expect(await call('POST', `/api/sales/nowhere/holds/${newHoldId()}/confirm`, { token })).toMatchObject(problem(404, 'sale_not_found'));
  });

  it('may not speak as a gateway', async () => {
    for (const credential of [undefined, '', 'x', createTokens('another-secret-0123456789-0123456789').rpcCredential]) {
      const response = await app.inject({
        method: 'POST',
        url: rpcPaths.purchase,
        headers: credential === undefined ? {} : { [rpcHeader]: credential },
        payload: { items: [] },
      });
      expect([credential, response.statusCode]).toEqual([credential, 401]);
    }
  });

  it('find no HTTP path beside the RPC of a purchase', async () => {
    const saleId = await newSale(redis);
    const { token } = await insider(saleId);
    expect(await call('POST', `/api/sales/${saleId}/purchases`, { token, key: 'k', body: { quantity: 1 } })).toMatchObject(
      problem(404, 'route_not_found'),
    );
  });

  it('in a batch spoil nothing for the others', async () => {
    const saleId = await newSale(redis, { stock: 1 });
    const [a, b] = [await insider(saleId), await insider(saleId)];
    const item = (token: string | undefined, sale = saleId) => ({ saleId: sale, token, idempotencyKey: 'k', quantity: 1 });
    const answers = await rpc([item(undefined), item(a.token), item(tokenOf('nowhere', 'v'), 'nowhere'), item(b.token), item(a.token)]);
    expect(answers.map(({ status, body }) => [status, (body as { code?: string }).code])).toEqual([
      [401, 'invalid_token'],
      [201, undefined],
      [404, 'sale_not_found'],
      [409, 'sold_out'],
      [201, undefined],
    ]);
    expect(answers[4]).toMatchObject({ body: answers[1]!.body, headers: { 'idempotency-replayed': 'true' } });
  });
});

describe('the operator', () => {
  it('adds stock, once per key, and gets the changed sale; other callers are refused', async () => {
    const saleId = await newSale(redis, { stock: 1 });
    const url = `/api/admin/sales/${saleId}/stock`;
    expect(await call('POST', url, { body: { add: 5 } })).toMatchObject(problem(401, 'invalid_token'));
    expect(await call('POST', url, { token: (await insider(saleId)).token, body: { add: 5 } })).toMatchObject(
      problem(401, 'invalid_token'),
    );
    const token = settings.ADMIN_TOKEN;
    expect(await call('POST', url, { token, key: 'k', body: { add: 5 } })).toMatchObject({
      status: 200,
      body: { saleId, version: 2, stock: { total: 6, left: 6 } },
    });
    expect(await call('POST', url, { token, key: 'k', body: { add: 5 } })).toMatchObject({
      status: 200,
      body: { version: 2 },
      headers: { 'idempotency-replayed': 'true' },
    });
    expect(await call('POST', url, { token, key: 'k', body: { add: 6 } })).toMatchObject(problem(422, 'idempotency_conflict'));
    for (const add of [0, -10_000_001, 1.5, '1', null])
      expect(await call('POST', url, { token, body: { add } })).toMatchObject(problem(400, 'invalid_request'));
    expect(await call('POST', '/api/admin/sales/nowhere/stock', { token, body: { add: 1 } })).toMatchObject(problem(404, 'sale_not_found'));
  });
});

it('the metrics count tickets, outcomes and holds', async () => {
  const text = await service.metrics.registry.metrics();
  for (const name of [
    'sunbeon_purchases_total',
    'sunbeon_tickets_sold_total',
    'sunbeon_holds_total',
    'sunbeon_orders_cancelled_total',
    'sunbeon_orders_checked_in_total',
    'sunbeon_batch_items_bucket',
    'sunbeon_script_duration_seconds_bucket',
  ]) {
    expect(text).toContain(name);
  }
  expect(text).not.toMatch(/visitor="/);
});
