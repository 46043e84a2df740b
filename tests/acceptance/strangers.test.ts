import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { RedisClient } from '@sunbeon/runtime';
import { adminToken } from '../fixtures/stack.mjs';
import { createSale, gateways, joinAs, openLive, operator, publicSale, visitorOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { dumpSale, eventsOf, testRedisUrl, until } from '../fixtures/sale.ts';

const personal: [string, string, unknown?][] = [
  ['GET', '/queue/me'],
  ['DELETE', '/queue/me'],
  ['POST', '/queue/me/claim'],
  ['POST', '/purchases', { quantity: 1 }],
  ['GET', '/purchases/me'],
  ['GET', '/holds/me'],
  ['POST', '/holds', { quantity: 1 }],
  ['POST', '/holds/h_0123456789012345678901/confirm'],
  ['DELETE', '/holds/h_0123456789012345678901'],
];
const withRedis = async <T>(work: (redis: RedisClient) => Promise<T>): Promise<T> => {
  const redis = new Redis(testRedisUrl());
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
};
/** All keys of a sale without those written each second by tick and gateways: bucket, lease, samples, reports, `tick` events. */
const settled = async (redis: RedisClient, saleId: string) => {
  const { flow: _flow, leader: _leader, events: _events, samples: _samples, browsers: _browsers, ...rest } = await dumpSale(redis, saleId);
  return { ...rest, events: (await eventsOf(redis, saleId)).filter(({ type }) => type !== 'tick') };
};

describe('a caller without a token of the sale', () => {
  it('gets 401 on every personal call, and changes nothing', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const other = await joinAs(await createSale({ admitPerSecond: 0.001 }));
    const mine = await joinAs(saleId);
    const forged = `${mine.token.slice(0, -4)}AAAA`;
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${mine.token.split('.')[1]}.`;
    await withRedis(async (redis) => {
      const before = await settled(redis, saleId);
      for (const token of [undefined, other.token, forged, none, 'nonsense']) {
        for (const [method, path, body] of personal) {
          const answer = await rawCall(method, `/api/sales/${saleId}${path}`, {
            ...(token === undefined ? {} : { token }),
            ...(body ? { body: body as Record<string, unknown>, headers: { 'idempotency-key': 'k' } } : {}),
          });
          expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'invalid_token']);
          expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        }
        await expect(openLive(saleId, token ?? '')).rejects.toThrow(/40[01]/);
      }
      expect(await settled(redis, saleId)).toEqual(before);
    });
  });

  it('a waiting visitor is not admitted: 403 on claim, purchase and hold', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    await joinAs(saleId);
    const waiting = await joinAs(saleId);
    for (const answer of [await waiting.claim(), await waiting.buy(1, 'k'), await waiting.hold(1, 'k2')]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
    }
  });

  it('an oversized token affects no other item of its batch', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const mine = await joinAs(saleId);
    const endless = 'A'.repeat(14_000);
    for (const [method, path, own] of [
      ['GET', '/queue/me', 200],
      ['POST', '/queue/me/claim', 403],
      ['POST', '/purchases', 403],
      ['POST', '/queue', 200],
    ] as const) {
      const ask = (token: string) =>
        rawCall(method, `/api/sales/${saleId}${path}`, {
          token,
          ...(path === '/purchases' ? { body: { quantity: 1 }, headers: { 'idempotency-key': 'k' } } : {}),
        });
      const answers = await Promise.all(Array.from({ length: 240 }, (_, i) => ask(i % 20 === 19 ? mine.token : endless)));
      expect([path, new Set(answers.filter((_, i) => i % 20 === 19).map(({ status }) => status))]).toEqual([path, new Set([own])]);
      expect([path, new Set(answers.filter((_, i) => i % 20 !== 19).map(({ status }) => status))]).toEqual([path, new Set([401])]);
    }
  });

  it('gets 404 for an unknown sale', async () => {
    expect(await visitorOf('nowhere').join()).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
    expect(await publicSale('nowhere')).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
  });

  it('is refused on calls of operators', async () => {
    const saleId = await createSale();
    const visitor = await joinAs(saleId);
    for (const token of [undefined, visitor.token, `${adminToken}x`, adminToken.slice(0, -1)]) {
      for (const [method, path] of [
        ['POST', ''],
        ['GET', `/${saleId}`],
        ['PATCH', `/${saleId}`],
        ['DELETE', `/${saleId}`],
        ['POST', `/${saleId}/close`],
        ['POST', `/${saleId}/stock`],
      ] as const) {
        const answer = await rawCall(method, `/api/admin/sales${path}`, {
          ...(token === undefined ? {} : { token }),
          ...(method === 'GET' || method === 'DELETE' ? {} : { body: { add: 1 } }),
        });
        expect([method, path, answer.status]).toEqual([method, path, 401]);
      }
    }
    expect((await publicSale(saleId)).body).toMatchObject({ status: 'open', stock: { total: 100 } });
  });
});

describe('a page of another origin', () => {
  it('may not open the stream with a cookie, nor change anything', async () => {
    const saleId = await createSale();
    const { token } = await joinAs(saleId);
    await expect(openLive(saleId, token, { origin: 'http://evil.test' })).rejects.toThrow(/403/);
    const allowed = await openLive(saleId, token, { origin: 'http://shop.test' });
    await allowed.waitFor('state');
    allowed.close();
    const headers = { origin: 'http://evil.test', cookie: `sunbeon_${saleId}=${token}` };
    expect(await rawCall('DELETE', `/api/sales/${saleId}/queue/me`, { headers })).toMatchObject({
      status: 403,
      body: { code: 'origin_not_allowed' },
    });
  });
});

describe('bad input', () => {
  const quantities = [0, -1, 0.5, '1', 1e9, 1e21, null, undefined, true, [1], {}, Number.MAX_SAFE_INTEGER];

  it('of every kind gets a 4xx problem with a code and changes nothing', async () => {
    const saleId = await createSale({ admitPerSecond: 50, claimSeconds: 600 });
    const buyer = await joinAs(saleId);
    await until('inside', async () => (await buyer.place()).body.state === 'admitted');
    await operator.pause(saleId);
    await withRedis(async (redis) => {
      const before = await settled(redis, saleId);
      for (const [i, quantity] of quantities.entries()) {
        for (const [what, key] of [
          ['purchases', `q${i}`],
          ['holds', `h${i}`],
        ] as const) {
          const answer = await rawCall('POST', `/api/sales/${saleId}/${what}`, {
            token: buyer.token,
            body: { quantity },
            headers: { 'idempotency-key': key },
          });
          expect([quantity, answer.status >= 400 && answer.status < 500]).toEqual([quantity, true]);
          expect(['invalid_request', 'limit_exceeded']).toContain(answer.body.code);
        }
      }
      const path = `/api/sales/${saleId}/purchases`;
      const { token } = buyer;
      const raw = (body: string, headers: Record<string, string> = {}) =>
        fetch(`${gateways()[0]}${path}`, {
          method: 'POST',
          body,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'raw', ...headers },
        });
      const expectProblem = async (response: Response, status: number, code: string) => {
        const body = (await response.json()) as { code: string; status: number };
        expect({ status: response.status, code: body.code, type: response.headers.get('content-type')?.split(';')[0] }).toEqual({
          status,
          code,
          type: 'application/problem+json',
        });
        expect(JSON.stringify(body)).not.toMatch(/at .*\.ts/);
      };
      await expectProblem(await raw('{"quantity":'), 400, 'invalid_request');
      await expectProblem(await raw('{"quantity":1,"__proto__":{"x":1}}'), 400, 'invalid_request');
      await expectProblem(await raw('{"quantity":1,"price":0}'), 400, 'invalid_request');
      await expectProblem(await raw('quantity=1', { 'content-type': 'text/csv' }), 415, 'unsupported_media_type');
      await expectProblem(await raw(JSON.stringify({ quantity: 1, x: 'a'.repeat(10_000) })), 413, 'payload_too_large');
      expect(await rawCall('POST', path, { token, body: { quantity: 1 } })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
      expect(await rawCall('POST', path, { token, body: { quantity: 1 }, headers: { 'idempotency-key': 'k'.repeat(200) } })).toMatchObject({
        status: 400,
      });
      expect(await rawCall('POST', `/api/sales/${saleId}/holds/h_%00/confirm`, { token })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
      for (const id of ['UPPER', '-x', 'a'.repeat(41), 'a%7Bb%7D', 'a%0d%0ab', '%00', 'é', '..%2f..']) {
        const answer = await rawCall('GET', `/api/sales/${id}`);
        expect([id, answer.status >= 400 && answer.status < 500, typeof answer.body.code]).toEqual([id, true, 'string']);
      }
      expect(await settled(redis, saleId)).toEqual(before);
    });
    expect(await buyer.buy(1, 'good')).toMatchObject({ status: 201 });
  });

  it.each([
    [{}],
    [{ saleId: 'x' }],
    [{ saleId: 'X', title: 'T', stock: 1 }],
    [{ saleId: 'x', title: '', stock: 1 }],
    [{ saleId: 'x', title: 'T', stock: -1 }],
    [{ saleId: 'x', title: 'T', stock: 1.5 }],
    [{ saleId: 'x', title: 'T', stock: '1' }],
    [{ saleId: 'x', title: 'T', stock: 1, admitPerSecond: 0 }],
    [{ saleId: 'x', title: 'T', stock: 1, perVisitorLimit: 0 }],
    [{ saleId: 'x', title: 'T', stock: 1, unknown: 1 }],
    [{ saleId: 'x', title: 'T', stock: 1, opensAt: 'soon' }],
    [{ saleId: 'x', title: 'T', stock: 1, opensAt: '2030-01-02T00:00:00Z', closesAt: '2030-01-01T00:00:00Z' }],
    [[]],
    ['text'],
    [null],
  ])('a sale like %j is refused', async (body) => {
    const answer = await rawCall('POST', '/api/admin/sales', { token: adminToken, body: body as Record<string, unknown> });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((await publicSale('x')).status).toBe(404);
  });

  it('in a change is refused', async () => {
    const saleId = await createSale();
    for (const body of [{}, { saleId: 'y' }, { stock: 5 }, { admitPerSecond: '5' }, { version: 9 }, { title: null }]) {
      expect(await rawCall('PATCH', `/api/admin/sales/${saleId}`, { token: adminToken, body })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    }
    for (const body of [{ add: 0 }, { add: -10_000_001 }, { add: 1.5 }, { add: '5' }, {}]) {
      expect(await rawCall('POST', `/api/admin/sales/${saleId}/stock`, { token: adminToken, body })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    }
    expect((await publicSale(saleId)).body).toMatchObject({ stock: { total: 100, left: 100 } });
  });
});
