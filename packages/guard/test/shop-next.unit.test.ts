import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { room } from './guarded.ts';
import { cookieIn, navigation, rawRequest } from './raw-request.ts';
import { StandIn } from './stand-in.ts';

const root = join(import.meta.dirname, '../../..');
const shop = join(root, 'examples/shop-next');
const distDir = '.next/test';
const require = createRequire(import.meta.url);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

let standIn: StandIn;
let running: ChildProcess;
let port: number;
let output = '';
const next = (...args: string[]): ChildProcess => {
  const child = spawn(process.execPath, [require.resolve('next/dist/bin/next'), ...args], {
    cwd: shop,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NODE_OPTIONS: '',
      NEXT_TELEMETRY_DISABLED: '1',
      NEXT_DIST_DIR: distDir,
      SALE: 'concert',
      GATEWAY_URL: standIn.url,
      ROOM_URL: room,
      SHOP_KEY: standIn.shopKey,
    },
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (output += part.toString()));
  return child;
};

beforeAll(async () => {
  standIn = await StandIn.start();
  const tsc = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/guard'], {
    cwd: root,
    stdio: 'inherit',
  });
  expect(await once(tsc, 'exit')).toEqual([0, null]);
  const [code] = (await once(next('build'), 'exit')) as [number];
  if (code !== 0) throw new Error(output);
  port = await freePort();
  running = next('start', '--port', String(port), '--hostname', '127.0.0.1');
  const deadlineMs = Date.now() + 60_000;
  while (!(await rawRequest(port, '/thanks').catch(() => null))) {
    if (Date.now() > deadlineMs || running.exitCode !== null) throw new Error(output);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}, 400_000);
afterAll(async () => {
  if (running?.exitCode === null) {
    running.kill('SIGTERM');
    await once(running, 'exit');
  }
  await standIn.stop();
  rmSync(join(shop, distDir), { recursive: true, force: true });
});

const https = { 'x-forwarded-proto': 'https' };
const send = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  rawRequest(port, path, { method, headers: { ...navigation, ...headers } });

describe('examples/shop-next', () => {
  it('takes a visitor from the ticket over more time to the order, after which the pass is worth nothing', async () => {
    const outside = await send('/?a=1');
    expect([outside.status, outside.headers.location]).toEqual([
      302,
      `${room}?returnUrl=${encodeURIComponent('http://shop.example/?a=1')}`,
    ]);
    expect((await send('/', { accept: 'application/json' })).status).toBe(401);

    const entered = await send(`/?b=%2F&a=1&sunbeon_ticket=${standIn.ticket('concert', 60)}&c=%20&&=`);
    expect([entered.status, entered.headers.location]).toEqual([302, 'http://shop.example/?b=%2F&a=1&c=%20&&=']);
    let cookie = cookieIn(entered);
    expect((await send('/', { cookie })).text).toContain('>Order</button>');
    expect((await send('/', { cookie })).text).toContain('Your visit lasts until');

    const longer = await send('/more-time', { cookie }, 'POST');
    expect(longer.status).toBe(303);
    cookie = cookieIn(longer);
    const ordered = await send('/order', { cookie }, 'POST');
    expect(ordered.status).toBe(303);
    expect(ordered.cookies.join()).toMatch(/sunbeon-pass\.concert=; Path=\/; Max-Age=0/);
    expect(standIn.count('complete')).toBe(1);
    // The proxy is another bundle than the route that ended the stay, and refuses it all the same.
    expect((await send('/', { cookie })).status).toBe(302);
    expect((await send('/order', { cookie }, 'POST')).status).toBe(401);
    const thanks = await send('/thanks');
    expect(thanks.text).toContain('Thank you for your order');
    // Else the browser asks for /favicon.ico, which the guard answers 401.
    expect(thanks.text).toContain('<link rel="icon" href="data:,"');
  });

  it('knows https by the proxy in front', async () => {
    const entered = await send(`/?sunbeon_ticket=${standIn.ticket()}`, https);
    expect(cookieIn(entered)).toMatch(/^__Host-sunbeon-pass\.concert=/);
    expect((await send('/', { ...https, cookie: cookieIn(entered) })).text).toContain('Your visit lasts until');
    expect((await send('/', https)).headers.location).toBe(`${room}?returnUrl=${encodeURIComponent('https://shop.example/')}`);
  });

  it.each(['//evil.example/', '/\\evil.example/', '/\\/evil.example', '/.//evil.example'])(
    'leads from %s to no other host',
    async (path) => {
      for (const target of [path, `${path}?sunbeon_ticket=${standIn.ticket()}`]) {
        const { status, headers } = await send(target);
        expect(status).toBeGreaterThanOrEqual(300);
        // Where a browser goes that asked for this address.
        if (headers.location !== undefined)
          expect(['shop.example', 'wait.example']).toContain(new URL(headers.location, 'http://shop.example/').host);
      }
    },
  );

  it('is passed by no header that a browser writes', async () => {
    const forged = {
      'x-sunbeon-pass-id': 'concert.x',
      'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy',
      'x-middleware-next': '1',
    };
    expect((await send('/', forged)).status).toBe(302);
    expect((await send('/order', forged, 'POST')).status).toBe(401);
  });
});
