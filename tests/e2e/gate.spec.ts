import type { Page } from '@playwright/test';
import { allow, expect, expected, test } from './strict.ts';
import { createSale, joinAs, operator, saleOf } from '../fixtures/client.ts';
import { englishPage, expectState, join, open, web } from './page.ts';
import { startShop, type SmallShop } from './shop.ts';

let saleId = '';
let shop: SmallShop;
test.beforeAll(async () => {
  shop = await startShop({ saleId: () => saleId });
});
test.afterAll(() => shop.stop());

const createGate = async (settings: Record<string, unknown> = {}, entry = shop.entry): Promise<string> =>
  (saleId = await createSale({
    kind: 'gate',
    stock: undefined,
    returnUrls: [entry],
    admitPerSecond: 5,
    title: '쇼핑몰 앞의 줄',
    ...settings,
  }));
const openFor = (page: Page, returnUrl: string) => page.goto(`${web()}/sales/${saleId}?returnUrl=${encodeURIComponent(returnUrl)}`);
const inShop = (page: Page, address: string) => expect(page.locator('#shop')).toHaveText(address, { timeout: 20_000 });
/** Counts the requests for a ticket. */
const watchTickets = (page: Page): (() => number) => {
  let asked = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/queue/me/pass')) asked += 1;
  });
  return () => asked;
};

test('from the shop to the line, in, back by the history, in again, and thanks at the end', async ({ page }) => {
  await createGate({ activeLimit: 1 });
  const first = shop.passes.length;
  const asked = watchTickets(page);
  await page.goto(`${shop.entry}/seat?row=3&row=%204`);
  await expectState(page, 'join');
  await page.getByTestId('join-button').click();
  await expectState(page, 'entering');
  await expect(page.getByRole('heading', { name: '입장하실 차례입니다' })).toBeVisible();
  await expect(page.getByTestId('shop-host')).toHaveText(new URL(shop.entry).host);
  await expect(page.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'counting');
  expect(asked()).toBe(0);
  // Automatic redirect, to the `returnUrl` of the shop.
  await inShop(page, '/tickets/seat?row=3&row=%204');
  expect([asked(), shop.passes.length]).toEqual([1, first + 1]);

  await page.goBack();
  await expectState(page, 'entering');
  await expect(page.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'ready');
  await page.waitForTimeout(5_000);
  expect(asked()).toBe(1);
  await page.reload();
  await expect(page.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'ready');
  await page.waitForTimeout(4_000);
  expect(asked()).toBe(1);
  await page.getByTestId('shop-link').click();
  await inShop(page, '/tickets/seat?row=3&row=%204');
  expect(asked()).toBe(2);

  await page.goBack();
  await expectState(page, 'entering');
  const passId = shop.passes.at(-1)!;
  const before = Date.parse((await saleOf(saleId)).serverTime);
  const extended = await shop.api.extend(passId);
  expect(extended.ok && Date.parse(extended.value.expiresAt)).toBeGreaterThan(before);
  allow(page, expected.refused);
  await page.getByTestId('leave-button').click();
  await page.getByTestId('leave-confirm').click();
  await expect(page.getByRole('alert').filter({ hasText: '이미 쇼핑몰에 입장하셔서' })).toBeVisible();

  await shop.api.complete(passId, { outcome: 'purchased', reference: 'order 7', quantity: 2 });
  await expectState(page, 'completed');
  await expect(page.getByRole('heading', { name: '감사합니다' })).toBeVisible();
  await page.reload();
  await expectState(page, 'completed');
  await page.getByTestId('rejoin-button').click();
  await expectState(page, 'entering');
  await expect(page.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'counting');
  expect(await saleOf(saleId)).toMatchObject({ completed: 1, abandoned: 0 });
});

test('the address of the shop is kept through the wait: a refresh, the other language, leaving and coming back, a second tab @long', async ({
  page,
}) => {
  await createGate({ admitPerSecond: 0.0001 });
  await joinAs(saleId);
  await openFor(page, `${shop.entry}/far?x=1`);
  await join(page);
  await page.reload();
  await expect(page.getByTestId('position')).toBeVisible();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByTestId('leave-button').click();
  await page.getByTestId('leave-confirm').click();
  await expectState(page, 'left');
  await page.getByTestId('rejoin-button').click();
  await expectState(page, 'waiting');
  expect(new URL(page.url()).searchParams.get('returnUrl')).toBe(`${shop.entry}/far?x=1`);
  const second = await page.context().newPage();
  await open(second, saleId);
  await expectState(second, 'waiting');
  await page.close();
  await operator.change(saleId, { admitPerSecond: 50 });
  await inShop(second, '/tickets/far?x=1');
});

