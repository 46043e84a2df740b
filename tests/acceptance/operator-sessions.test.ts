import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { operatorAt } from '../fixtures/client.ts';
import { browserOf, consoleOrigin } from '../fixtures/operator-session.ts';
import { until } from '../fixtures/sale.ts';
import { adminToken, operatorTokens, operators, startStack, type Stack } from '../fixtures/stack.mjs';

let settings: Record<string, string> = {};
let stack: Stack;
let redis: Redis;
let base: string;
let other: string;
beforeAll(async () => {
  stack = await startStack({
    instances: { gateway: 2 },
    env: { WRONG_TOKENS_PER_MINUTE: '10', TRUST_PROXY: 'loopback' },
    envOf: (name) => (name.startsWith('admission') || name.startsWith('purchase') ? settings : {}),
  });
  redis = new Redis(stack.redisUrl);
  [base, other] = stack.gateways as [string, string];
}, 60_000);
/** Of all instances. */
const wrongTokens = async (outcome: string): Promise<number> => {
  const names = Object.keys(stack.ports).filter((name) => name.startsWith('admission') || name.startsWith('purchase'));
  const texts = await Promise.all(names.map(async (name) => await (await fetch(`${stack.ops(name)}/metrics`)).text()));
  const found = texts.map((text) => new RegExp(`^sunbeon_wrong_operator_tokens_total{.*outcome="${outcome}".*} (\\d+)$`, 'm').exec(text));
  return found.reduce((sum, match) => sum + Number(match![1]), 0);
};
afterAll(async () => {
  redis.disconnect();
  await stack.stop();
});

/** Starts admission and purchase again with other settings. */
const restart = async (next: Record<string, string>): Promise<void> => {
  settings = next;
  for (const name of ['admission-0', 'purchase-0']) {
    const { child } = stack.processes.get(name)!;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    stack.startService(name);
    await stack.ready(name);
  }
  await until('the gateways know them', async () =>
    (await Promise.all(stack.gateways.map((url) => browserOf(url).who()))).every(({ status }) => status === 204),
  );
};
const newSale = async (saleId: string) => {
  expect((await operatorAt(base).create({ saleId, title: 'T', stock: 5, admitPerSecond: 1 })).status).toBe(201);
  return `/api/admin/sales/${saleId}`;
};
/** Everything that this stack's processes wrote. */
const logs = (): string => [...stack.processes.values()].map(({ log }) => log()).join('\n');
const from = (address: string) => ({ origin: consoleOrigin, 'x-forwarded-for': address });

