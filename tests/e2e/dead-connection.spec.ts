import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { chromium } from '@playwright/test';
import { createSale, joinAs, operator } from '../fixtures/client.ts';
import { connectionOf, expectState, join, web } from './page.ts';
import { expect, test } from './strict.ts';

/** Longest time from the last frame until the page asks by other means, ms. */
const noticeWithinMs = 15_000;

/** Proxy in front of the page. After `freeze` open connections stay open and forward nothing (half-open); new ones work. */
const startFreezer = async () => {
  const port = Number(new URL(web()).port);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          open.delete(from);
          to.destroy();
        });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      for (const socket of open) {
        socket.unpipe();
        socket.pause();
      }
    },
    stop: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
};

test('a half-open connection is detected, and an admission meanwhile is claimed within a claim window of 30 s @long', async () => {
  const freezer = await startFreezer();
  const saleId = await createSale({ admitPerSecond: 0.001, claimSeconds: 30 });
  await joinAs(saleId);
  const origin = new URL(web());
  // The gateway allows the page's own origin only, so the browser is led to the proxy under that name.
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', `--host-resolver-rules=MAP ${origin.host} 127.0.0.1:${freezer.port}`],
  });
  try {
    const person = await (await browser.newContext({ locale: 'ko-KR', viewport: { width: 390, height: 844 } })).newPage();
    await person.goto(`${web()}/sales/${saleId}`);
    await join(person);
    freezer.freeze();
    await operator.change(saleId, { admitPerSecond: 50 });
    const frozenAtMs = Date.now();
    await person.waitForRequest(/\/(line|queue\/me)$/, { timeout: 28_000 });
    const noticedMs = Date.now() - frozenAtMs;
    await expectState(person, 'buying', 28_000);
    await expect(connectionOf(person)).toHaveAttribute('data-connection', 'live');
    expect(noticedMs).toBeLessThanOrEqual(noticeWithinMs);
    console.log(`  noticed ${noticedMs} ms, entered and live again ${Date.now() - frozenAtMs} ms after the last frame`);
  } finally {
    await browser.close();
    freezer.stop();
  }
});
