import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Page } from '@playwright/test';
import { createSale, joinAs, operator, saleOf } from '../fixtures/client.ts';
import { connectionOf, expectState, open, position } from './page.ts';
import { allow, expect, test } from './strict.ts';

/** Shortest time between two polls of one page, ms: 500 less the spread of a tenth. */
const pollAtLeastMs = 450;

/** A proxy as networks have them: passes requests on and refuses tunnels, by which WebSockets go, with 403 while `blocked`. */
const startProxy = async () => {
  const sockets = new Set<Socket>();
  const state = { blocked: true, refused: 0 };
  const server = createServer((near, answer) => {
    const far = request(near.url!, { method: near.method!, headers: near.headers }, (response) => {
      answer.writeHead(response.statusCode!, response.rawHeaders);
      response.pipe(answer);
    });
    far.on('error', () => answer.destroy());
    near.pipe(far);
  });
  server.on('connection', (socket) => sockets.add(socket.on('error', () => socket.destroy())));
  server.on('connect', ({ url }: IncomingMessage, near: Socket) => {
    if (state.blocked) {
      state.refused += 1;
      near.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const far = connect(Number(url!.split(':').at(-1)), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    sockets.add(far.on('error', () => near.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    state,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

/** Joins behind four others and sees the place move, by polls alone. */
const joinByPolls = async (page: Page, saleId: string): Promise<void> => {
  for (let count = 0; count < 4; count += 1) await joinAs(saleId);
  await open(page, saleId);
  await page.getByTestId('join-button').click();
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'polling');
  await expect(page.getByTestId('position')).toBeVisible();
  const place = await position(page);
  await operator.change(saleId, { admitPerSecond: 0.5 });
  await expect.poll(() => position(page)).toBeLessThan(place);
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'polling');
};
const buy = async (page: Page, saleId: string): Promise<void> => {
  await operator.change(saleId, { admitPerSecond: 50 });
  await expectState(page, 'buying', 20_000);
  await page.getByTestId('buy-button').click();
  await expect(page.getByTestId('purchase-id')).toContainText('p_');
  expect((await saleOf(saleId)).stock).toMatchObject({ sold: 1 });
};

test('without window.WebSocket a person joins, sees the place move, gets in and buys; polls are at least 450 ms apart', async ({
  page,
}) => {
  await page.addInitScript(() => void Reflect.deleteProperty(window, 'WebSocket'));
  const saleId = await createSale({ admitPerSecond: 0.001 });
  await joinByPolls(page, saleId);
  expect(await page.evaluate(() => 'WebSocket' in window)).toBe(false);
  const starts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('/line'))
      .map(({ startTime }) => startTime),
  );
  expect(starts.length).toBeGreaterThan(1);
  for (const [index, start] of starts.slice(1).entries()) expect(start - starts[index]!).toBeGreaterThanOrEqual(pollAtLeastMs);
  await buy(page, saleId);
});

test(
  'behind a proxy that refuses WebSockets the page polls, tries again, and is live once the proxy lets them through',
  { tag: '@long' },
  async ({ browser }) => {
    const proxy = await startProxy();
    try {
      const context = await browser.newContext({ locale: 'ko-KR', proxy: { server: proxy.address, bypass: '<-loopback>' } });
      const page = await context.newPage();
      allow(page, /WebSocket connection to .* failed/);
      const saleId = await createSale({ admitPerSecond: 0.001 });
      await joinByPolls(page, saleId);
      await expect.poll(() => proxy.state.refused).toBeGreaterThan(1);
      proxy.state.blocked = false;
      await expect(connectionOf(page)).toHaveAttribute('data-connection', 'live', { timeout: 20_000 });
      await buy(page, saleId);
      await context.close();
    } finally {
      proxy.stop();
    }
  },
);
