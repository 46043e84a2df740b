import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createShop } from '../../examples/shop-express/shop.mjs';
import { cookieIn, rawRequest } from '../../packages/guard/test/raw-request.ts';
import { apiAt, createSale, gateways, joinAs, publicSale } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import { passKeys, shopKey } from '../fixtures/stack.mjs';

const issuer = 'http://localhost:4000';
const listening = async (listener: RequestListener): Promise<Server> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
};

/** A relay between shop and gateway: counts calls, can be cut, and serves the public keys itself. */
const startWay = async () => {
  const jwk = await exportJWK(createPublicKey({ key: Buffer.from(passKeys, 'base64'), format: 'der', type: 'pkcs8' } as never));
  const jwks = JSON.stringify({ keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' }] });
  const way = { calls: [] as string[], isCut: false, server: undefined as unknown as Server };
  way.server = await listening((request, response) => {
    const relay = async (): Promise<void> => {
      const { method = 'GET', url = '/', headers } = request;
      const body = await textOf(request);
      if (way.isCut) return void request.socket.destroy();
      way.calls.push(url.split('/').at(-1)!);
      if (url === '/.well-known/jwks.json') return void response.end(jwks);
      const answer = await fetch(`${gateways()[0]}${url}`, {
        method,
        headers: Object.fromEntries(
          ['authorization', 'content-type', 'idempotency-key'].flatMap((name) => {
            const value = headers[name];
            return typeof value === 'string' ? [[name, value]] : [];
          }),
        ),
        ...(body === '' ? {} : { body }),
      });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    };
    relay().catch((error: unknown) => response.destroy(error as Error));
  });
  return way;
};

let way: Awaited<ReturnType<typeof startWay>>;
const servers: Server[] = [];
beforeAll(async () => {
  way = await startWay();
  servers.push(way.server);
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A gate with room for one, and the shop of the example behind it. */
const openShop = async () => {
  let app: RequestListener = (_, response) => void response.end();
  const server = await listening((request, response) => void app(request, response));
  servers.push(server);
  const url = urlOf(server);
  const saleId = await createSale({ kind: 'gate', stock: undefined, returnUrls: [`${url}/`], admitPerSecond: 100, activeLimit: 1 });
  const roomUrl = `http://localhost:3000/sales/${saleId}`;
  app = createShop({ saleId, gatewayUrl: urlOf(way.server), roomUrl, shopKey, issuer });
  const send = async (path: string, cookie = '', method = 'GET') => {
    // Raw: `fetch` sets `Sec-Fetch-Mode` of a call on every request.
    const { pathname, search, port, host } = new URL(path, url);
    const headers = { host, accept: 'text/html', 'sec-fetch-mode': 'navigate', cookie };
    const answer = await rawRequest(Number(port), `${pathname}${search}`, { method, headers });
    return { status: answer.status, location: answer.headers.location, cookie: cookieIn(answer), text: answer.text };
  };
  return { saleId, url, roomUrl, send };
};
type Visitor = Awaited<ReturnType<typeof joinAs>>;
const turnOf = ({ place }: Visitor): Promise<void> => until('the turn', async () => (await place()).body.state === 'admitted', 30_000);
const ticketUrl = async (saleId: string, { token }: Visitor, returnUrl: string): Promise<string> => {
  const { status, body } = await apiAt(undefined, token).ticket(saleId, { returnUrl });
  expect(status).toBe(201);
  return body.url;
};

describe('the guard in a shop, with a whole Sunbeon behind it', () => {
  it('line → turn → shop → order, and the next one is admitted', async () => {
    const { saleId, url, roomUrl, send } = await openShop();
    expect(await send('/?seat=%41')).toMatchObject({
      status: 302,
      location: `${roomUrl}?returnUrl=${encodeURIComponent(`${url}/?seat=%41`)}`,
    });

    const [first, next] = [await joinAs(saleId), await joinAs(saleId)];
    await turnOf(first);
    const address = await ticketUrl(saleId, first, `${url}/?seat=%41`);
    const entered = await send(address);
    expect(entered).toMatchObject({ status: 302, location: `${url}/?seat=%41` });
    expect((await send(address)).location).toContain(roomUrl);
    expect((await next.place()).body.state).toBe('waiting');

    way.calls = [];
    const inside = await send('/', entered.cookie);
    expect(inside.status).toBe(200);
    expect(inside.text).toContain('Your visit lasts until');
    expect(way.calls).toEqual([]);

    const longer = await send('/more-time', entered.cookie, 'POST');
    expect(longer.status).toBe(303);
    expect(longer.cookie).not.toBe('');
    const ordered = await send('/order', longer.cookie, 'POST');
    expect(ordered).toMatchObject({ status: 303, location: '/thanks', cookie: `sunbeon-pass.${saleId}=` });
    expect((await first.place()).body).toMatchObject({ state: 'completed', outcome: 'purchased' });
    for (const cookie of [entered.cookie, longer.cookie]) expect((await send('/', cookie)).location).toContain(roomUrl);
    await turnOf(next);
    expect((await send(await ticketUrl(saleId, next, `${url}/`))).cookie).not.toBe('');
  });

  it('visitors inside go on while the connection to Sunbeon is cut; a ticket gets 503 and is good afterwards', async () => {
    const { saleId, url, send } = await openShop();
    const visitor = await joinAs(saleId);
    await turnOf(visitor);
    const { cookie } = await send(await ticketUrl(saleId, visitor, `${url}/`));
    const second = await ticketUrl(saleId, visitor, `${url}/`);
    way.isCut = true;
    try {
      expect((await send('/', cookie)).status).toBe(200);
      expect((await send(second)).status).toBe(503);
    } finally {
      way.isCut = false;
    }
    expect((await send(second)).status).toBe(302);
  });

  it('a pass and a ticket of another sale are refused, and the ticket is not spent', async () => {
    const [here, there] = [await openShop(), await openShop()];
    const visitor = await joinAs(there.saleId);
    await turnOf(visitor);
    const address = await ticketUrl(there.saleId, visitor, `${there.url}/`);
    const ticket = new URL(address).search;
    expect((await here.send(`/${ticket}`)).location).toContain(here.roomUrl);
    const { cookie } = await there.send(address);
    const [, pass] = cookie.split('=') as [string, string];
    expect((await here.send('/', `sunbeon-pass.${here.saleId}=${pass}`)).location).toContain(here.roomUrl);
    expect((await publicSale(here.saleId)).status).toBe(200);
  });
});
