import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { newGate, shopAt, shopUrl, startGuarded, visitorInside, webUrl, type Guarded } from '../../../tests/fixtures/guarded.ts';
import { connectTestRedis, newSale, until } from '../../../tests/fixtures/sale.ts';
import { readGate } from '../src/scripts/read-gate.ts';

let redis: RedisClient;
let guarded: Guarded;
beforeAll(async () => {
  redis = await connectTestRedis();
  guarded = await startGuarded();
  await until('the keys', async () => (await fetch(`${guarded.gateway.base}/.well-known/jwks.json`)).ok);
});
afterAll(async () => {
  await guarded.stop();
  redis.disconnect();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: { code?: string; roomUrl?: string };
}
const navigation = { 'sec-fetch-mode': 'navigate', accept: 'text/html' };
const call = { 'sec-fetch-mode': 'cors', accept: 'application/json' };
type Headers = Record<string, string | string[]>;

/** As a proxy asks; `fetch` would not send `Sec-…` headers. */
const send = (saleId: string, headers: Headers, query = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    httpRequest(`${guarded.gateway.base}/api/guard/${saleId}${query}`, { headers }, (response) => {
      let text = '';
      response.on('data', (data) => (text += String(data)));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] }),
      );
    })
      .on('error', reject)
      .end();
  });
const caddy = (address: string, method = 'GET'): Headers => {
  const { protocol, host } = new URL(address);
  return {
    'x-forwarded-method': method,
    'x-forwarded-proto': protocol.slice(0, -1),
    'x-forwarded-host': host,
    'x-forwarded-uri': address.slice(address.indexOf('/', 8)),
  };
};
const nginx = (address: string, method = 'GET'): Headers => ({ 'x-original-method': method, 'x-original-url': address });
const ask = (saleId: string, address: string, headers: Headers = navigation, method = 'GET', query = '') =>
  send(saleId, { ...caddy(address, method), ...headers }, query);
const cookieOf = ({ headers }: Answer): string => (headers['set-cookie'] as string[])[0]!.split(';')[0]!;
const roomFor = (saleId: string, address: string) => `${webUrl}/sales/${saleId}?returnUrl=${encodeURIComponent(address)}`;
/** A visitor with the cookie of a pass. */
const withPass = async (saleId: string) => {
  const visitor = await visitorInside(guarded, redis, saleId);
  const answer = await ask(saleId, `${shopUrl}?sunbeon_ticket=${await visitor.ticket()}`);
  return { ...visitor, cookie: cookieOf(answer) };
};

