import { once } from 'node:events';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalogue, handshakeRefusals, keys, type Problem } from '@sunbeon/contracts';
import { gatewayOfTests } from '../../../tests/fixtures/gateway.ts';
import { newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';

const { redis, gateway } = await gatewayOfTests();
let saleId: string;
let token: string;
beforeAll(async () => {
  saleId = await newSale(redis);
  await join.run(redis, saleId, ['v']);
  token = gateway.token({ saleId, visitorId: 'v', seq: 1, generation: Number(await redis.hget(keys.sale(saleId), 'createdAt')) });
});

/** The problem that refuses the stream, or null when it is opened. */
const ask = (headers: Record<string, string>): Promise<Problem | null> =>
  new Promise((resolve, reject) => {
    const asking = request(`${gateway.base}/api/sales/${saleId}/live`, { headers, agent: false }, (response) => {
      let text = '';
      response
        .on('data', (data) => {
          text += String(data);
        })
        .on('end', () => resolve(JSON.parse(text) as Problem));
    });
    asking
      .on('upgrade', (_, socket) => {
        socket.destroy();
        resolve(null);
      })
      .on('error', reject)
      .end();
  });
const websocket = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
const offering = (name: string) => ({ ...websocket, 'sec-websocket-protocol': `sunbeon.v1, bearer.${name}` });
const allowed = { origin: 'http://shop.test' };

describe('a refused handshake names the missing part', () => {
  const cases: [keyof typeof handshakeRefusals, () => Record<string, string>][] = [
    ['noOrigin', () => websocket],
    ['noOrigin', () => ({ ...websocket, cookie: `sunbeon_${saleId}=${token}` })],
    ['noOrigin', () => ({ ...websocket, authorization: `Bearer ${token}` })],
    ['foreignOrigin', () => ({ ...offering(token), origin: 'http://other.test' })],
    ['noToken', () => ({ ...websocket, ...allowed })],
    ['noToken', () => ({ ...websocket, ...allowed, authorization: `Bearer ${token}` })],
    ['badToken', () => offering(`${token.slice(0, -4)}AAAA`)],
    ['badToken', () => ({ ...websocket, ...allowed, cookie: `sunbeon_${saleId}=a.b.c` })],
    ['noUpgrade', () => ({ 'sec-websocket-protocol': `sunbeon.v1, bearer.${token}` })],
    ['otherUpgrade', () => ({ ...offering(token), upgrade: 'h2c' })],
    ['otherVersion', () => ({ ...offering(token), 'sec-websocket-version': '7' })],
  ];
  it.each(cases)('%s', async (name, headers) => {
    const { code, detail } = handshakeRefusals[name];
    expect(await ask(headers())).toMatchObject({ status: errorCatalogue[code].status, code, detail });
  });

  it.each([
    ['the stream', () => `/api/sales/${saleId}/live`, 'Upgrade'],
    ['the stream, by a request that keeps its connection', () => `/api/sales/${saleId}/live`, 'keep-alive'],
    ['another path', () => '/api/sales', 'Upgrade'],
    ['another path, by a request that keeps its connection', () => '/api/sales', 'keep-alive'],
    ['no path', () => '/none', 'keep-alive'],
  ])('and ends the connection: %s', async (_, path, connection) => {
    const socket = createConnection(Number(new URL(gateway.base).port), '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += String(data)));
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(2_000) });
    const next = 'GET /api/sales HTTP/1.1\r\nHost: x\r\n\r\n';
    socket.write(`GET ${path()} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: ${connection}\r\n\r\n${next}`);
    await closed;
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([expect.stringMatching(/ 4\d\d$/)]);
  });

  it('has a case for each of them', () => {
    expect(new Set(cases.map(([name]) => name))).toEqual(new Set(Object.keys(handshakeRefusals)));
  });

  it('opens for a bearer token without an Origin, and for a cookie with an allowed one', async () => {
    expect(await ask(offering(token))).toBeNull();
    expect(await ask({ ...websocket, ...allowed, cookie: `sunbeon_${saleId}=${token}` })).toBeNull();
  });
});
