import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createShop } from '../../../examples/shop-express/shop.mjs';
import { optionsFor, room } from './guarded.ts';
import { cookieIn, navigation, portOf, rawRequest } from './raw-request.ts';
import { StandIn } from './stand-in.ts';

let standIn: StandIn;
let server: Server;
beforeAll(async () => {
  standIn = await StandIn.start();
  server = createShop(optionsFor(standIn)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await standIn.stop();
});
const send = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  rawRequest(portOf(server), path, { method, headers: { ...navigation, ...headers } });

describe('examples/shop-express', () => {
  it('takes a visitor from the ticket over more time to the order, after which the pass is worth nothing', async () => {
    expect((await send('/')).headers.location).toContain(room);
    expect((await send('/style.css')).headers['content-type']).toContain('text/css');
    let cookie = cookieIn(await send(`/?sunbeon_ticket=${standIn.ticket('concert', 60)}`));
    const page = await send('/', { cookie });
    expect(page.text).toContain('>Order</button>');
    expect(page.text).toMatch(/Your visit lasts until <time datetime="[\d-]+T[\d:.]+Z">/);

    for (const note of [null, null, 'limit']) {
      const longer = await send('/more-time', { cookie }, 'POST');
      expect([longer.status, longer.headers.location]).toEqual([303, note === null ? '/' : `/?note=${note}`]);
      cookie = cookieIn(longer) || cookie;
    }
    expect((await send('/?note=limit', { cookie })).text).toContain('cannot be extended any further');
    expect((await send('/?note=<script>', { cookie })).text).not.toContain('script');
    expect((await send('/?note=constructor', { cookie })).text).not.toContain('role="status"');

    const ordered = await send('/order', { cookie }, 'POST');
    expect([ordered.status, ordered.headers.location]).toEqual([303, '/thanks']);
    expect(ordered.cookies.join()).toMatch(/sunbeon-pass\.concert=; Path=\/; Max-Age=0/);
    expect(standIn.count('complete')).toBe(1);
    const session = ordered.cookies.find((text) => text.startsWith('shop-session='))!.split(';')[0]!;
    expect((await send('/thanks', { cookie: session })).text).toMatch(/Your order number is <strong>A-[\da-f]{8}</);
    // The order hangs on the shop's session, not on the pass.
    expect((await send('/thanks', { cookie })).text).not.toContain('A-');
    expect((await send('/', { cookie })).status).toBe(302);
    expect((await send('/order', { cookie }, 'POST')).status).toBe(401);
  });

  it('takes the order also when Sunbeon does not answer', async () => {
    const cookie = cookieIn(await send(`/?sunbeon_ticket=${standIn.ticket()}`));
    standIn.shopCalls = { status: 500 };
    expect((await send('/order', { cookie }, 'POST')).headers.location).toBe('/thanks');
    standIn.shopCalls = 'ok';
  });
});