test('of two tabs one goes by itself, and the other keeps the link', { tag: '@long' }, async ({ page }) => {
  await createGate({ admitPerSecond: 0.0001 });
  await joinAs(saleId);
  await openFor(page, `${shop.entry}/two`);
  await join(page);
  const second = await page.context().newPage();
  await openFor(second, `${shop.entry}/two`);
  await expectState(second, 'waiting');
  const asked = [watchTickets(page), watchTickets(second)];
  await operator.change(saleId, { admitPerSecond: 50 });
  await expect.poll(() => asked.reduce((sum, count) => sum + count(), 0), { timeout: 20_000 }).toBe(1);
  const stays = asked[0]!() === 1 ? second : page;
  await expect(stays.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'ready');
  await stays.waitForTimeout(4_000);
  expect(asked.reduce((sum, count) => sum + count(), 0)).toBe(1);
});

const tricks = (entry: string): string[] => {
  const { host } = new URL(entry);
  return [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    'javascript:alert(document.domain)',
    `http://${host}@evil.example/tickets`,
    `${entry}/../../evil`,
    `${entry}/%2e%2e/admin`,
    `http://${host}.evil.example/tickets`,
    ` ${entry}`,
    `${entry}%5c..%5cx`,
    'data:text/html,<script>alert(1)</script>',
    '',
  ];
};

const evil = '[href*="evil"], [action*="evil"], [src*="evil"], meta[http-equiv], [href^="javascript:"], [href^="data:"]';

test('an address that the sale does not allow leads nowhere: not by itself, and not by the link', { tag: '@long' }, async ({ page }) => {
  test.slow();
  allow(page, expected.refused);
  await createGate();
  const foreign: string[] = [];
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && !['localhost', '127.0.0.1'].includes(hostname)) foreign.push(request.url());
  });
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => foreign.push('a dialog')));
  const [first = '', ...others] = tricks(shop.entry);
  await openFor(page, first);
  await page.getByTestId('join-button').click();
  // One automatic redirect, to the first of `returnUrls`.
  await inShop(page, '/tickets');
  for (const trick of others) {
    await openFor(page, trick);
    await expect(page.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'ready');
    await expect(page.getByTestId('shop-host')).toHaveText(new URL(shop.entry).host);
    expect(await page.locator(evil).count(), trick).toBe(0);
    await page.getByTestId('shop-link').click();
    await inShop(page, '/tickets');
  }
  expect(foreign).toEqual([]);
});

test('without scripts an address leads nowhere either', async ({ browser }) => {
  await createGate();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  for (const trick of tricks(shop.entry)) {
    await openFor(page, trick);
    await expect(page.getByTestId('sale-title')).toBeVisible();
    expect(await page.locator(evil).count(), trick).toBe(0);
    expect(new URL(page.url()).origin).toBe(web());
  }
  await context.close();
});

test(
  'a browser that the shop cannot recognise is sent there once, and does not go round in circles',
  { tag: '@long' },
  async ({ page }) => {
    const forgetful = await startShop({ saleId: () => saleId, forgetful: true });
    await createGate({}, forgetful.entry);
    await page.goto(forgetful.entry);
    await page.getByTestId('join-button').click();
    await expect.poll(() => forgetful.tickets.length, { timeout: 20_000 }).toBe(1);
    await expectState(page, 'entering');
    await expect(page.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'ready');
    await page.waitForTimeout(8_000);
    expect(forgetful.tickets).toHaveLength(1);
    await forgetful.stop();
  },
);

test(
  'a browser that keeps neither cookie nor storage never goes by itself, and is told what the shop needs',
  { tag: '@long' },
  async ({ page }) => {
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('refused', 'SecurityError');
          },
        });
      Object.defineProperty(navigator, 'cookieEnabled', { get: () => false });
    });
    await createGate();
    const asked = watchTickets(page);
    await openFor(page, shop.entry);
    await page.getByTestId('join-button').click();
    await expectState(page, 'entering');
    await expect(page.getByTestId('tab-only')).toContainText('쿠키를 허용해');
    await page.waitForTimeout(5_000);
    expect(asked()).toBe(0);
    await page.getByTestId('shop-link').click();
    await expect(page).toHaveURL(new RegExp(`^${shop.entry}`));
  },
);

