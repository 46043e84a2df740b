import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSale, operator, saleOf } from '../fixtures/client.ts';
import { freePort } from '../fixtures/stack.mjs';
import { expectState, open, stateOf, web } from './page.ts';
import { startWeb } from './start.ts';
import { allow, expect, expected, test } from './strict.ts';

/** The gateway, which takes every request; the answers of joins are lost while `isLossy`. */
let isLossy = false;
let joins = 0;
let gateway: Server;
let page: ChildProcess;
let address: string;

test.beforeAll(async () => {
  const target = new URL(process.env['TEST_GATEWAYS']!);
  gateway = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const isJoin = method === 'POST' && url!.endsWith('/queue');
    if (isJoin) joins += 1;
    const own = { ...headers, ...(headers.origin === undefined ? {} : { origin: web() }) };
    const asked = request({ host: target.hostname, port: target.port, method, path: url, headers: own }, (answer) => {
      if (isJoin && isLossy) return void incoming.socket.destroy();
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  gateway.on('upgrade', (_, socket) => socket.destroy());
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  const port = await freePort();
  address = `http://localhost:${port}`;
  page = await startWeb(mkdtempSync(join(tmpdir(), 'lost-joins-')), port, `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
});
test.beforeEach(() => {
  isLossy = true;
  joins = 0;
});
test.afterAll(async () => {
  page.kill('SIGTERM');
  if (page.exitCode === null) await once(page, 'exit');
  gateway.closeAllConnections();
  gateway.close();
});

const standing = async (settings: Record<string, unknown> = {}): Promise<string> => {
  const saleId = await createSale(settings);
  await operator.pause(saleId);
  return saleId;
};

test('without scripts a join whose answer was lost says so, and pressed again it is the same place, also for a code that is good once', async ({
  browser,
}) => {
  const saleId = await standing({ access: 'code' });
  await operator.makeCodes(saleId, { codes: ['SECRET2026X'] });
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  const plain = await context.newPage();
  const press = async () => {
    await plain.locator('noscript input[name=code]').fill('secret-2026x');
    await plain.getByTestId('plain-join').click();
  };
  await plain.goto(`${address}/sales/${saleId}`);
  const intent = await plain.locator('noscript input[name=intent]').getAttribute('value');
  await press();
  await expect(plain).toHaveURL(`${address}/sales/${saleId}?refused=unavailable`);
  await expect(plain.locator('noscript [role=alert]')).toContainText('does not answer now');
  await expect(plain.locator('noscript input[name=intent]')).toHaveValue(intent!);
  expect(joins).toBe(4);
  // Another person, by the address of the first one's page.
  const other = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await other.goto(plain.url());
  await expect(other.locator('noscript input[name=intent]')).not.toHaveValue(intent!);
  await other.context().close();
  isLossy = false;
  await press();
  await expect(plain).toHaveURL(`${address}/sales/${saleId}/place`);
  await expect(plain.getByTestId('plain-position')).toHaveText('1');
  expect((await saleOf(saleId)).waiting).toBe(1);
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('sunbeon-join');
  await context.close();
});

test('a join of the script whose answer was lost is the same place after a reload', async ({ page: seen }) => {
  const saleId = await standing();
  allow(seen, expected.network);
  await open(seen, saleId, address);
  await seen.getByTestId('join-button').click();
  await expect(seen.getByRole('alert').filter({ hasText: '지금은 매표소가 응답하지 않습니다' })).toBeVisible();
  expect((await saleOf(saleId)).waiting).toBe(1);
  isLossy = false;
  await open(seen, saleId, address);
  await seen.getByTestId('join-button').click();
  await expect(seen.getByTestId('position')).toHaveAttribute('data-position', '1');
  expect((await saleOf(saleId)).waiting).toBe(1);
});

test('pressed before the script runs, and again by the script while no answer came, it is one place', async ({ page: seen }) => {
  const saleId = await standing();
  allow(seen, expected.network);
  let runs = (): void => undefined;
  const script = new Promise<void>((resolve) => (runs = resolve));
  await seen.route(/\/_next\/static\/.*\.js/, async (route) => {
    await script;
    await route.continue();
  });
  let formPosted = false;
  await seen.route(`**/sales/${saleId}/join`, async (route) => {
    // Without this browser's cookies: the answer is lost, and the cookie with it.
    const { postData, headers } = { postData: route.request().postData()!, headers: await route.request().allHeaders() };
    const form = {
      method: 'POST',
      body: postData,
      headers: { 'content-type': headers['content-type']!, origin: web() },
      redirect: 'manual',
    };
    expect((await fetch(`${web()}/sales/${saleId}/join`, form as RequestInit)).status).toBe(303);
    formPosted = true;
    // The browser stays where it is.
    await route.fulfill({ status: 204 });
  });
  await seen.goto(`${web()}/sales/${saleId}`, { waitUntil: 'commit' });
  await expectState(seen, 'join');
  await expect(stateOf(seen)).not.toHaveAttribute('data-ready');
  await seen.evaluate(() => setTimeout(() => document.querySelector<HTMLElement>('[data-testid=join-button]')!.click()));
  await expect.poll(() => formPosted).toBe(true);
  expect((await saleOf(saleId)).waiting).toBe(1);
  runs();
  await expect(stateOf(seen)).toHaveAttribute('data-ready');
  await seen.getByTestId('join-button').click();
  await expect(seen.getByTestId('position')).toHaveAttribute('data-position', '1');
  expect((await saleOf(saleId)).waiting).toBe(1);
});
