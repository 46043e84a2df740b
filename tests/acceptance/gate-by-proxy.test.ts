import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiAt, joinAs, operatorAt, valueOf } from '../fixtures/client.ts';
import { adminToken, freePort, shopKey, startStack, until, type Stack } from '../fixtures/stack.mjs';

const root = join(import.meta.dirname, '../..');
const webUrl = 'http://localhost:3999';
const programs = { nginx: '/usr/sbin/nginx', caddy: '/usr/bin/caddy' } as const;

let stack: Stack;
const running: ChildProcess[] = [];
beforeAll(async () => {
  stack = await startStack({ env: { WEB_URL: webUrl, PUBLIC_URL: 'http://sunbeon.test' } });
});
afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await stack.stop();
});

const startExample = async (name: keyof typeof programs, sale: string): Promise<number> => {
  const [proxyPort, shopPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [`examples/${name}/start.mjs`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PATH: `${process.env['PATH']}:/usr/sbin`,
      GATEWAY_URL: stack.gateways[0]!,
      WEB_URL: webUrl,
      ADMIN_TOKEN: adminToken,
      SHOP_KEY: shopKey,
      SALE: sale,
      PROXY_PORT: String(proxyPort),
      SHOP_PORT: String(shopPort),
    },
  });
  running.push(child);
  await until(`${name} to answer`, async () => (await ask(proxyPort, '/', {})).status === 401);
  return proxyPort;
};

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}
type Headers = Record<string, string | string[]>;
const navigation = { 'sec-fetch-mode': 'navigate', accept: 'text/html' };

/** A request of a browser or an attacker: headers and path are sent unchanged. */
const ask = (port: number, path: string, headers: Headers, { method = 'GET', body = '' } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        headers: { host: `localhost:${port}`, ...(body === '' ? {} : { 'content-length': String(body.length) }), ...headers },
      },
      (response) => {
        let text = '';
        response.on('data', (data) => (text += String(data)));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      },
    );
    outgoing.on('error', reject).end(body);
  });

/** Joins, waits for the turn, asks for a ticket: the address to go to. */
const wayIn = async (sale: string, returnUrl: string): Promise<{ url: string; visitorId: string }> => {
  const base = stack.gateways[0]!;
  const { token, visitor, place } = await joinAs(sale, base);
  await until('the turn', async () => (await place()).body.state === 'admitted');
  const { url } = await valueOf('ticket', apiAt(base, token).ticket(sale, { returnUrl }));
  return { url, visitorId: visitor.visitorId };
};
const cookieOf = ({ headers }: Answer): string => (headers['set-cookie'] as string[])[0]!.split(';')[0]!;
const pathOf = (url: string): string => url.slice(url.indexOf('/', 8));
const roomFor = (sale: string, address: string) => `${webUrl}/sales/${sale}?returnUrl=${encodeURIComponent(address)}`;