test('after twenty tickets the page says so, and leads nowhere', { tag: '@long' }, async ({ page }) => {
  allow(page, expected.refused);
  await createGate();
  await openFor(page, shop.entry);
  await page.getByTestId('join-button').click();
  await inShop(page, '/tickets');
  await page.goBack();
  await expect(page.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'ready');
  const spent = await page.evaluate(async (id) => {
    const answers: number[] = [];
    for (let i = 0; i < 19; i += 1)
      answers.push(
        (await fetch(`/api/sales/${id}/queue/me/pass`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }))
          .status,
      );
    return answers;
  }, saleId);
  expect(spent).toEqual(Array.from({ length: 19 }, () => 201));
  await page.getByTestId('shop-link').click();
  await expect(page.getByRole('alert').filter({ hasText: '횟수를 모두 쓰셨습니다' })).toBeVisible();
  await expect(page.getByTestId('shop-link')).toHaveCount(0);
  await expectState(page, 'entering');
});

test(
  'a visit that the shop ends without an order is said to be over, with the way back to the end of the line',
  { tag: '@long' },
  async ({ browser }) => {
    await createGate();
    const page = await englishPage(browser);
    await openFor(page, `${shop.entry}/en`);
    await page.getByTestId('join-button').click();
    await inShop(page, '/tickets/en');
    await page.goBack();
    await expectState(page, 'entering');
    await shop.api.complete(shop.passes.at(-1)!, { outcome: 'abandoned' });
    await expectState(page, 'completed');
    await expect(page.getByRole('heading', { name: 'Your visit is over' })).toBeVisible();
    await page.getByTestId('rejoin-button').click();
    await expectState(page, 'entering');
    await page.context().close();
  },
);

test('where the shop takes the payment, a hold leads there; only the shop confirms it @long', async ({ page }) => {
  saleId = await createSale({ admitPerSecond: 5, stock: 10, confirmBy: 'shop', returnUrls: [shop.entry] });
  await openFor(page, `${shop.entry}/pay`);
  await page.getByTestId('join-button').click();
  await expectState(page, 'buying');
  await expect(page.getByTestId('buy-button')).toHaveCount(0);
  await page.getByTestId('hold-button').click();
  await expectState(page, 'paying');
  for (const name of ['confirm-button', 'release-button', 'leave-button', 'buy-button'])
    await expect(page.getByTestId(name)).toHaveCount(0);
  await expect(page.getByTestId('held-quantity')).toHaveText('1장');
  await inShop(page, '/tickets/pay');
  const status = await shop.api.pass(shop.passes.at(-1)!);
  const hold = status.ok ? status.value.hold : undefined;
  expect(hold).toMatchObject({ quantity: 1 });
  await page.goBack();
  await expectState(page, 'paying');
  await expect(page.getByTestId('enter-shop')).toHaveAttribute('data-phase', 'ready');
  await shop.api.confirm(saleId, hold!.holdId);
  await expectState(page, 'purchased');
  await expect(page.getByTestId('purchase-id')).toContainText('p_');
  expect((await saleOf(saleId)).stock).toMatchObject({ sold: 1, held: 0 });
});

test('a press before the script has arrived leads to the address that the shop asked for', async ({ page }) => {
  await createGate({ returnUrls: [`${shop.entry}/first`, shop.entry] });
  allow(page, expected.network);
  let blocked = true;
  await page.route(/\/_next\/static\/.*\.js/, (route) => (blocked ? route.abort() : route.continue()));
  await page.goto(`${shop.entry}/seat?row=3&row=%204`, { waitUntil: 'commit' });
  await expectState(page, 'join');
  await page.route(`**/sales/${saleId}/join`, (route) => {
    blocked = false;
    return route.continue();
  });
  await page.getByTestId('join-button').click();
  await inShop(page, '/tickets/seat?row=3&row=%204');
});

test('without scripts the way from the shop is kept on every page of the wait', async ({ browser }) => {
  await createGate();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const wanted = `${shop.entry}/seat?row=3&row=%204`;
  const expectKept = (path: string) => expect(page).toHaveURL(`${web()}/sales/${saleId}${path}?returnUrl=${encodeURIComponent(wanted)}`);
  await page.goto(wanted);
  await page.getByTestId('plain-join').click();
  await expectKept('/place');
  await page.getByTestId('plain-refresh').click();
  await expectKept('/place');
  await page.locator('main a').last().click();
  await expectKept('');
  await page.getByTestId('plain-place').click();
  await expectKept('/place');
  await context.close();
});
