import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import Fastify from 'fastify';
import type { Guard } from '@sunbeon/guard';
import { expressGuard } from '@sunbeon/guard/express';
import { fastifyGuard } from '@sunbeon/guard/fastify';
import { guardFor, room } from './guarded.ts';
import { navigation, portOf, rawRequest } from './raw-request.ts';
import { StandIn } from './stand-in.ts';

interface Shop {
  port: number;
  stop: () => Promise<unknown>;
}
/** `/complete` ends the stay of whoever asks; all else answers with the pass. No proxy is trusted. */
const onExpress = async (guard: Guard): Promise<Shop> => {
  const app = express();
  app.use('/shop', expressGuard(guard));
  app.post('/shop/complete', (request, response, next) => {
    guard
      .complete(request.sunbeon!.passId, { outcome: 'purchased' })
      .then(({ setCookie }) => response.append('set-cookie', setCookie).json({ done: true }), next);
  });
  app.use((request, response) => void response.json({ ...request.sunbeon }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};
const onFastify = async (guard: Guard): Promise<Shop> => {
  const app = Fastify();
  await app.register(
    async (shop) => {
      await shop.register(fastifyGuard, { guard });
      shop.post('/complete', async (request, reply) => {
        const { setCookie } = await guard.complete(request.sunbeon!.passId, { outcome: 'purchased' });
        return await reply.header('set-cookie', setCookie).send({ done: true });
      });
      shop.get('*', async (request) => ({ ...request.sunbeon }));
    },
    { prefix: '/shop' },
  );
  app.get('/', async () => ({}));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: portOf(app.server), stop: () => app.close() };
};

let standIn: StandIn;
beforeAll(async () => {
  standIn = await StandIn.start();
});
afterAll(() => standIn.stop());

describe.each([
  ['Express', onExpress],
  ['Fastify, by register(fastifyGuard, { guard })', onFastify],
])('a part of a shop in %s', (_, start) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await start(guardFor(standIn));
  });
  afterAll(() => shop.stop());
  const send = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    rawRequest(shop.port, path, { method, headers: { ...navigation, ...headers } });

  it('is guarded by its whole address, and what lies beside it is open', async () => {
    expect((await send('/')).status).toBe(200);
    expect((await send('/shop/seats?row=3')).headers.location).toBe(
      `${room}?returnUrl=${encodeURIComponent('http://shop.example/shop/seats?row=3')}`,
    );
  });

  it('ends a stay: the cookie is cleared, and this process refuses the pass', async () => {
    const { pass, passId } = await standIn.stay();
    const cookie = `sunbeon-pass.concert=${pass}`;
    expect(JSON.parse((await send('/shop/', { cookie })).text)).toMatchObject({ passId });
    const done = await send('/shop/complete', { cookie }, 'POST');
    expect([done.status, done.cookies]).toEqual([200, ['sunbeon-pass.concert=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax']]);
    expect((await send('/shop/', { cookie })).status).toBe(302);
  });

  it('believes no forwarded address unless its framework was told to', async () => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' };
    const entered = await send(`/shop/?sunbeon_ticket=${standIn.ticket()}`, forwarded);
    expect(entered.headers.location).toBe('http://shop.example/shop/');
    expect(entered.cookies.join()).toMatch(/^sunbeon-pass\.concert=/);
  });

  it('takes the first good one of the cookies of the name', async () => {
    const [first, second] = [await standIn.stay(), await standIn.stay()];
    const cookie = ['a.b.c', first.pass, second.pass].map((value) => `sunbeon-pass.concert=${value}`).join('; ');
    expect(JSON.parse((await send('/shop/', { cookie })).text)).toMatchObject({ passId: first.passId });
  });
});