describe.each(['nginx', 'caddy'] as const)('a shop behind %s', (name) => {
  const sale = `behind-${name}`;
  let port: number;
  let shop: string;
  let cookie: string;
  let visitorId: string;
  beforeAll(async () => {
    if (!existsSync(programs[name])) throw new Error(`${name} is not installed: apt-get install nginx-light caddy`);
    port = await startExample(name, sale);
    shop = `http://localhost:${port}`;
  });
  const seen = async (headers: Headers, options = {}) =>
    JSON.parse((await ask(port, '/seen', headers, options)).text) as { method: string; headers: Record<string, string>; body: string };

  it('sends a navigation to the waiting page with the address it came for', async () => {
    const answer = await ask(port, '/seats/12?row=a&b=%20%2F', navigation);
    expect([answer.status, answer.headers['location'], answer.headers['set-cookie']]).toEqual([
      302,
      roomFor(sale, `${shop}/seats/12?row=a&b=%20%2F`),
      undefined,
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('answers a call 401 with a problem, also of a WebSocket and with a body', async () => {
    const calls: [Headers, object][] = [
      [{ 'sec-fetch-mode': 'cors' }, {}],
      [{}, { method: 'POST', body: 'x'.repeat(10_000) }],
      [{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }, {}],
    ];
    for (const [headers, options] of calls) {
      const answer = await ask(port, '/seen', headers, options);
      expect([answer.status, answer.headers['content-type']]).toEqual([401, expect.stringContaining('application/problem+json')]);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'pass_required', status: 401, roomUrl: `${webUrl}/sales/${sale}` });
    }
  });

  it('changes a ticket into a cookie and redirects to the address without it', async () => {
    const way = await wayIn(sale, `${shop}/seats?row=a&b=%20`);
    visitorId = way.visitorId;
    const notByPost = await ask(
      port,
      pathOf(way.url),
      { ...navigation, 'x-forwarded-method': 'GET', 'x-original-method': 'GET' },
      { method: 'POST' },
    );
    expect([notByPost.status, notByPost.headers['set-cookie']]).toEqual([401, undefined]);
    const answer = await ask(port, pathOf(way.url), navigation);
    expect([answer.status, answer.headers['location']]).toEqual([302, `${shop}/seats?row=a&b=%20`]);
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^sunbeon-pass\\.${sale}=\\S+; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Lax$`)),
    ]);
    cookie = cookieOf(answer);
    const again = await ask(port, pathOf(way.url), navigation);
    expect([again.headers['location'], again.headers['set-cookie']]).toEqual([roomFor(sale, `${shop}/seats?row=a&b=%20`), undefined]);
  });

  it('lets in with the cookie, and gives the shop the ids of visitor and pass', async () => {
    const body = 'y'.repeat(20_000);
    const { method, headers, body: came } = await seen({ cookie: `a=b; ${cookie}` }, { method: 'POST', body });
    expect([method, came === body, headers['x-sunbeon-visitor'], headers['cookie']]).toEqual(['POST', true, visitorId, `a=b; ${cookie}`]);
    expect(headers['x-sunbeon-pass-id']).toMatch(new RegExp(`^${sale}\\.[\\w-]{22}$`));
    expect(Date.parse(headers['x-sunbeon-expires']!)).toBeGreaterThan(Date.now());
    expect((await ask(port, '/', { ...navigation, cookie })).text).toContain(visitorId);
  });

  it('strips headers of a browser in the names of Sunbeon and of proxies', async () => {
    const forged = {
      'x-sunbeon-visitor': 'forged',
      'x-sunbeon-pass-id': 'forged',
      'x-sunbeon-expires': 'forged',
      'x-sunbeon-location': 'https://forged.example/',
      X_Sunbeon_Visitor: 'forged',
      x_sunbeon_pass_id: 'forged',
      // Many shops read `_` as `-`, wherever it stands.
      'X-Sunbeon_Expires': 'forged',
      'x_sunbeon-visitor': 'forged',
      'x-sunbeon-pass_id': 'forged',
      'X-Forwarded_For': 'forged',
      'x_forwarded-host': 'forged',
      'x-original_url': 'forged',
      'x-forwarded-uri': '/forged',
      'x-forwarded-method': 'FORGED',
      'x-forwarded-host': 'forged.example',
      'x-forwarded-proto': 'forged',
      'x-forwarded-for': '203.0.113.9',
      'x-original-url': 'https://forged.example/',
      'x-original-method': 'FORGED',
    };
    const { headers } = await seen({ ...forged, cookie });
    expect([headers['x-sunbeon-visitor'], JSON.stringify(headers).match(/forged|203\.0\.113/gi)]).toEqual([visitorId, null]);
    for (const without of [forged, { ...forged, 'x-forwarded-uri': [pathOf(`${shop}/a`), '/b'] }]) {
      const answer = await ask(port, '/seen', { ...navigation, ...without });
      expect([answer.status, answer.headers['location']]).toEqual([302, roomFor(sale, `${shop}/seen`)]);
    }
    const call = await ask(port, '/seen', forged);
    expect([call.status, call.text.includes('forged')]).toEqual([401, false]);
    // Only one of the two kinds, each of which the guard would read.
    const original = { 'x-original-url': `${shop}/other`, 'x-original-method': 'GET' };
    const forwarded = {
      'x-forwarded-uri': '/other',
      'x-forwarded-method': 'GET',
      'x-forwarded-host': `localhost:${port}`,
      'x-forwarded-proto': 'https',
    };
    for (const half of [original, forwarded]) {
      const answer = await ask(port, '/mine', { ...navigation, ...half });
      expect([answer.status, answer.headers['location']]).toEqual([302, roomFor(sale, `${shop}/mine`)]);
    }
  });

  it.each([
    '//evil.example/a',
    '/\\evil.example/a',
    '/%2e%2e/%2e%2e//evil.example',
    '/.//evil.example',
    '/%5cevil.example',
    '/%2f%2fevil.example',
    '/a/..;//evil.example',
  ])('sends nobody elsewhere for the path %s', async (path) => {
    for (const headers of [navigation, { ...navigation, cookie }] as Headers[]) {
      const { status, headers: answered } = await ask(port, path, headers);
      const location = answered['location'];
      expect([
        path,
        status,
        location === undefined || String(location).startsWith(`${webUrl}/sales/${sale}?returnUrl=${encodeURIComponent(`${shop}/`)}`),
      ]).toEqual([path, expect.any(Number), true]);
      expect(status).not.toBe(200);
    }
  });

  it('refuses another host, and a pass of another sale', async () => {
    expect((await ask(port, '/', { ...navigation, host: 'evil.example', cookie })).status).not.toBe(302);
    const other = name === 'nginx' ? 'caddy' : 'nginx';
    expect((await ask(port, '/', { cookie: cookie.replaceAll(name, other) })).status).toBe(401);
    expect((await ask(port, '/', { cookie: `sunbeon-pass.${sale}=a.b.c; ${cookie}` })).status).toBe(200);
  });

  it("makes nobody else of a browser that holds a pass, and of one without only the attacker's guest, when another page opens an attacker's ticket", async () => {
    const attack = { ...navigation, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', referer: 'https://evil.example/' };
    const attacker = await wayIn(sale, `${shop}/`);
    const victim = await ask(port, pathOf(attacker.url), { ...attack, cookie });
    // The pass of its own counts, and stays; the ticket is not spent.
    expect([victim.status, victim.headers['set-cookie'], victim.text.includes(visitorId)]).toEqual([200, undefined, true]);
    const guest = await ask(port, pathOf(attacker.url), { ...attack, cookie: 'session=of-the-victim' });
    expect([guest.status, guest.headers['location']]).toEqual([302, `${shop}/`]);
    // The attacker has given his own place away: his ticket opens nothing more, and the pass is in the other browser alone.
    const attackerAgain = await ask(port, pathOf(attacker.url), navigation);
    expect([attackerAgain.headers['location'], attackerAgain.headers['set-cookie']]).toEqual([roomFor(sale, `${shop}/`), undefined]);
    // The shop learns whose place it is from the pass, and who the person is from its own session, which is the victim's still.
    const { headers } = await seen({ cookie: `session=of-the-victim; ${cookieOf(guest)}` });
    expect([headers['x-sunbeon-visitor'], headers['cookie']]).toEqual([attacker.visitorId, `session=of-the-victim; ${cookieOf(guest)}`]);
  });

  it('is closed to a visitor whose order was completed', async () => {
    const ordered = await ask(port, '/order', { ...navigation, cookie }, { method: 'POST' });
    expect([ordered.status, ordered.text]).toEqual([200, expect.stringContaining('Thank you')]);
    await until('the end', async () => (await ask(port, '/', { ...navigation, cookie })).headers['location'] === roomFor(sale, `${shop}/`));
  });
});

describe('a shop while parts of Sunbeon are away', () => {
  const [sale, unseen] = ['behind-caddy', 'never-guarded'];
  const guard = (sale_: string, headers: Headers, path = '/') =>
    ask(Number(new URL(stack.gateways[0]!).port), `/api/guard/${sale_}`, {
      'x-original-url': `${shop}${path}`,
      'x-original-method': 'GET',
      ...headers,
    });
  let shop: string;
  let inside: string;
  let ticket: string;

  it('lets visitors inside go on and order without Redis and services; a ticket gets 503, and so does a sale that the gateway never loaded', async () => {
    const base = stack.gateways[0]!;
    const { body: known } = await apiAt(base).sale(sale);
    shop = known.returnUrls![0]!.slice(0, -1);
    const settings = {
      saleId: unseen,
      title: 'Unseen',
      kind: 'gate' as const,
      returnUrls: [`${shop}/`],
      admitPerSecond: 1,
      activeLimit: 1,
    };
    await valueOf('create', operatorAt(base).create(settings));
    inside = cookieOf(await guard(sale, {}, pathOf((await wayIn(sale, `${shop}/`)).url)));
    ticket = pathOf((await wayIn(sale, `${shop}/`)).url);
    expect((await guard(sale, { cookie: inside })).status).toBe(200);

    for (const process of ['redis', 'admission-0', 'queue-0', 'purchase-0']) {
      const { child } = stack.processes.get(process)!;
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect([process, (await guard(sale, { cookie: inside })).status]).toEqual([process, 200]);
    }
    expect((await fetch(`${stack.gateways[0]!}/.well-known/jwks.json`)).status).toBe(200);
    const room = await guard(sale, navigation);
    expect([room.status, room.headers['location']]).toEqual([302, roomFor(sale, `${shop}/`)]);
    expect((await guard(sale, {})).status).toBe(401);
    const late = await guard(sale, {}, ticket);
    expect([late.status, 'retry-after' in late.headers]).toEqual([503, true]);
    expect((await guard(unseen, { cookie: inside })).status).toBe(503);
    const ordered = await ask(Number(new URL(shop).port), '/order', { ...navigation, cookie: inside }, { method: 'POST' });
    expect([ordered.status, ordered.text]).toEqual([200, expect.stringContaining('Thank you')]);
    expect((await guard(sale, { cookie: inside })).status).toBe(200);
  });
});
