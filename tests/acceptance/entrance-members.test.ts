import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreateSale, Members, Place, Problem } from '@sunbeon/contracts';
import { memberVisitorOf } from '@sunbeon/runtime';
import { newShopKey, signedBy, type Json } from '../../services/queue/test/shop-signer.ts';
import { apiAt, newSaleId, operatorAt, valueOf } from '../fixtures/client.ts';
import { client, createJar, startProvider, type Jar, type Person } from '../fixtures/oidc-provider.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { freePort, memberSecret, startStack, until, type Stack } from '../fixtures/stack.mjs';

const web = 'http://localhost:3000';
const people: Person[] = ['ada', 'bob', 'eve'].map((name) => ({
  sub: `${name}-subject-7f3a`,
  name: `${name} Membername`,
  email: `${name}.member@mail.example`,
}));
const [ada, bob, eve] = people as [Person, Person, Person];
const key = newShopKey('ES256', 'shop-key');
const shop = { issuer: 'https://shop.example', audience: 'waiting-room' };
const inline: Members = { ...shop, jwks: { keys: [key.jwk] } };

let stack: Stack;
let provider: Awaited<ReturnType<typeof startProvider>>;
let turn = 0;
const base = (): string => stack.gateways[turn++ % stack.gateways.length]!;

