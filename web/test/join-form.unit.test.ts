import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { POST } from '../app/sales/[sale]/join/route.ts';

const intent = 'intent-of-the-page-0000';
const origin = 'http://tickets.example';
const cookie = `sunbeon-join=${intent}; Path=/sales/concert; Max-Age=60; HttpOnly; SameSite=Lax`;
const cleared = 'sunbeon-join=; Path=/sales/concert; Max-Age=0; HttpOnly; SameSite=Lax';
let server: Server;
/** The gateway's next answers, then places; null: the connection breaks. */
let answers: ([status: number, code: string] | 'silence' | null)[];
let keys: (string | undefined)[];

const place = (response: ServerResponse): void => {
  response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'sunbeon_concert=t; Path=/sales/concert' });
  response.end(JSON.stringify({ visitor: {}, token: 't' }));
};
beforeEach(async () => {
  answers = [];
  keys = [];
  // The shortest pauses.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'] as string | undefined);
    const answer = answers.length === 0 ? undefined : answers.shift();
    if (answer === undefined) return place(response);
    if (answer === 'silence') return;
    if (answer === null) return void request.socket.destroy();
    const [status, code] = answer;
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ code, status }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['GATEWAY_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  Reflect.deleteProperty(process.env, 'WEB_URL');
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
});

const press = async (fields: Record<string, string> = { intent }, headers: Record<string, string> = {}) => {
  const body = new URLSearchParams(fields).toString();
  const request = new Request(`${origin}/sales/concert/join`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      origin,
      host: 'tickets.example',
      ...headers,
    },
  });
  const { headers: answered } = await POST(request, { params: Promise.resolve({ sale: 'concert' }) });
  return [answered.get('location'), ...answered.getSetCookie()];
};
const none = (count: number) => Array<null>(count).fill(null);

describe('a join that a browser sends as a form', () => {
  it('is sent again under its key while the connection breaks', async () => {
    answers = [null, [503, 'unavailable'], null];
    expect(await press()).toEqual(['/sales/concert', 'sunbeon_concert=t; Path=/sales/concert']);
    expect(keys).toEqual(Array(4).fill(intent));
  });

  it('has one key in all attempts also where the form has none', async () => {
    answers = none(1);
    await press({});
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[\w-]{22,}$/);
  });

  it('without an answer leads to a page that says so and has the key, which is in no address', async () => {
    answers = none(4);
    expect(await press()).toEqual(['/sales/concert?refused=unavailable', cookie]);
  });

  it.each([
    ['to the page', {}, [], '/sales/concert?returnUrl='],
    ['to the place, without scripts', { plain: '1' }, [], '/sales/concert/place?returnUrl='],
    ['with a refusal', {}, [[409, 'sold_out']], '/sales/concert?refused=sold_out&returnUrl='],
  ] as [string, Record<string, string>, typeof answers, string][])('takes the return address along: %s', async (_, fields, given, path) => {
    for (const returnUrl of [
      'https://shop.example/a?b=1&c=%20#d',
      `https://shop.example/${'가'.repeat(2_027)}`,
      '//evil.example\r\nset-cookie: a=b',
    ]) {
      answers = [...given];
      const [location] = await press({ intent, returnUrl, ...fields });
      expect(location).toBe(path + encodeURIComponent(returnUrl));
      const led = new URL(location!, origin);
      expect([led.origin, led.searchParams.get('returnUrl'), led.hash]).toEqual([origin, returnUrl, '']);
    }
  });

  it('takes no return address along that no ticket may have', async () => {
    for (const returnUrl of ['', 'x'.repeat(2_049)]) expect((await press({ intent, returnUrl }))[0]).toBe('/sales/concert');
  });

  it('waits for ten seconds at most, all attempts together', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const asked = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 10));
    answers = [[503, 'unavailable'], 'silence'];
    expect(await press()).toEqual(['/sales/concert?refused=unavailable', cookie]);
    expect(asked.mock.calls).toEqual([[10_000]]);
  });

  it('is not sent again at once from an address with too many joins, and keeps its key', async () => {
    answers = [[429, 'rate_limited']];
    expect(await press()).toEqual(['/sales/concert?refused=rate_limited', cookie]);
    expect(keys).toHaveLength(1);
  });

  it('drops the key with its answer', async () => {
    const kept = { cookie: `a=1; sunbeon-join=${intent}` };
    answers = [[409, 'sold_out']];
    expect(await press({ intent }, kept)).toEqual(['/sales/concert?refused=sold_out', cleared]);
    expect(await press({ intent, plain: '1' }, kept)).toEqual(['/sales/concert/place', 'sunbeon_concert=t; Path=/sales/concert', cleared]);
  });

  it('has a cookie for https alone where a proxy says that it is', async () => {
    answers = [[429, 'rate_limited']];
    expect((await press({ intent }, { 'x-forwarded-proto': 'http, https' }))[1]).toBe(`${cookie}; Secure`);
  });

  it('has a cookie for https alone where people see the page by https, whatever the proxy says', async () => {
    process.env['WEB_URL'] = 'https://tickets.example';
    for (const headers of [{}, { 'x-forwarded-proto': 'http' }]) {
      answers = [[429, 'rate_limited']];
      expect((await press({ intent }, headers as Record<string, string>))[1]).toBe(`${cookie}; Secure`);
    }
  });

  it('of the page of the place leads back there with a refusal', async () => {
    answers = [[409, 'sold_out']];
    expect(await press({ intent, plain: 'place' })).toEqual(['/sales/concert/place?refused=sold_out']);
    answers = [[409, 'sold_out']];
    expect(await press({ intent, plain: 'sale' })).toEqual(['/sales/concert?refused=sold_out']);
  });

  it.each([
    ['a form of another site', { origin: 'https://evil.example' }, intent],
    ['a form of another site, over https', { 'sec-fetch-site': 'cross-site' }, intent],
    ['a form without an origin', { origin: 'null' }, intent],
    ['a key that is no key', {}, `x; Path=/; Domain=example; ${intent}`],
    ['a short key', {}, 'short'],
  ])('keeps no key of %s', async (_, headers, key) => {
    answers = [[429, 'rate_limited']];
    expect(await press({ intent: key }, headers as Record<string, string>)).toEqual(['/sales/concert?refused=rate_limited']);
  });
});
