import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { publicRoutes } from '@sunbeon/contracts';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { asksForCsv, passBytes } from '../src/routes/csv.ts';
import { createUpstream, upstreamLimits } from '../src/rpc/upstream.ts';

const chunk = 'x'.repeat(65_536);
const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A service with an endless answer, and a gateway in front of it. */
const world = async (waitMs?: number) => {
  const sent = { bytes: 0, running: 0 };
  async function* endless() {
    sent.running += 1;
    try {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        sent.bytes += chunk.length;
        yield chunk;
      }
    } finally {
      sent.running -= 1;
    }
  }
  const service: Server = createServer(({ url }, response) => {
    if (url === '/short') return void response.end('ok');
    const body = Readable.from(endless(), { objectMode: false, highWaterMark: 65_536 });
    response.on('close', () => body.destroy());
    body.pipe(response);
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  open.push({ close: () => (service.closeAllConnections(), service.close()) });
  let refused = 0;
  const upstream = createUpstream(`http://127.0.0.1:${(service.address() as AddressInfo).port}`, () => (refused += 1), {
    ...upstreamLimits,
    connections: 2,
    streams: 3,
  });
  const gateway: FastifyInstance = fastify();
  gateway.get('/long', async (_, reply) => passBytes(reply, await upstream.stream({ method: 'GET', path: '/long' }), waitMs));
  gateway.get('/short', async () => (await upstream.send({ method: 'GET', path: '/short', repeatable: false })).text);
  await gateway.listen({ port: 0, host: '127.0.0.1' });
  open.unshift(gateway);
  const base = `http://127.0.0.1:${(gateway.server.address() as AddressInfo).port}`;
  return { sent, base, refused: () => refused };
};
/** Begins to read an answer and stops at once. */
const askAndStall = async (url: string): Promise<IncomingMessage> => {
  const request = get(url, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  request.on('error', () => {});
  response.on('error', () => {});
  response.pause();
  return response;
};
const soon = async (what: string, condition: () => boolean) => {
  const deadlineMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
/** Bytes that a service has sent when it sends no more. */
const settled = async ({ bytes }: { bytes: number }, read: () => number): Promise<number> => {
  for (let before = bytes; ;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (read() === before) return before;
    before = read();
  }
};

it.each([
  ['text/csv', true],
  ['application/json, TEXT/CSV ;q=0.5;x=1', true],
  ['text/csv;q=0', false],
  ['text/csv; header=present; q=0.00, application/json', false],
  ['text/csv-schema', false],
  ['*/*', false],
])('a list is asked for with Accept: %s as CSV: %s', (accept, isCsv) =>
  expect(asksForCsv(publicRoutes.getOrders, { query: {}, headers: { accept } } as FastifyRequest)).toBe(isCsv),
);

describe('a long answer', () => {
  it('whose callers do not read waits for them in bounded memory, and no other call waits', async () => {
    const { sent, base, refused } = await world();
    const readers = await Promise.all([1, 2, 3].map(() => askAndStall(`${base}/long`)));
    // What sockets and streams take on three ways.
    expect(await settled(sent, () => sent.bytes)).toBeLessThan(3 * 16e6);
    expect(sent.running).toBe(3);
    for (let i = 0; i < 5; i += 1) expect(await (await fetch(`${base}/short`)).text()).toBe('ok');
    expect([(await fetch(`${base}/long`)).ok, refused()]).toEqual([false, 1]);
    for (const reader of readers) reader.destroy();
    await soon('the ends', () => sent.running === 0);
    const later = await askAndStall(`${base}/long`);
    expect(later.statusCode).toBe(200);
    later.destroy();
    await soon('the end', () => sent.running === 0);
  });

  it('ends when nothing of it is read for the time of a stall, and goes on for one who reads slowly', async () => {
    const { sent, base } = await world(1_500);
    const slow = await askAndStall(`${base}/long`);
    await askAndStall(`${base}/long`);
    let read = 0;
    slow.on('data', ({ length }: Buffer) => {
      read += length;
      slow.pause();
      setTimeout(() => slow.resume(), 5);
    });
    slow.resume();
    await soon('the end of the stalled one', () => sent.running === 1);
    const before = read;
    await soon('more for the slow one', () => read > before + 20 * 65_536);
    expect(sent.running).toBe(1);
    slow.destroy();
    await soon('the end', () => sent.running === 0);
  });

  it('is not read for HEAD, and takes no place from others', async () => {
    const { sent, base, refused } = await world();
    for (let i = 0; i < 6; i += 1) {
      const answer = await fetch(`${base}/long`, { method: 'HEAD' });
      expect([answer.status, answer.headers.get('content-length')]).toEqual([200, null]);
      await soon('the end', () => sent.running === 0);
    }
    expect(refused()).toBe(0);
    expect(sent.bytes).toBeLessThan(6 * 4e6);
  });
});