/** A server of keys on this machine; how often it was asked. */
const serveKeys = async (port: number, location?: string) => {
  let asked = 0;
  const server: Server = createServer((_, response) => {
    asked += 1;
    if (location === undefined) response.end(JSON.stringify({ keys: [key.jwk] }));
    else response.writeHead(302, { location }).end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}/jwks`,
    asked: () => asked,
    stop: (): void => {
      server.close();
      server.closeAllConnections();
    },
  };
};
let allowed: Awaited<ReturnType<typeof serveKeys>>;
let redirecting: typeof allowed;
let forbidden: typeof allowed;

beforeAll(async () => {
  const [providerPort, allowedPort, redirectingPort, forbiddenPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  provider = await startProvider(providerPort, `${web}/api/login/callback`, people);
  forbidden = await serveKeys(forbiddenPort);
  allowed = await serveKeys(allowedPort);
  redirecting = await serveKeys(redirectingPort, forbidden.url);
  stack = await startStack({
    instances: { queue: 2, gateway: 2 },
    env: {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      WEB_URL: web,
      MEMBER_JWKS_HOSTS: `127.0.0.1:${allowedPort},127.0.0.1:${redirectingPort}`,
    },
  });
}, 90_000);
afterAll(async () => {
  await stack.stop();
  await provider.stop();
  for (const server of [allowed, redirecting, forbidden]) server.stop();
});

const saleWith = async (members: Members, settings: Partial<CreateSale> = {}): Promise<string> => {
  const saleId = newSaleId();
  const sale = { saleId, title: 'Members', stock: 100, admitPerSecond: 0.001, identity: 'member' as const, members, ...settings };
  await valueOf('create', operatorAt(base()).create(sale));
  return saleId;
};
const withLogin = (): Promise<string> => saleWith({ login: 'oidc' });
const shopToken = (sub: string, changes: Json = {}): string =>
  signedBy(key, { iss: shop.issuer, aud: shop.audience, sub, exp: Math.floor(Date.now() / 1_000) + 60, ...changes });
const join = (saleId: string, member?: string, token?: string) =>
  rawCall<Place & Problem>('POST', `/api/sales/${saleId}/queue`, {
    base: base(),
    ...(member === undefined ? {} : { body: { member } }),
    ...(token === undefined ? {} : { token }),
  });
const lineOf = async (saleId: string): Promise<number> => (await valueOf('sale', operatorAt(base()).sale(saleId))).joined;

/** One GET of a browser that follows nothing by itself. */
const visit = async (path: string, jar: Jar, headers: Record<string, string> = {}) => {
  const response = await fetch(base() + path, { redirect: 'manual', headers: { ...jar.header(), ...headers } });
  jar.keep(response);
  return {
    status: response.status,
    headers: response.headers,
    location: response.headers.get('location') ?? '',
    text: await response.text(),
  };
};
const begin = async (saleId: string, jar: Jar): Promise<string> => {
  const { status, location } = await visit(`/api/sales/${saleId}/login`, jar);
  expect([status, new URL(location).origin]).toEqual([302, provider.issuer]);
  return location;
};
/** The way back from the provider, as the page relays it. */
const comeBack = ({ pathname, search }: URL, jar: Jar) => visit(pathname + search, jar);
const signIn = async (saleId: string, { sub }: Person, jar = createJar()): Promise<string> => {
  const { location } = await comeBack(await provider.signIn(await begin(saleId, jar), sub), jar);
  expect(location).toMatch(new RegExp(`^${web}/sales/${saleId}#member=[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
  return location.split('#member=')[1]!;
};
const failedAt = (saleId: string): string => `${web}/sales/${saleId}#login=failed`;
const unavailableAt = (saleId: string): string => `${web}/sales/${saleId}#login=unavailable`;

describe('a login', () => {
  it('leads through the provider back to the page, with a token in the fragment that is good for a place', async () => {
    const saleId = await withLogin();
    const jar = createJar();
    const started = await visit(`/api/sales/${saleId}/login`, jar);
    expect(started.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^sunbeon-login=\S+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/),
    ]);
    const asked = new URL(started.location).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      scope: 'openid',
      code_challenge_method: 'S256',
      redirect_uri: `${web}/api/login/callback`,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)!.length).toBeGreaterThanOrEqual(43);
    const back = await provider.signIn(started.location, ada.sub);
    expect(back.origin + back.pathname).toBe(`${web}/api/login/callback`);
    const ended = await comeBack(back, jar);
    expect([ended.status, ended.headers.get('cache-control'), ended.text]).toEqual([302, 'private, no-store', '']);
    expect(ended.headers.getSetCookie()).toEqual(['sunbeon-login=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax']);
    const joined = await join(saleId, ended.location.split('#member=')[1]);
    expect([joined.status, joined.body.visitor.visitorId]).toEqual([
      201,
      memberVisitorOf(memberSecret)(saleId, { iss: provider.issuer, sub: ada.sub }),
    ]);
  });

  it('makes one visitor of a member on two devices, and another one of another member', async () => {
    const saleId = await withLogin();
    const [first, second] = [await join(saleId, await signIn(saleId, ada)), await join(saleId, await signIn(saleId, ada))];
    const other = await join(saleId, await signIn(saleId, bob));
    expect([first, second, other].map(({ status, body }) => [status, body.visitor.seq])).toEqual([
      [201, 1],
      [200, 1],
      [201, 2],
    ]);
    expect(second.body.visitor.visitorId).toBe(first.body.visitor.visitorId);
    expect((await apiAt(base(), second.body.token).place(saleId)).body).toMatchObject({ state: 'waiting', seq: 1 });
    expect(await lineOf(saleId)).toBe(2);
  });

  it('is good for its sale alone', async () => {
    const [one, other] = [await withLogin(), await withLogin()];
    expect((await join(other, await signIn(one, ada))).body.code).toBe('invalid_member');
  });

  it('is named by the refusal of a join without one, where there is one', async () => {
    const [saleId, byShop] = [await withLogin(), await saleWith(inline)];
    for (const member of [undefined, 'junk']) {
      const code = member === undefined ? 'member_required' : 'invalid_member';
      expect((await join(saleId, member)).body).toMatchObject({ status: 401, code, loginUrl: `/api/sales/${saleId}/login` });
      const refused = await join(byShop, member);
      expect([refused.status, refused.body.code, 'loginUrl' in refused.body]).toEqual([401, code, false]);
    }
  });

  it('is refused for a sale without it, and for none', async () => {
    for (const [saleId, code] of [
      [await saleWith(inline), 'no_login'],
      [await saleWith({ login: 'oidc' }, { identity: 'none' }), 'no_login'],
      [newSaleId(), 'sale_not_found'],
    ] as const) {
      const { status, text, headers } = await visit(`/api/sales/${saleId}/login`, createJar());
      expect([status, (JSON.parse(text) as Problem).code, headers.getSetCookie()]).toEqual([404, code, []]);
    }
  });
});

