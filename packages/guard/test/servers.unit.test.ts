import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expressGuard } from '@sunbeon/guard/express';
import { fastifyGuard } from '@sunbeon/guard/fastify';
import express from 'express';
import Fastify from 'fastify';
import { guardFor, optionsFor, room } from './guarded.ts';
import { cookieIn, navigation, portOf, rawRequest } from './raw-request.ts';
import { StandIn } from './stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await StandIn.start();
});
beforeEach(() => {
  standIn.calls = [];
});
afterAll(() => standIn.stop());

interface Shop {
  port: number;
  stop: () => Promise<unknown>;
}
const listening = async (server: Server): Promise<Shop> => {
  await once(server, 'listening');
  return {
    port: portOf(server),
    stop: () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
};

/** The same small shop in both: everything is answered with the pass that its handler sees, and what it was sent. */
const shops: [string, () => Promise<Shop>][] = [
  [
    'Express',
    () => {
      const app = express();
      app.set('trust proxy', 'loopback');
      app.use((_, response, next) => {
        response.setHeader('set-cookie', 'mine=1');
        next();
      });
      app.use(expressGuard(optionsFor(standIn, { paths: ['/health', '/assets/'] })));
      app.use(express.text());
      app.use((request, response) => void response.json({ sunbeon: request.sunbeon, body: request.body as unknown, path: request.path }));
      return listening(app.listen(0, '127.0.0.1'));
    },
  ],
  [
    'Fastify',
    async () => {
      const app = Fastify({ trustProxy: 'loopback' });
      app.addHook('onRequest', async (_, reply) => void reply.header('set-cookie', 'mine=1'));
      await app.register(fastifyGuard(guardFor(standIn, { paths: ['/health', '/assets/'] })));
      app.all('*', async (request) => ({ sunbeon: request.sunbeon, body: request.body, path: request.url }));
      await app.listen({ port: 0, host: '127.0.0.1' });
      return { port: portOf(app.server), stop: () => app.close() };
    },
  ],
];

describe.each(shops)('the guard in %s', (_, start) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await start();
  });
  afterAll(() => shop.stop());
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET', body = '') =>
    rawRequest(shop.port, path, { method, headers: { ...navigation, ...headers }, body });
  const enter = async (headers: Record<string, string> = {}) => cookieIn(await get(`/?sunbeon_ticket=${standIn.ticket()}`, headers));

  it('sends people to the waiting page, and calls the problem', async () => {
    const page = await get('/seats?row=3');
    expect([page.status, page.headers.location]).toEqual([
      302,
      `${room}?returnUrl=${encodeURIComponent('http://shop.example/seats?row=3')}`,
    ]);
    expect(page.headers['cache-control']).toBe('no-store');
    const call = await get('/seats', { accept: 'application/json' });
    expect([call.status, call.headers['content-type']]).toEqual([401, 'application/problem+json; charset=utf-8']);
    expect(JSON.parse(call.text)).toMatchObject({ code: 'pass_required', roomUrl: room });
  });

  it('changes a ticket into a cookie beside those of others, and shows the pass to handlers, with the body unread', async () => {
    const entered = await get(`/seats?row=3&sunbeon_ticket=${standIn.ticket()}&b=%20`);
    expect([entered.status, entered.headers.location]).toEqual([302, 'http://shop.example/seats?row=3&b=%20']);
    expect(entered.cookies).toHaveLength(2);
    const cookie = cookieIn(entered);
    const order = await get('/order', { cookie: `x=y; ${cookie}`, 'content-type': 'text/plain' }, 'POST', 'two seats');
    expect(JSON.parse(order.text)).toMatchObject({ sunbeon: { saleId: 'concert', visitorId: 'visitor-of-the-tests' }, body: 'two seats' });
    expect((await get('/', { cookie }, 'HEAD')).status).toBe(200);
  });

  it('lets paths that need no pass through, with null', async () => {
    expect(JSON.parse((await get('/health')).text)).toMatchObject({ sunbeon: null });
    expect(JSON.parse((await get('/assets/a.css')).text)).toMatchObject({ sunbeon: null });
  });

  it.each([
    '/order/../assets/x',
    '/assets/../order',
    '/order/%2e%2e/assets/x',
    '/assets/..%2forder',
    '/assets/\\..\\order',
    '//assets/x',
    '/assets//../../order',
  ])('asks for a pass at %s, whichever way it is read', async (path) => {
    expect((await get(path)).status).toBe(302);
    expect((await get(path, { accept: '*/*' })).status).toBe(401);
  });

  it.each(['//evil.example/', '/\\evil.example/', '/\\/evil.example', 'http://evil.example/x'])(
    'leads from %s to no other host, with a ticket or without',
    async (path) => {
      const answers = [await get(path), await get(`${path}?sunbeon_ticket=${standIn.ticket()}`)];
      const [toRoom, toShop] = answers.map(({ headers }) => new URL(headers.location!));
      expect(toRoom!.origin).toBe('https://wait.example');
      expect(new URL(toRoom!.searchParams.get('returnUrl')!).host).toBe('shop.example');
      expect(toShop!.host).toBe('shop.example');
    },
  );

  it('heeds what the proxy in front says of https and host, as the framework trusts it', async () => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example:8443', host: 'inside' };
    const entered = await get(`/?sunbeon_ticket=${standIn.ticket()}`, forwarded);
    expect(entered.headers.location).toBe('https://shop.example:8443/');
    expect(cookieIn(entered)).toMatch(/^__Host-sunbeon-pass\.concert=/);
    expect((await get('/', { ...forwarded, cookie: cookieIn(entered) })).status).toBe(200);
  });

  it.each(['a b', 'evil.example/x', 'user@evil.example', 'evil.example?', '\\evil.example'])('answers 400 to the host %j', async (host) => {
    expect((await get('/', { host })).status).toBe(400);
  });

  it('lets a health check by HTTP/1.0 without a host through to a free path, and answers 400 anywhere else', async () => {
    const ask = async (path: string, headers = ''): Promise<string> => {
      const socket = connect(shop.port, '127.0.0.1').setEncoding('utf8');
      socket.write(`GET ${path} HTTP/1.0\r\n${headers}\r\n`);
      let text = '';
      for await (const part of socket) text += String(part);
      return text;
    };
    expect(await ask('/health')).toMatch(/^HTTP\/1\.\d 200 .*"sunbeon":null/s);
    const cookie = `cookie: ${await enter()}\r\n`;
    for (const path of ['/', '/seats', '/assets/../order', `/?sunbeon_ticket=${standIn.ticket()}`, '//evil.example/'])
      for (const headers of ['', cookie]) expect([path, (await ask(path, headers)).slice(9, 12)]).toEqual([path, '400']);
  });

  it('is passed by no header that a browser writes', async () => {
    const forged = { 'x-sunbeon-visitor': 'v', 'x-sunbeon-pass-id': 'concert.x', 'x-sunbeon-expires': '2099-01-01T00:00:00Z' };
    expect((await get('/', forged)).status).toBe(302);
  });

  it('answers OPTIONS, PUT, TRACE without a pass with 401, and spends no ticket on them', async () => {
    const ticket = standIn.ticket();
    for (const method of ['OPTIONS', 'PUT', 'DELETE']) expect((await get(`/?sunbeon_ticket=${ticket}`, {}, method)).status).toBe(401);
    // Fastify does not route TRACE; neither lets it in.
    expect([401, 404]).toContain((await get('/', {}, 'TRACE')).status);
    expect(standIn.count('redeem')).toBe(0);
  });

  it('goes on for those inside while Sunbeon is gone', async () => {
    const cookie = await enter();
    expect((await get('/', { cookie })).status).toBe(200);
    await standIn.stop();
    try {
      expect((await get('/', { cookie })).status).toBe(200);
      const late = await get(`/?sunbeon_ticket=concert.${'a'.repeat(22)}`);
      expect([late.status, late.headers['retry-after']]).toEqual([503, '10']);
    } finally {
      await standIn.listen();
    }
  });
});
