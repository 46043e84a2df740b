import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cookiesAreSecure } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { apiAt, valueOf } from '../../../tests/fixtures/client.ts';
import { newGate, startGuarded, webUrl, type Guarded } from '../../../tests/fixtures/guarded.ts';
import { browserOf } from '../../../tests/fixtures/operator-session.ts';
import { connectTestRedis } from '../../../tests/fixtures/sale.ts';

describe('whether cookies are for https alone', () => {
  it.each([
    ['https://tickets.example', undefined, true],
    ['https://tickets.example/', 'http', true],
    ['http://localhost:3000', undefined, false],
    ['http://localhost:3000', 'https', true],
    ['http://localhost:3000', 'http, https', true],
    ['http://localhost:3000', 'https, http', false],
    ['http://https.example', null, false],
    [undefined, 'https', true],
    [undefined, undefined, false],
  ])('WEB_URL %s, X-Forwarded-Proto %s: %s', (url, protocol, isSecure) => expect(cookiesAreSecure(url, protocol)).toBe(isSecure));
});

describe('behind a proxy that ends TLS and says nothing of it, with WEB_URL by https', () => {
  let redis: RedisClient;
  let guarded: Guarded;
  beforeAll(async () => {
    redis = await connectTestRedis();
    guarded = await startGuarded();
  });
  afterAll(async () => {
    await guarded.stop();
    redis.disconnect();
  });
  const secure = (count: number) => Array<unknown>(count).fill(expect.stringMatching(/; Secure$/));

  it('a place has Secure cookies, on the second device too', async () => {
    expect(webUrl).toMatch(/^https:/);
    const saleId = await newGate(redis);
    const joined = await apiAt(guarded.gateway.base).join(saleId);
    expect(joined.headers.getSetCookie()).toEqual(secure(2));
    const { code } = await valueOf('transfer', apiAt(guarded.gateway.base, joined.body.token).transfer(saleId));
    const taken = await apiAt(guarded.gateway.base).takeTransfer(saleId, code);
    expect([taken.status, taken.headers.getSetCookie()]).toEqual([200, secure(2)]);
  });

  it('a session of the console has one, and gives it back as one', async () => {
    const browser = browserOf(guarded.gateway.base);
    const { status, set } = await browser.signIn('operator-of-the-tests');
    expect([status, set]).toEqual([200, expect.stringMatching(/; SameSite=Strict; Secure$/)]);
    expect((await browser.signOut()).headers.getSetCookie()).toEqual(secure(1));
  });
});
