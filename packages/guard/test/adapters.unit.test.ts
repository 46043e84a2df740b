import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import Fastify from 'fastify';
import type { Guard, GuardOptions } from '@sunbeon/guard';
import { expressGuard } from '@sunbeon/guard/express';
import { fastifyGuard } from '@sunbeon/guard/fastify';
import { guardFor, optionsFor, room } from './guarded.ts';
import { ask } from './raw-http.ts';
import { randomCode, StandIn } from './stand-in.ts';

interface Shop {
  port: number;
  guard: Guard;
  stop: () => Promise<unknown>;
}
/** What every shop of the tests answers: who is in, and what was posted. A handler sets a cookie of its own first. */
const startExpress = async (options: GuardOptions | Guard, guard: Guard, trustProxy = false): Promise<Shop> => {
  const app = express();
  app.set('trust proxy', trustProxy);
  app.use((_, response, next) => {
    response.append('set-cookie', 'mine=1');
    next();
  });
  app.get('/open', (request, response) => void response.json({ open: true, sunbeon: request.sunbeon ?? null }));
  app.use(expressGuard(options), express.text());
  app.post('/complete', async (request, response) => {
    const { setCookie } = await guard.complete(request.sunbeon!.passId, { outcome: 'purchased' });
    response.append('set-cookie', setCookie).json({ done: true });
  });
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- Express 5 waits for a handler.
  app.use((request, response) => void response.json({ ...request.sunbeon, body: request.body as unknown }));
  const server: Server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = (): Promise<unknown> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, guard, stop };
};
const startFastify = async (guard: Guard, form: 'called' | 'registered', trustProxy = false): Promise<Shop> => {
  const app = Fastify({ trustProxy });
  app.addHook('onRequest', async (_, reply) => {
    reply.header('set-cookie', 'mine=1');
  });
  if (form === 'called') await app.register(fastifyGuard(guard));
  else await app.register(fastifyGuard, { guard });
  app.post('/complete', async (request, reply) => {
    const { setCookie } = await guard.complete(request.sunbeon!.passId, { outcome: 'purchased' });
    return await reply.header('set-cookie', setCookie).send({ done: true });
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/*',
    handler: async (request) => ({ ...request.sunbeon, body: request.body }),
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: Number(new URL(address).port), guard, stop: () => app.close() };
};

let standIn: StandIn;
beforeAll(async () => {
  standIn = await StandIn.start();
});
afterAll(() => standIn.stop());
const navigation = { host: 'shop.example', accept: 'text/html' };
const api = { host: 'shop.example', accept: 'application/json' };
const toRoom = (address: string): string => `${room}?returnUrl=${encodeURIComponent(address)}`;

describe.each([
  ['Express 5', () => guardFor(standIn, { paths: ['/health'] }), (guard: Guard) => startExpress(guard, guard)],
  ['Fastify, called', () => guardFor(standIn, { paths: ['/health'] }), (guard: Guard) => startFastify(guard, 'called')],
  ['Fastify, registered', () => guardFor(standIn, { paths: ['/health'] }), (guard: Guard) => startFastify(guard, 'registered')],
])('a shop on %s', (_, makeGuard, start) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await start(makeGuard());
  });
  afterAll(() => shop.stop());

  it('sends a navigation to the waiting page and answers a call with 401', async () => {
    expect(await ask(shop.port, '/seats?row=7&x=%41', navigation)).toMatchObject({
      status: 302,
      location: toRoom('http://shop.example/seats?row=7&x=%41'),
    });
    const refused = await ask(shop.port, '/seats', api);
    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'pass_required', roomUrl: room });
    expect(await ask(shop.port, '/order', navigation, { method: 'POST', body: 'x' })).toMatchObject({ status: 401 });
    expect(await ask(shop.port, '/health', api)).toMatchObject({ status: 200 });
  });

  it('changes a ticket into a cookie, shows the pass to handlers with their body, and ends the stay', async () => {
    const entered = await ask(shop.port, `/seats?b=2&sunbeon_ticket=${standIn.ticket()}&a=%2F`, navigation);
    expect(entered).toMatchObject({ status: 302, location: 'http://shop.example/seats?b=2&a=%2F' });
    const [pair] = entered.setCookie.find((text) => text.startsWith('sunbeon-pass.'))!.split(';') as [string];
    expect(entered.setCookie).toContain('mine=1');
    const posted = await ask(
      shop.port,
      '/order',
      { ...api, cookie: `a=b; ${pair}`, 'content-type': 'text/plain' },
      { method: 'POST', body: 'two seats' },
    );
    const pass = JSON.parse(posted.text) as { passId: string; body: string };
    expect(pass).toMatchObject({ saleId: 'concert', visitorId: 'visitor-of-the-tests', body: 'two seats' });
    const done = await ask(shop.port, '/complete', { ...api, cookie: pair }, { method: 'POST' });
    expect(done).toMatchObject({ status: 200 });
    expect(done.setCookie).toEqual(expect.arrayContaining([expect.stringMatching(/^sunbeon-pass\.concert=; .*Max-Age=0/)]));
    expect(await ask(shop.port, '/seats', { ...navigation, cookie: pair })).toMatchObject({ status: 302 });
  });

  it.each([
    ['//evil.example/x', 'http://shop.example//evil.example/x'],
    ['/\\evil.example/x', 'http://shop.example//evil.example/x'],
    ['/\\/evil.example', 'http://shop.example///evil.example'],
    ['http://evil.example/x', 'http://shop.example/x'],
    ['//evil.example:80@shop.example/', 'http://shop.example//evil.example:80@shop.example/'],
  ])('never leaves its host for the path %s', async (path, address) => {
    expect((await ask(shop.port, path, navigation)).location).toBe(toRoom(address));
    const joint = path.includes('?') ? '&' : '?';
    const entered = await ask(shop.port, `${path}${joint}sunbeon_ticket=${standIn.ticket()}`, navigation);
    expect([entered.status, entered.location]).toEqual([302, address]);
    expect(new URL(entered.location!, 'http://shop.example/').host).toBe('shop.example');
  });

  it.each([
    ['/health/../order'],
    ['//health'],
    ['/health/%2e%2e/order'],
    ['/order/../health'],
    ['/health\\..\\order'],
    ['/health;/../order'],
  ])('asks for a pass at %s', async (path) => {
    expect(await ask(shop.port, path, api)).toMatchObject({ status: 401 });
  });

  it.each([['shop.example/evil'], ['user@evil.example'], ['evil.example#'], ['a b']])(
    'refuses the host %j, or stays without a redirect to it',
    async (host) => {
      const { status, location } = await ask(shop.port, '/', { ...navigation, host });
      expect([status, location]).toEqual([400, undefined]);
    },
  );

  it('reads several Cookie headers and takes the first good pass', async () => {
    const [first, second] = [await standIn.stay(), await standIn.stay()];
    const cookie = ['sunbeon-pass.concert=a.b.c', `sunbeon-pass.concert=${first.pass}`, `sunbeon-pass.concert=${second.pass}`];
    expect(JSON.parse((await ask(shop.port, '/', { ...api, cookie })).text)).toMatchObject({ passId: first.passId });
  });
});

describe('behind a proxy that ends TLS', () => {
  const forwarded = { ...navigation, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tickets.example' };

  it.each([
    [
      'Express 5',
      (trusted: boolean) => {
        const guard = guardFor(standIn);
        return startExpress(guard, guard, trusted);
      },
    ],
    ['Fastify', (trusted: boolean) => startFastify(guardFor(standIn), 'called', trusted)],
  ])('%s believes the forwarded address when it is told to, and not before', async (_, start) => {
    const [trusting, other] = [await start(true), await start(false)];
    try {
      const entered = await ask(trusting.port, `/?sunbeon_ticket=${standIn.ticket()}`, forwarded);
      expect(entered.location).toBe('https://tickets.example/');
      expect(entered.setCookie.join()).toMatch(/__Host-sunbeon-pass\.concert=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure/);
      expect((await ask(other.port, '/', forwarded)).location).toBe(toRoom('http://shop.example/'));
    } finally {
      await trusting.stop();
      await other.stop();
    }
  });
});

describe('settings instead of a guard', () => {
  it('are taken as well, and what lies before the guard is open', async () => {
    const shop = await startExpress(optionsFor(standIn), guardFor(standIn));
    try {
      expect(await ask(shop.port, '/open', api)).toMatchObject({ status: 200, text: '{"open":true,"sunbeon":null}' });
      expect(await ask(shop.port, `/complete?${randomCode()}`, api, { method: 'POST' })).toMatchObject({ status: 401 });
    } finally {
      await shop.stop();
    }
  });
});