describe('the way back from the provider', () => {
  const started = async () => {
    const [saleId, jar] = [await withLogin(), createJar()];
    return { saleId, jar, url: await begin(saleId, jar) };
  };

  it('is refused with another nonce than that of the login', async () => {
    const { saleId, jar, url } = await started();
    const other = new URL(url);
    other.searchParams.set('nonce', 'n'.repeat(43));
    expect((await comeBack(await provider.signIn(other.href, eve.sub), jar)).location).toBe(failedAt(saleId));
  });

  it.each<[string, (back: URL, saleId: string) => void]>([
    ['another state', (back, saleId) => back.searchParams.set('state', `${saleId}.${'s'.repeat(43)}`)],
    ['no state', (back) => back.searchParams.delete('state')],
    ['two states', (back) => back.searchParams.append('state', back.searchParams.get('state')!)],
    ['another code', (back) => back.searchParams.set('code', 'c'.repeat(43))],
    ['no code', (back) => back.searchParams.delete('code')],
    ['two codes', (back) => back.searchParams.append('code', 'c'.repeat(43))],
    ['another issuer', (back) => back.searchParams.set('iss', 'https://evil.example')],
    [
      'a refusal',
      (back) =>
        (back.search = new URLSearchParams({
          error: 'access_denied',
          state: back.searchParams.get('state')!,
          iss: provider.issuer,
        }).toString()),
    ],
  ])('is refused with %s', async (_, change) => {
    const { saleId, jar, url } = await started();
    const back = await provider.signIn(url, eve.sub);
    change(back, saleId);
    const { status, location } = await comeBack(back, jar);
    expect([status, location]).toEqual([302, failedAt(saleId)]);
    expect(jar.header()).toEqual({});
  });

  it('is refused without the cookie of the browser that began, and with that of another', async () => {
    const [mine, other] = [await started(), await started()];
    const back = await provider.signIn(mine.url, eve.sub);
    expect((await comeBack(back, createJar())).location).toBe(failedAt(mine.saleId));
    expect((await comeBack(back, other.jar)).location).toBe(failedAt(other.saleId));
  });

  it('is refused with the code of another login: it has another verifier', async () => {
    const [mine, other] = [await started(), await started()];
    const [back, theirs] = [await provider.signIn(mine.url, eve.sub), await provider.signIn(other.url, ada.sub)];
    back.searchParams.set('code', theirs.searchParams.get('code')!);
    expect((await comeBack(back, mine.jar)).location).toBe(failedAt(mine.saleId));
  });

  it('is taken once: a second time, even with the cookie of before, there is no token', async () => {
    const { saleId, jar, url } = await started();
    const back = await provider.signIn(url, eve.sub);
    const before = jar.header();
    expect((await comeBack(back, jar)).location).toContain('#member=');
    expect((await comeBack(back, jar)).location).toBe(failedAt(saleId));
    expect((await visit(back.pathname + back.search, createJar(), before)).location).toBe(failedAt(saleId));
  });

  it.each([
    '',
    '?state=x',
    '?state=https://evil.example/.x',
    '?state=//evil.example',
    '?state=..%2f..%2fevil.x',
    '?state=a%0d%0alocation:%20https://evil.example.x',
    '?state=@evil.example.x&code=1',
    '?state=sale.x&redirect_uri=https://evil.example&returnUrl=https://evil.example&next=//evil.example',
  ])('sends nobody elsewhere: %j', async (query) => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
      origin: 'http://shop.test',
    };
    const { status, location } = await visit(`/api/login/callback${query}`, createJar(), headers);
    expect([status, new URL(location).origin]).toEqual([302, web]);
    expect(location).not.toContain('evil.example');
  });

  it('nor does the begin of a login', async () => {
    const saleId = await withLogin();
    const query = '?redirect_uri=https://evil.example&returnUrl=https://evil.example&state=evil';
    const { location } = await visit(`/api/sales/${saleId}/login${query}`, createJar(), { 'x-forwarded-host': 'evil.example' });
    expect(new URL(location).origin).toBe(provider.issuer);
    expect(location).not.toContain('evil');
  });
});

