import { expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { createLoginCookie } from '../src/login/login-cookie.ts';
import { loginRoutes } from '../src/routes/login.ts';

const secret = 'member-secret-of-the-tests-0123456789';

it('signs the token of a login, and ends its cookie, by the clock of Redis', async () => {
  let redisMs = Date.now() - 86_400_000;
  const now = (): number => redisMs;
  const cookie = createLoginCookie(secret, false, now);
  const app = Fastify();
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  loginRoutes({
    app,
    login: {
      secret,
      cookie,
      provider: { begin: () => Promise.reject(new Error('unused')), finish: async () => ({ iss: 'https://id.example', sub: 'ada' }) },
    },
    settings: { of: async () => null, forget: () => {} },
    knownSales: {} as never,
    metrics: { logins: { begun: () => {}, failed: () => {}, unavailable: () => {}, signed_in: () => {} } },
    webUrl: 'http://localhost:3000',
    perMinute: 0,
    now,
  });
  const pending = (await cookie.set({ saleId: 'concert', state: 'concert.s', nonce: 'n', verifier: 'v' })).split(';', 1)[0]!;
  const comeBack = async (): Promise<string> =>
    String((await app.inject({ url: '/api/login/callback?state=concert.s&code=c', headers: { cookie: pending } })).headers['location']);
  const [page, token] = (await comeBack()).split('#member=') as [string, string];
  expect(page).toBe('http://localhost:3000/sales/concert');
  const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { iat: number; exp: number };
  expect([iat, exp]).toEqual([Math.floor(redisMs / 1_000), Math.floor(redisMs / 1_000) + 120]);
  redisMs += 601_000;
  expect(await comeBack()).toBe('http://localhost:3000/sales/concert#login=failed');
});