describe('a session', () => {
  it('begins with a token, is known by every gateway and service, and ends with the sign-out, copies too', async () => {
    const path = await newSale('begins');
    const browser = browserOf(base);
    expect((await browser.who()).status).toBe(204);
    const { status, body, set, headers } = await browser.signIn(operatorTokens.admin);
    expect([status, body, headers.get('cache-control')]).toEqual([200, { name: 'anna', role: 'admin' }, 'private, no-store']);
    expect(set).toMatch(/^sunbeon-operator=[\w-]{43}; Path=\/api\/admin; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect(JSON.stringify([...headers].filter(([name]) => name !== 'set-cookie'))).not.toContain(browser.id());
    const copy = browserOf(other, browser.id());
    expect(await copy.who()).toMatchObject({ status: 200, body: { name: 'anna', role: 'admin' } });
    expect((await copy.call('POST', `${path}/stock`, { body: { add: 1 } })).status).toBe(200);
    const { status: ended, headers: last } = await browser.signOut();
    expect([ended, last.getSetCookie()]).toEqual([204, ['sunbeon-operator=; Path=/api/admin; Max-Age=0; HttpOnly; SameSite=Strict']]);
    for (const one of [browser, copy]) {
      expect((await one.who()).status).toBe(204);
      expect(await one.call('GET', path)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    }
    expect((await browser.signOut()).status).toBe(204);
  });

  it('has a Secure cookie behind https', async () => {
    const { set } = await browserOf(base).signIn(adminToken, { origin: consoleOrigin, 'x-forwarded-proto': 'https' });
    expect(set).toMatch(/; SameSite=Strict; Secure$/);
  });

  it('begins with a token as it is copied from a header, too', async () => {
    for (const token of [`Bearer ${operatorTokens.viewer}`, `  bearer ${operatorTokens.viewer}\n`])
      expect(await browserOf(base).signIn(token)).toMatchObject({ status: 200, body: { name: 'vera', role: 'viewer' } });
    for (const body of [{}, { token: '' }, { token: 7 }, { token: 'x'.repeat(1_025) }, { token: 'x', name: 'anna' }])
      expect(await browserOf(base).call('POST', '/api/admin/session', { body })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
  });

  it('gives way to an Authorization, also to a wrong one', async () => {
    const browser = browserOf(base);
    await browser.signIn(operatorTokens.admin);
    const asOlga = { authorization: `Bearer ${operatorTokens.operator}` };
    expect(await browser.call('GET', '/api/admin/session', { headers: asOlga })).toMatchObject({ status: 200, body: { name: 'olga' } });
    const wrong = { ...from('198.51.100.1'), authorization: 'Bearer wrong' };
    for (const path of ['/api/admin/session', '/api/admin/sales'])
      expect(await browser.call('GET', path, { headers: wrong })).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  });

  it('has a new id at each sign-in, never one that the caller brought, and ends the one it came with', async () => {
    const planted = 'A'.repeat(43);
    const victim = browserOf(base, planted);
    await victim.signIn(operatorTokens.admin);
    expect(victim.id()).not.toBe(planted);
    expect((await browserOf(base, planted).who()).status).toBe(204);
    const first = victim.id();
    await victim.signIn(operatorTokens.admin);
    expect(victim.id()).not.toBe(first);
    expect((await browserOf(base, first).who()).status).toBe(204);
    expect((await victim.who()).status).toBe(200);
    for (const junk of ['', 'x', `${'A'.repeat(43)}A`, `${victim.id()!}"`, encodeURIComponent("' OR 1=1")])
      expect((await browserOf(base, junk).who()).status).toBe(204);
  });

  it('changes nothing for a page of another origin, nor without an Origin', async () => {
    const path = await newSale('origins');
    const browser = browserOf(base);
    await browser.signIn(operatorTokens.admin);
    const changes = [
      ['POST', `${path}/pause`, undefined],
      ['PATCH', path, { admitPerSecond: 9 }],
      ['POST', '/api/admin/sales', { saleId: 'forged', title: 'T', stock: 1 }],
      ['POST', `${path}/stock`, { add: 1 }],
      ['POST', `${path}/codes`, { count: 1 }],
      ['DELETE', path, undefined],
      ['DELETE', '/api/admin/session', undefined],
    ] as const;
    for (const headers of [{}, { origin: 'http://evil.test' }, { origin: 'null' }] as Record<string, string>[])
      for (const [method, address, body] of changes)
        expect([headers, method, address, await browser.call(method, address, { headers, ...(body ? { body } : {}) })]).toMatchObject([
          headers,
          method,
          address,
          { status: 403, body: { code: 'origin_not_allowed' } },
        ]);
    expect(await browserOf(base).signIn(operatorTokens.admin, { origin: 'http://evil.test' })).toMatchObject({ status: 403 });
    expect(await browser.call('GET', path, { headers: {} })).toMatchObject({ status: 200, body: { status: 'open', version: 1 } });
    expect((await browser.call('POST', `${path}/pause`)).status).toBe(200);
    // Without a cookie there is nothing to forge: scripts send no Origin.
    expect((await operatorAt(base).resume('origins')).status).toBe(200);
  });

  it('is kept by its hash alone: neither the id nor a token is in Redis', async () => {
    const browser = browserOf(base);
    await browser.signIn(operatorTokens.operator);
    const kept = JSON.stringify([await redis.hgetall(keys.operatorSessions), await redis.xrange(keys.operatorLog, '-', '+')]);
    expect(kept).toContain('olga');
    for (const secret of [browser.id()!, ...Object.values(operatorTokens), adminToken]) expect(kept).not.toContain(secret);
    expect(await redis.pttl(keys.operatorSessions)).toBeGreaterThan(43_000_000);
  });

  it('of one operator are 32 at most: one more ends the oldest, and nobody else', async () => {
    const [vera, olga] = [browserOf(base), browserOf(base)];
    await vera.signIn(operatorTokens.viewer);
    await olga.signIn(operatorTokens.operator);
    for (let i = 0; i < 32; i += 1) expect((await browserOf(base).signIn(operatorTokens.viewer)).status).toBe(200);
    expect([(await vera.who()).status, (await olga.who()).status]).toEqual([204, 200]);
  });
});

describe('wrong tokens', () => {
  it('are limited to ten a minute and address, which stops neither a right token nor a session', async () => {
    const here = from('203.0.113.7');
    const session = browserOf(base);
    expect((await session.signIn(operatorTokens.viewer, here)).status).toBe(200);
    const [counted, limited] = [await wrongTokens('counted'), await wrongTokens('limited')];
    const guesses = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        i % 2 === 0
          ? browserOf(i % 4 === 0 ? base : other).signIn(`guess-${i}-of-a-token-0123456789`, here)
          : browserOf(base).call('GET', '/api/admin/sales', {
              headers: { ...here, authorization: `Bearer guess-${i}-of-a-token-0123456789` },
            }),
      ),
    );
    expect(guesses.map(({ status, body }) => [status, body.code])).toEqual(Array.from({ length: 10 }, () => [401, 'invalid_token']));
    for (const url of [base, other]) {
      const refused = await browserOf(url).signIn('guess-11-of-a-token-0123456789', here);
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      const byHeader = { ...here, authorization: 'Bearer guess-12-of-a-token-0123456789' };
      expect((await browserOf(url).call('GET', '/api/admin/sales', { headers: byHeader })).status).toBe(429);
      // A right one, never seen here, and a session.
      expect((await browserOf(url).signIn(operatorTokens.operator, here)).status).toBe(200);
      expect(
        (await browserOf(url).call('GET', '/api/admin/sales', { headers: { ...here, authorization: `Bearer ${operatorTokens.admin}` } }))
          .status,
      ).toBe(200);
      expect((await browserOf(url, session.id()).call('GET', '/api/admin/sales', { headers: here })).status).toBe(200);
      // Another address has its own ten.
      expect((await browserOf(url).signIn('guess-13-of-a-token-0123456789', from('203.0.113.8'))).status).toBe(401);
    }
    // A sum each minute and instance, however many there were.
    expect(logs().match(/"sign_ins_failed"/g)?.length ?? 0).toBeLessThanOrEqual(4);
    expect([(await wrongTokens('counted')) - counted, (await wrongTokens('limited')) - limited]).toEqual([12, 4]);
    const failed = await redis.xrange(keys.failedSignIns, '-', '+');
    expect(failed.filter(([, fields]) => fields.join().includes('203.0.113.7'))).toHaveLength(10);
  });

  it('a call without a token is none of them', async () => {
    const here = from('203.0.113.9');
    for (let i = 0; i < 15; i += 1) expect((await browserOf(base).call('GET', '/api/admin/sales', { headers: here })).status).toBe(401);
    expect((await browserOf(base).signIn('guess-of-a-token-0123456789', here)).status).toBe(401);
  });
});

describe('while Redis is away', () => {
  it('a session is 503, not signed out, and goes on afterwards; a token needs no session', async () => {
    const browser = browserOf(base);
    await browser.signIn(operatorTokens.admin);
    const { pid } = stack.processes.get('redis')!.child;
    process.kill(pid!, 'SIGSTOP');
    try {
      const { status, body, headers } = await browser.who();
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', expect.any(String)]);
      expect(headers.getSetCookie()).toEqual([]);
    } finally {
      process.kill(pid!, 'SIGCONT');
    }
    await until('it is back', async () => (await browser.who()).status === 200);
  });
});

describe('a change of OPERATORS', () => {
  it('ends the sessions of who was removed, has another role or another token, and of nobody else', async () => {
    const path = await newSale('rotation');
    const [anna, olga, vera, admin] = [browserOf(base), browserOf(base), browserOf(base), browserOf(base)];
    await anna.signIn(operatorTokens.admin);
    await olga.signIn(operatorTokens.operator);
    await vera.signIn(operatorTokens.viewer);
    await admin.signIn(adminToken);
    const renewed = 'another-token-of-the-tests-0123';
    await restart({ OPERATORS: `anna:admin:${renewed},olga:viewer:${operatorTokens.operator}` });
    for (const gone of [anna, olga, vera]) {
      expect((await gone.who()).status).toBe(204);
      expect((await gone.call('POST', `${path}/pause`)).status).toBe(401);
      expect((await gone.call('POST', `${path}/stock`, { body: { add: 1 } })).status).toBe(401);
    }
    expect(await admin.who()).toMatchObject({ status: 200, body: { name: 'admin' } });
    expect((await admin.call('POST', `${path}/stock`, { body: { add: 1 } })).status).toBe(200);
    expect(await olga.signIn(operatorTokens.operator)).toMatchObject({ status: 200, body: { role: 'viewer' } });
    await restart({ OPERATORS: operators });
    // Whoever comes back signs in again: no cookie of before wakes up.
    for (const gone of [anna, olga, vera]) expect((await gone.who()).status).toBe(204);
  });
});

it('no log has a token or a session in it', () => {
  const text = logs();
  expect(text).toMatch(/"sign_ins_failed"[^\n]*"by":\{[^\n]*"203\.0\.113\.7":/);
  for (const secret of [adminToken, ...Object.values(operatorTokens), 'of-a-token-0123456789']) expect(text).not.toContain(secret);
});