describe('a member token of the shop', () => {
  it('gives 40 joins at once from 40 devices one place', async () => {
    const saleId = await saleWith(inline);
    const tokens = Array.from({ length: 40 }, (_, i) => shopToken('ada', { device: i % 2 === 0 ? 0 : i }));
    const joined = await Promise.all(tokens.map((token) => join(saleId, token)));
    expect(joined.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 39 }, () => 200), 201]);
    expect(new Set(joined.map(({ body }) => `${body.visitor.visitorId} ${body.visitor.seq}`)).size).toBe(1);
    expect(await lineOf(saleId)).toBe(1);
  });

  it('is not asked of who has a place, also when the setting comes later', async () => {
    const saleId = await saleWith(inline, { identity: 'none' });
    const early = await join(saleId);
    await valueOf('change', operatorAt(base()).change(saleId, { identity: 'member' }));
    for (const member of [undefined, 'junk', shopToken('bob')]) {
      const again = await join(saleId, member, early.body.token);
      expect([again.status, again.body.visitor.seq]).toEqual([200, 1]);
    }
    expect((await join(saleId)).body.code).toBe('member_required');
  });

  it('is judged by a changed setting at the next join', async () => {
    const saleId = await saleWith(inline);
    expect((await join(saleId, shopToken('ada'))).status).toBe(201);
    await valueOf('change', operatorAt(base()).change(saleId, { members: { ...inline, audience: 'other' } }));
    expect((await join(saleId, shopToken('bob'))).body.code).toBe('invalid_member');
    expect((await join(saleId, shopToken('bob', { aud: 'other' }))).status).toBe(201);
  });

  it('that is forged is refused, with the same answer', async () => {
    const saleId = await saleWith(inline);
    const [head, body] = shopToken('ada').split('.') as [string, string];
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const forged = [
      `${none}.${body}.`,
      `${head}.${body}.`,
      signedBy(newShopKey('ES256', 'shop-key'), { iss: shop.issuer, aud: shop.audience, sub: 'ada', exp: Date.now() / 1_000 + 60 }),
      shopToken('ada', { exp: Date.now() / 1_000 - 6 }),
      shopToken('ada', { exp: Date.now() / 1_000 + 700 }),
      shopToken('ada', { aud: 'other' }),
      'ünïcode',
      'x'.repeat(2_048),
    ];
    const answers = await Promise.all(forged.map((token) => join(saleId, token)));
    expect(new Set(answers.map(({ body: problem }) => JSON.stringify(problem)))).toEqual(new Set([JSON.stringify(answers[0]!.body)]));
    expect(answers[0]!.body).toMatchObject({ status: 401, code: 'invalid_member' });
    expect((await join(saleId, 'x'.repeat(2_049))).body.code).toBe('invalid_request');
    expect(await lineOf(saleId)).toBe(0);
  });

  it('is verified by keys at an address, which goes inside only where that is allowed by name', async () => {
    expect((await join(await saleWith({ ...shop, jwksUri: allowed.url }), shopToken('ada'))).status).toBe(201);
    const inside = [forbidden.url, forbidden.url.replace('127.0.0.1', 'localhost'), redirecting.url];
    for (const jwksUri of inside) {
      const { status, body, headers } = await join(await saleWith({ ...shop, jwksUri }), shopToken('ada'));
      expect([jwksUri, status, body.code, Number(headers.get('retry-after'))]).toEqual([jwksUri, 503, 'unavailable', expect.any(Number)]);
    }
    expect(redirecting.asked()).toBeGreaterThan(0);
    expect(forbidden.asked()).toBe(0);
  });

  it('is refused for a while when its shop is away, and who has a place goes on', async () => {
    const port = await freePort();
    const away = `http://127.0.0.1:${port}/jwks`;
    const saleId = await saleWith(inline);
    const early = await join(saleId, shopToken('ada'));
    await valueOf('change', operatorAt(base()).change(saleId, { members: { ...shop, jwksUri: away } }));
    expect((await join(saleId, shopToken('bob'))).status).toBe(503);
    const again = await join(saleId, shopToken('ada'), early.body.token);
    expect([again.status, again.body.visitor.seq]).toEqual([200, 1]);
    expect((await apiAt(base(), early.body.token).place(saleId)).status).toBe(200);
  });
});

describe('a provider that is away', () => {
  it('sends people back to the page, and those who are in line go on; when it is back, so are logins', async () => {
    const saleId = await withLogin();
    const early = await join(saleId, await signIn(saleId, ada));
    const jar = createJar();
    const back = await provider.signIn(await begin(saleId, jar), bob.sub);
    await provider.stop();
    expect((await comeBack(back, jar)).location).toBe(unavailableAt(saleId));
    const { child } = stack.processes.get('gateway-0')!;
    child.kill('SIGKILL');
    await once(child, 'exit');
    stack.startService('gateway-0');
    await stack.ready('gateway-0');
    const fresh = (): Promise<Response> => fetch(`${stack.gateways[0]}/api/sales/${saleId}/login`, { redirect: 'manual' });
    expect((await fresh()).headers.get('location')).toBe(unavailableAt(saleId));
    expect((await join(saleId, undefined, early.body.token)).status).toBe(200);
    await provider.start();
    await until('the provider is found again', async () => (await fresh()).headers.get('location')!.startsWith(provider.issuer));
    expect((await join(saleId, await signIn(saleId, bob))).status).toBe(201);
  });
});
