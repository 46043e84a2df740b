import { createConnection } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { gatewayOfTests, startGateway } from '../../../tests/fixtures/gateway.ts';
import { newSale } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import { leave } from '../../queue/src/scripts/leave.ts';
import { hasAlready } from '../src/routes/hot-answers.ts';

const { redis, gateway } = await gatewayOfTests();
const closing = await startGateway();
afterAll(closing.stop);

const get = async (path: string, headers: Record<string, string> = {}, base = gateway.base) => {
  const answer = await fetch(base + path, { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
/** Requests of the route that the metrics count, by class of status. */
const counted = async (route: string): Promise<Record<string, number>> => {
  const text = await gateway.service.metrics.registry.metrics();
  const found = text.matchAll(/^sunbeon_http_request_duration_seconds_count\{(.*)\} (\d+)$/gm);
  return Object.fromEntries(
    [...found]
      .filter(([, labels]) => labels!.includes(`route="${route}"`))
      .map(([, labels, n]) => [/status="(\w+)"/.exec(labels!)![1], Number(n)]),
  );
};
const saleWithLine = async (): Promise<string> => {
  const saleId = await newSale(redis);
  await join.run(redis, saleId, ['v1', 'v2']);
  return saleId;
};
/** Headers that one connection or moment adds. */
const own = ['date', 'connection', 'keep-alive', 'x-request-id'];
const headersOf = (headers: Headers) => [...headers].filter(([name]) => !own.includes(name)).toSorted();

describe('If-None-Match', () => {
  const etag = '"abc"';
  it.each([
    ['"abc"', true],
    ['W/"abc"', true],
    ['*', true],
    ['"x", "abc"', true],
    ['"abc","x"', true],
    ['"x",*', true],
    ['"abd"', false],
    ['"a"', false],
    ['abc', false],
    ['"x", "y", "z"', false],
    ['"xabc"', false],
  ])('%s names "abc": %s', (text, named) => expect(hasAlready(text, etag)).toBe(named));
});

describe('an answer given before routing', () => {
  it('is for requests with one Host alone, as the route', async () => {
    const path = `/api/sales/${await saleWithLine()}/line`;
    const port = Number(new URL(gateway.base).port);
    const answerTo = async (hosts: string): Promise<string> => {
      const socket = createConnection(port, '127.0.0.1');
      socket.write(`GET ${path} HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return text.slice(9, 12);
    };
    const one = 'Host: a\r\n';
    expect([await answerTo(one), await answerTo(one), await answerTo(''), await answerTo(one + one)]).toEqual(['200', '200', '400', '400']);
  });

  it('keeps every byte, compressed or not, of a text beyond ASCII', async () => {
    const saleId = await newSale(redis, { message: '곧 시작합니다 – ünï' });
    const path = `/api/sales/${saleId}/line`;
    for (const encoding of ['identity', 'gzip'])
      for (const url of [`${path}?`, path, path]) {
        const { text, headers } = await get(url, { 'accept-encoding': encoding });
        expect((JSON.parse(text) as { message: string }).message).toBe('곧 시작합니다 – ünï');
        expect(headers.get('content-encoding')).toBe(encoding === 'gzip' ? 'gzip' : null);
      }
  });

  it('is the one of the route: the same bytes and headers, for 200 and 304', async () => {
    const path = `/api/sales/${await saleWithLine()}/line`;
    for (const encoding of ['identity', 'gzip', 'br;q=1, gzip;q=0.2']) {
      const first = await get(path, { 'accept-encoding': encoding });
      const again = await get(path, { 'accept-encoding': encoding });
      expect([again.status, again.text]).toEqual([200, first.text]);
      // An id names one request: no answer from memory has that of another one.
      expect(again.headers.get('x-request-id')).toBeNull();
      expect(headersOf(again.headers)).toEqual(headersOf(first.headers));
      // Another spelling of the same question goes to the route.
      const etag = first.headers.get('etag')!;
      const fast = await get(path, { 'accept-encoding': encoding, 'if-none-match': etag });
      const slow = await get(`${path}?`, { 'accept-encoding': encoding, 'if-none-match': etag });
      expect([fast.status, slow.status, fast.text]).toEqual([304, 304, '']);
      expect(headersOf(fast.headers)).toEqual(headersOf(slow.headers));
    }
  });

  it('is counted like every other', async () => {
    const saleId = await saleWithLine();
    const path = `/api/sales/${saleId}/line`;
    const before = await counted('/api/sales/:sale/line');
    const { headers } = await get(path);
    for (let i = 0; i < 20; i += 1) await get(path);
    for (let i = 0; i < 5; i += 1) await get(path, { 'if-none-match': headers.get('etag')! });
    const after = await counted('/api/sales/:sale/line');
    expect([after['2xx']! - (before['2xx'] ?? 0), after['3xx']! - (before['3xx'] ?? 0)]).toEqual([21, 5]);
  });

  it('lasts a second, and no spelling of an address has one of its own', async () => {
    const saleId = await saleWithLine();
    const path = `/api/sales/${saleId}/line`;
    await get(path);
    await leave.run(redis, saleId, { visitor: 'v1' });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const spelled = await get(path.replace(saleId, `%${saleId.charCodeAt(0).toString(16)}${saleId.slice(1)}`));
    expect(spelled.status).toBe(200);
    expect((await get(path)).text).toBe(spelled.text);
    expect(JSON.parse(spelled.text)).toMatchObject({ saleId, waiting: 1 });
  });

  it('is not given for a request with a body, of another method or of a page that the answer is not for', async () => {
    const saleId = await saleWithLine();
    const path = `/api/sales/${saleId}/line`;
    await get(path);
    expect((await fetch(gateway.base + path, { method: 'POST' })).status).toBe(405);
    const head = await fetch(gateway.base + path, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([(await fetch(`${gateway.base}${path}?`, { method: 'HEAD' })).status, '']);
    expect((await get(path, { origin: 'http://elsewhere.test' })).headers.get('access-control-allow-origin')).toBe('*');
  });
});