describe('GET /api/guard/{sale}', () => {
  it('sends a navigation to the waiting page, with the address it came for and without a ticket', async () => {
    const saleId = await newGate(redis);
    const address = `${shopUrl}/seats?b=%20+&a=1`;
    const answer = await ask(saleId, `${address}&sunbeon_ticket=${saleId}.${'x'.repeat(22)}`);
    expect([answer.status, answer.headers['location'], answer.headers['cache-control']]).toEqual([
      302,
      roomFor(saleId, address),
      'no-store',
    ]);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await send(saleId, { ...nginx(address), ...navigation })).toMatchObject({
      status: 302,
      headers: { location: roomFor(saleId, address) },
    });
    expect((await ask(saleId, address, navigation, 'HEAD')).status).toBe(302);
    expect((await ask(saleId, address, { accept: 'text/html,application/xhtml+xml;q=0.9' })).status).toBe(302);
  });

  it('answers a call 401 with the waiting page', async () => {
    const saleId = await newGate(redis);
    const calls: [Headers, string][] = [
      [call, 'GET'],
      [{}, 'GET'],
      [{ accept: '*/*' }, 'GET'],
      [{ accept: 'application/json, text/html;q=0' }, 'GET'],
      [navigation, 'POST'],
      [{ ...navigation, 'sec-fetch-mode': 'cors' }, 'GET'],
      [{ 'sec-fetch-mode': 'no-cors', accept: 'text/html' }, 'GET'],
    ];
    for (const [headers, method] of calls) {
      const answer = await ask(saleId, shopUrl, headers, method);
      expect([answer.status, answer.body.code, answer.body.roomUrl, answer.headers['location']]).toEqual([
        401,
        'pass_required',
        `${webUrl}/sales/${saleId}`,
        undefined,
      ]);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it('changes a ticket into a cookie, once, and the cookie opens the shop', async () => {
    const saleId = await newGate(redis);
    const visitor = await visitorInside(guarded, redis, saleId);
    const ticket = await visitor.ticket();
    const address = `${shopUrl}/a/../seats?x=%2F&sunbeon_ticket=${ticket}&y=1`;
    const many = await Promise.all(Array.from({ length: 20 }, () => ask(saleId, address)));
    const [redeemed, ...others] = many.toSorted((a, b) => Number('set-cookie' in b.headers) - Number('set-cookie' in a.headers)) as [
      Answer,
      ...Answer[],
    ];
    expect([redeemed.status, redeemed.headers['location'], redeemed.headers['cache-control']]).toEqual([
      302,
      `${shopUrl}/seats?x=%2F&y=1`,
      'no-store',
    ]);
    expect(redeemed.headers['set-cookie']).toEqual([
      expect.stringMatching(
        new RegExp(`^__Host-sunbeon-pass\\.${saleId}=[\\w-]+\\.[\\w-]+\\.[\\w-]+; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Lax; Secure$`),
      ),
    ]);
    for (const { headers } of others)
      expect([headers['set-cookie'], headers['location']]).toEqual([undefined, roomFor(saleId, `${shopUrl}/a/../seats?x=%2F&y=1`)]);

    const passed = await ask(saleId, `${shopUrl}/order`, { ...call, cookie: `a=b; ${cookieOf(redeemed)}` }, 'POST');
    expect([passed.status, passed.headers['x-sunbeon-visitor'], passed.headers['cache-control']]).toEqual([
      200,
      visitor.visitorId,
      'no-store',
    ]);
    expect(passed.headers['x-sunbeon-pass-id']).toMatch(new RegExp(`^${saleId}\\.[\\w-]{22}$`));
    const maxAge = Number(/Max-Age=(\d+)/.exec(String(redeemed.headers['set-cookie']))![1]);
    const untilExp = (Date.parse(String(passed.headers['x-sunbeon-expires'])) - Date.now()) / 1_000;
    expect(Math.abs(untilExp - maxAge)).toBeLessThan(5);
  });

  it('has a plain cookie over http, and reads of each scheme its own', async () => {
    const saleId = await newSale(redis, { returnUrls: ['http://localhost:8080/', shopUrl], admitPerSecond: 1 });
    const visitor = await visitorInside(guarded, redis, saleId);
    const answer = await ask(saleId, `http://localhost:8080/?sunbeon_ticket=${await visitor.ticket('http://localhost:8080/')}`);
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^sunbeon-pass\\.${saleId}=\\S+; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Lax$`)),
    ]);
    const cookie = cookieOf(answer);
    expect((await ask(saleId, 'http://localhost:8080/', { ...call, cookie })).status).toBe(200);
    expect((await ask(saleId, shopUrl, { ...call, cookie })).status).toBe(401);
    expect((await ask(saleId, shopUrl, { ...call, cookie: `__Host-${cookie}` })).status).toBe(200);
    expect((await ask(saleId, 'http://localhost:8080/', { ...call, cookie: `__Host-${cookie}` })).status).toBe(401);
  });

  it('takes the first good one of several cookies of the name', async () => {
    const saleId = await newGate(redis);
    const { cookie } = await withPass(saleId);
    const [name] = cookie.split('=') as [string];
    const bad = Array.from({ length: 10 }, (_, i) => `${name}=a${i}.b.c`).join('; ');
    const answer = await ask(saleId, shopUrl, { ...call, cookie: `${bad}; ${name}=; ${cookie.slice(0, -2)}; ${cookie}` });
    expect(answer.status).toBe(200);
  });

  it('leaves tickets unspent that it must not redeem: not by GET, prefetched, of another sale, beside a good pass, at the wrong gate', async () => {
    const [saleId, other] = [await newGate(redis), await newGate(redis)];
    const holder = await withPass(saleId);
    const { ticket: newTicket } = await visitorInside(guarded, redis, saleId);
    const ticket = await newTicket();
    const address = `${shopUrl}?sunbeon_ticket=${ticket}`;
    const before = guarded.redemptions.length;
    expect((await ask(saleId, address, navigation, 'HEAD')).headers['set-cookie']).toBeUndefined();
    expect((await ask(saleId, address, navigation, 'POST')).status).toBe(401);
    for (const purpose of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip'])
      expect(await ask(saleId, address, { ...navigation, 'sec-purpose': purpose })).toMatchObject({
        status: 302,
        headers: { location: roomFor(saleId, shopUrl) },
      });
    expect(await ask(other, address)).toMatchObject({ status: 302, headers: { location: roomFor(other, shopUrl) } });
    expect((await ask(saleId, address, { ...navigation, cookie: holder.cookie })).status).toBe(200);
    expect((await ask(saleId, address.replace('/concert', '/concerts'))).body.code).toBe('wrong_gate');
    expect(guarded.redemptions.length).toBe(before);
    expect((await ask(saleId, address, call)).headers['set-cookie']).toBeDefined();
  });

  it('asks about a ticket that was no good once', async () => {
    const saleId = await newGate(redis);
    const before = guarded.redemptions.length;
    for (let i = 0; i < 20; i += 1) await ask(saleId, `${shopUrl}?sunbeon_ticket=${saleId}.${'z'.repeat(22)}`);
    for (const made of ['', 'x', `${saleId}.short`, `${saleId}.${'a'.repeat(300)}`, `${saleId}.${'%2f'.repeat(22)}`])
      await ask(saleId, `${shopUrl}?sunbeon_ticket=${made}`);
    expect(guarded.redemptions.length - before).toBe(1);
  });

  it.each([
    'https://evil.example/concert',
    'https://shop.example/concerts',
    'https://shop.example/',
    'http://shop.example/concert',
    'https://shop.example:8443/concert',
    'https://shop.example//evil.example/concert',
    'https://shop.example/\\evil.example',
    'https://shop.example/concert/%2e%2e/admin',
    'https://shop.example/concert/..;/admin',
    'https://shop.example/concert/%252e%252e/admin',
    'https://shop.example/concert%2f..%2fadmin',
  ])('answers 403 wrong_gate for %s, with or without a pass', async (address) => {
    const saleId = await newGate(redis);
    const { cookie } = await withPass(saleId);
    for (const headers of [navigation, call, { ...call, cookie }])
      for (const said of [caddy(address), nginx(address)]) {
        const answer = await send(saleId, { ...said, ...headers });
        expect([answer.status, answer.body.code, answer.headers['location']]).toEqual([403, 'wrong_gate', undefined]);
      }
  });

  it('judges the place of an address and not its query, which it passes on only where it fits', async () => {
    const saleId = await newGate(redis);
    const { cookie } = await withPass(saleId);
    const long = `${shopUrl}?q=${'a'.repeat(3_000)}`;
    expect((await ask(saleId, long, { ...call, cookie })).status).toBe(200);
    expect((await ask(saleId, long)).headers['location']).toBe(roomFor(saleId, shopUrl));
    const visitor = await visitorInside(guarded, redis, saleId);
    const redirected = await ask(saleId, `${long}&sunbeon_ticket=${await visitor.ticket()}`);
    expect([redirected.status, redirected.headers['location']]).toEqual([302, long]);
  });

  it('answers 400 where neither kind of headers is usable, and 400 for what is no sale id', async () => {
    const saleId = await newGate(redis);
    for (const headers of [
      {},
      { ...nginx(shopUrl), 'x-forwarded-uri': '/concert' },
      { ...caddy(shopUrl), 'x-forwarded-host': ['shop.example', 'evil.example'] },
    ])
      expect((await send(saleId, { ...navigation, ...headers })).body.code).toBe('invalid_request');
    expect((await ask('Not-A-Sale', shopUrl)).body.code).toBe('invalid_request');
    expect((await ask(saleId, shopUrl, navigation, 'GET', '?mode=other&row=a')).status).toBe(302);
  });

  it('?mode=status: 401 with the target, and the cookie, for nginx', async () => {
    const saleId = await newGate(redis);
    const visitor = await visitorInside(guarded, redis, saleId);
    const status = (address: string, headers: Headers) => send(saleId, { ...nginx(address), ...headers }, '?mode=status');
    const away = await status(`${shopUrl}/a?b=1`, navigation);
    expect([away.status, away.headers['x-sunbeon-location'], away.headers['location']]).toEqual([
      401,
      roomFor(saleId, `${shopUrl}/a?b=1`),
      undefined,
    ]);
    const redeemed = await status(`${shopUrl}?b=1&sunbeon_ticket=${await visitor.ticket()}`, navigation);
    expect([redeemed.status, redeemed.headers['x-sunbeon-location'], redeemed.headers['cache-control']]).toEqual([
      401,
      `${shopUrl}?b=1`,
      'no-store',
    ]);
    expect((await status(shopUrl, { ...call, cookie: cookieOf(redeemed) })).status).toBe(200);
    const refused = await status(shopUrl, call);
    expect([refused.status, refused.headers['x-sunbeon-location'], refused.body.code]).toEqual([401, undefined, 'pass_required']);
    expect((await status('https://evil.example/', navigation)).status).toBe(403);
  });

  it('refuses a pass once the shop completed it, of a stay that it learned of later, too', async () => {
    const saleId = await newGate(redis);
    const { cookie } = await withPass(saleId);
    const passId = String((await ask(saleId, shopUrl, { ...call, cookie })).headers['x-sunbeon-pass-id']);
    const completed = await shopAt(guarded).complete(passId, { outcome: 'purchased' });
    expect(completed.ok).toBe(true);
    await until('the event', async () => (await ask(saleId, shopUrl, { ...call, cookie })).status === 401);
    const late = await startGuarded();
    const asked = () =>
      fetch(`${late.gateway.base}/api/guard/${saleId}`, { headers: { ...(caddy(shopUrl) as Record<string, string>), cookie } }).then(
        ({ status }) => status,
      );
    await until('the past events', async () => (await asked()) === 401);
    await late.stop();
  });

  it('costs Redis nothing for a request with a good pass', async () => {
    const saleId = await newGate(redis);
    const { cookie } = await withPass(saleId);
    const client = guarded.gateway.service.redis as unknown as { sendCommand: (command: { name: string; args: unknown[] }) => unknown };
    const sent: string[] = [];
    const sendCommand = client.sendCommand.bind(client);
    client.sendCommand = (command, ...rest: unknown[]) => {
      sent.push([command.name, ...command.args].join(' '));
      return (sendCommand as (...args: unknown[]) => unknown)(command, ...rest);
    };
    const [requests, before, startedMs] = [400, guarded.redemptions.length, performance.now()];
    for (let i = 0; i < requests; i += 1) expect((await ask(saleId, shopUrl, { ...call, cookie })).status).toBe(200);
    client.sendCommand = sendCommand;
    // In the background: each sale and its stream are compared once in five seconds, independent of requests.
    const ofSales = sent.filter((text) => text.includes(saleId));
    expect(ofSales.filter((text) => !text.includes(readGate.sha) && !text.startsWith('xrevrange '))).toEqual([]);
    expect(ofSales.length / 2).toBeLessThanOrEqual(1 + (performance.now() - startedMs) / 5_000);
    // Connection checks, the keyring and the clock: by time, not by request.
    expect(sent.length - ofSales.length).toBeLessThan(20 + (performance.now() - startedMs) / 50);
    expect(guarded.redemptions.length).toBe(before);
  });

  it('answers 404 for a sale that is not there, bounded in what made-up ones cost, and forgets one that is deleted', async () => {
    expect((await ask('nowhere', shopUrl)).body.code).toBe('sale_not_found');
    const made = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(`made-up-${i}`, shopUrl)));
    expect(made.filter(({ status }) => status === 429).length).toBeGreaterThan(150);
    const saleId = await newGate(redis);
    // In the index, as a sale that an operator creates: found whatever was made up.
    await redis.zadd(keys.currentSales, 0, saleId);
    expect((await ask(saleId, shopUrl)).status).toBe(302);
    await redis.hset(keys.sale(saleId), 'returnUrls', JSON.stringify(['https://moved.example/']));
    await until('the other addresses', async () => (await ask(saleId, 'https://moved.example/')).status === 302);
    await redis.del(keys.sale(saleId));
    await redis.zrem(keys.currentSales, saleId);
    await until('the end of the sale', async () => (await ask(saleId, shopUrl)).status === 404, 20_000);
  });

  it('has no address of a sale without returnUrls', async () => {
    const saleId = await newSale(redis);
    await redis.zadd(keys.currentSales, 0, saleId);
    expect((await ask(saleId, shopUrl)).body.code).toBe('wrong_gate');
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('is public for five minutes and has no private half', async () => {
    const answer = await fetch(`${guarded.gateway.base}/.well-known/jwks.json`);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const { keys: jwks } = (await answer.json()) as { keys: object[] };
    expect(jwks).toEqual([{ kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.any(String), alg: 'EdDSA', use: 'sig' }]);
  });
});
