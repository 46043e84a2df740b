import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCache } from '../fixtures/cache-recipe.ts';
import { createSale, gateways, openLive, visitorOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';

/** A header that the cache writes into each answer that it has read. */
const marks = { nginx: /^server: nginx/im, Varnish: /^x-varnish: /im } as const;
const asks = (line: string, headers: Record<string, string>): string =>
  [`${line} HTTP/1.1`, 'Host: shop.test', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
const websocket = { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
/** A request that no proxy may let through as it is. */
const forged = asks('GET /api/sales/none/queue/me', { 'X-Forwarded-For': '203.0.113.7', Connection: 'close' });

/** The answers on one connection to two requests, the second sent after the first was answered, or with it. */
const answersOn = async (base: string, first: string, together: boolean): Promise<string[]> => {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname).on('error', () => {});
  let text = '';
  socket.on('data', (data) => (text += String(data)));
  const closed = once(socket, 'close');
  socket.write(together ? first + forged : first);
  await Promise.race([until('an answer', () => text.includes('\r\n\r\n')), closed]);
  if (!together) {
    await delay(200);
    if (!socket.destroyed) socket.write(forged);
  }
  await Promise.race([closed, delay(1_000)]);
  socket.destroy();
  return text.split(/(?=HTTP\/1\.1 \d)/);
};

describe.each(['nginx', 'Varnish'] as const)('%s and a request for another protocol', (name) => {
  let saleId: string;
  let base: string;
  let stop = async (): Promise<void> => {};
  beforeAll(async () => {
    saleId = await createSale();
    ({ base, stop } = await startCache(name, gateways()[0]!));
  });
  afterAll(() => stop());

  it.each([
    ['another path, on a connection that stays', false, () => asks('GET /api/sales', { ...websocket, Connection: 'keep-alive' })],
    ['another path', false, () => asks('GET /api/sales', { ...websocket, Connection: 'Upgrade' })],
    ['another method', false, () => asks(`POST /api/sales/${saleId}/live`, { ...websocket, Connection: 'Upgrade', 'Content-Length': '0' })],
    [
      'the stream, on a connection that stays',
      false,
      () => asks(`GET /api/sales/${saleId}/live`, { ...websocket, Connection: 'keep-alive' }),
    ],
    [
      'the stream without a token',
      true,
      () => asks(`GET /api/sales/${saleId}/live?after=1-0`, { ...websocket, Connection: 'keep-alive, Upgrade' }),
    ],
    ['the stream of no sale', true, () => asks('GET /api/sales/none/live', { ...websocket, Connection: 'Upgrade' })],
  ])('%s: nothing that follows passes unread', async (_, isStream, first) => {
    for (const together of [false, true]) {
      const [refused, ...rest] = await answersOn(base, first(), together);
      expect(refused).toMatch(/^HTTP\/1\.1 [24]\d\d /);
      // The refusal of a stream may come past the cache: nothing comes after it.
      if (marks[name].test(refused!)) expect(rest.filter((answer) => !marks[name].test(answer))).toEqual([]);
      else expect([isStream, rest]).toEqual([true, []]);
    }
  });

  it('the stream passes', async () => {
    const { body } = await visitorOf(saleId, undefined, base).join();
    const live = await openLive(saleId, body.token, { base });
    await until('a frame', () => live.messages.length > 0);
    live.close();
  });
});
