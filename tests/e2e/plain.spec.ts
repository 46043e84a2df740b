import type { Browser, BrowserContext, Page } from '@playwright/test';
import { createSale, joinAs, operator, saleOf, visitorOf } from '../fixtures/client.ts';
import { fast } from './door.ts';
import { expectAccessible, expectKorean, expectNoSidewaysScroll, expectState, web } from './page.ts';
import { allow, expect, expected, test } from './strict.ts';

const withoutScripts = (browser: Browser, locale = 'ko-KR'): Promise<BrowserContext> =>
  browser.newContext({ javaScriptEnabled: false, locale, viewport: { width: 360, height: 740 } });

test('without scripts a person joins by a form, sees the place, and refreshes it by a link', async ({ browser }) => {
  const saleId = await createSale({ title: '가을 콘서트 2025' });
  await operator.pause(saleId);
  const first = await joinAs(saleId);
  const context = await withoutScripts(browser);
  const page = await context.newPage();
  await page.goto(`${web()}/sales/${saleId}`);
  await expect(page.getByTestId('join-button')).toBeHidden();
  await page.getByTestId('plain-join').click();
  await expect(page).toHaveURL(`${web()}/sales/${saleId}/place`);
  await expect(page.getByTestId('plain-position')).toHaveText('2');
  await expectKorean(page);
  await expectNoSidewaysScroll(page);
  await first.leave();
  await expect(async () => {
    await page.getByTestId('plain-refresh').click();
    await expect(page.getByTestId('plain-position')).toHaveText('1', { timeout: 500 });
  }).toPass();
  // The page of the sale leads to the place, and offers no second one.
  await page.goto(`${web()}/sales/${saleId}`);
  await expect(page.getByTestId('plain-join')).toHaveCount(0);
  await page.getByTestId('plain-place').click();
  await expect(page.getByTestId('plain-position')).toHaveText('1');
  await operator.change(saleId, fast);
  await operator.resume(saleId);
  await expect(async () => {
    await page.getByTestId('plain-refresh').click();
    await expect(page.locator('main')).toContainText('차례가 되었습니다', { timeout: 500 });
  }).toPass();
  await context.close();
});

test('without scripts each refusal is told, and a sale that needs a script says so', async ({ browser }) => {
  const coded = await createSale({ access: 'code' });
  await operator.makeCodes(coded, { codes: ['SECRET2026X'] });
  const context = await withoutScripts(browser, 'en-GB');
  const page = await context.newPage();
  allow(page, expected.missing);
  await page.goto(`${web()}/sales/${coded}`);
  await page.locator('noscript input[name=code]').fill('WRONG');
  await page.getByTestId('plain-join').click();
  await expect(page.locator('noscript [role=alert]')).toContainText('code');
  await page.locator('noscript input[name=code]').fill('secret2026x');
  await page.getByTestId('plain-join').click();
  await expect(page.getByTestId('plain-refresh')).toBeVisible();
  await expect(page).toHaveURL(/\/place$/);

  const proved = await createSale({ proofOfWork: 'on' });
  await page.goto(`${web()}/sales/${proved}`);
  await expect(page.locator('noscript p').first()).toContainText('needs JavaScript');
  await expect(page.getByTestId('plain-join')).toHaveCount(0);
  await page.goto(`${web()}/sales/${proved}/place`);
  await expect(page.locator('main')).toContainText('no place in this sale');
  expect((await page.goto(`${web()}/sales/no-such-sale/place`))!.status()).toBe(404);
  await context.close();
});

/** The token of a browser's place. */
const tokenIn = async (context: BrowserContext): Promise<string> =>
  (await context.cookies()).find(({ name, path }) => name.startsWith('sunbeon_') && path.startsWith('/sales/'))!.value;

test('without scripts a person whose place has ended joins again on the page of the place', async ({ browser }) => {
  const saleId = await createSale({ title: '가을 콘서트 2025' });
  await operator.pause(saleId);
  const context = await withoutScripts(browser);
  const page = await context.newPage();
  const place = `${web()}/sales/${saleId}/place`;
  await page.goto(`${web()}/sales/${saleId}`);
  await page.getByTestId('plain-join').click();
  await expect(page.getByTestId('plain-position')).toHaveText('1');
  await expect(page.getByTestId('plain-join')).toHaveCount(0);
  const first = await tokenIn(context);
  await visitorOf(saleId, first).leave();
  // The page of the sale knows of the cookie alone; it leads to the place, and that does not lead back.
  await page.goto(`${web()}/sales/${saleId}?returnUrl=${encodeURIComponent('https://shop.example/a')}`);
  await expect(page.getByTestId('plain-join')).toHaveCount(0);
  await page.getByTestId('plain-place').click();
  await expect(page.locator('main')).toContainText('순번이 끝났습니다');
  await expectKorean(page);
  await expectNoSidewaysScroll(page);
  await page.getByTestId('plain-join').click();
  await expect(page).toHaveURL(`${place}?returnUrl=${encodeURIComponent('https://shop.example/a')}`);
  await expect(page.getByTestId('plain-position')).toHaveText('1');
  expect(await tokenIn(context)).not.toBe(first);

  // The sale made anew knows nothing of the cookie.
  await operator.close(saleId);
  await operator.delete(saleId);
  expect((await operator.create({ saleId, title: '가을 콘서트 2025', stock: 100, access: 'code' })).status).toBe(201);
  await operator.makeCodes(saleId, { codes: ['SECRET2026X'] });
  await operator.pause(saleId);
  await expect(async () => {
    await page.goto(`${web()}/sales/${saleId}`);
    await page.getByTestId('plain-place').click();
    await expect(page.getByTestId('plain-join')).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.locator('main')).toContainText('더는 확인할 수 없습니다');
  await page.locator('input[name=code]').fill('WRONG');
  await page.getByTestId('plain-join').click();
  await expect(page).toHaveURL(`${place}?refused=code_invalid`);
  await expect(page.locator('main [role=alert]')).toContainText('코드');
  await page.locator('input[name=code]').fill('secret2026x');
  await page.getByTestId('plain-join').click();
  await expect(page.getByTestId('plain-position')).toHaveText('1');
  await expect(page.locator('main [role=alert]')).toHaveCount(0);

  await visitorOf(saleId, await tokenIn(context)).leave();
  await operator.close(saleId);
  await expect(async () => {
    await page.getByTestId('plain-refresh').click();
    await expect(page.locator('main')).toContainText('지금은 참여를 받지 않습니다', { timeout: 500 });
  }).toPass();
  await expect(page.getByTestId('plain-join')).toHaveCount(0);
  await context.close();
});

test('without scripts the organiser’s message and a pause are shown once, on every width and beside the place', async ({ browser }) => {
  const message = '입장이 10분 늦어집니다.';
  const shown = (page: Page) => page.locator('[data-testid=message], [data-testid=plain-message]').filter({ visible: true });
  const saleId = await createSale({ title: '가을 콘서트 2025', message });
  await operator.pause(saleId);
  for (const width of [360, 1_280]) {
    const context = await withoutScripts(browser);
    const page = await context.newPage();
    await page.setViewportSize({ width, height: 740 });
    const expectNews = async (paused: string) => {
      await expect(shown(page)).toHaveText([new RegExp(message)]);
      await expect(page.getByTestId('plain-paused').filter({ visible: true })).toHaveText(paused);
      await expectKorean(page);
      await expectNoSidewaysScroll(page);
    };
    await page.goto(`${web()}/sales/${saleId}`);
    await expectNews('입장이 잠시 멈췄습니다. 지금 대기열에 들어올 수 있으며, 재개되면 자동으로 이어집니다.');
    await page.getByTestId('plain-join').click();
    await expect(page.getByTestId('plain-position')).toBeVisible();
    await expectNews('입장이 잠시 멈췄습니다. 지금은 아무도 입장하지 않습니다. 순번은 그대로 유지되며, 재개되면 자동으로 이어집니다.');
    await page.goto(`${web()}/sales/${saleId}`);
    await expectNews('입장이 잠시 멈췄습니다');
    await context.close();
  }
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${web()}/sales/${saleId}`);
  await expect(shown(page)).toHaveText([new RegExp(message)]);
  await context.close();
});

test('before the script has arrived the button joins; when it arrives the place is shown', async ({ page }) => {
  const saleId = await createSale();
  await operator.pause(saleId);
  allow(page, expected.network);
  let blocked = true;
  await page.route(/\/_next\/static\/.*\.js/, (route) => (blocked ? route.abort() : route.continue()));
  await page.goto(`${web()}/sales/${saleId}`, { waitUntil: 'commit' });
  await expectState(page, 'join');
  await expect(page.getByTestId('join-button')).toBeEnabled();
  await page.getByTestId('join-button').click();
  await expectState(page, 'loading');
  expect((await saleOf(saleId)).waiting).toBe(1);
  // A proof is for the script to compute.
  const proved = await createSale({ proofOfWork: 'on' });
  await page.goto(`${web()}/sales/${proved}`, { waitUntil: 'commit' });
  await expect(page.getByTestId('join-button')).toBeDisabled();
  blocked = false;
  await page.reload();
  await expect(page.getByTestId('join-button')).toBeEnabled();
  await page.goto(`${web()}/sales/${saleId}`);
  await expectState(page, 'paused');
  await expect(page.getByTestId('position')).toHaveAttribute('data-position', '1');
  await expectAccessible(page);
});

test('a form that is sent twice is one place; what is no such form changes nothing', async ({ playwright }) => {
  const saleId = await createSale();
  await operator.pause(saleId);
  const browser = await playwright.request.newContext();
  const send = (options: object, path = `/sales/${saleId}/join`) =>
    browser.post(`${web()}${path}`, { maxRedirects: 0, headers: { origin: web() }, ...options });
  const intent = `intent-${saleId}`;
  const answers = await Promise.all([send({ form: { intent } }), send({ form: { intent } })]);
  expect(answers.map((answer) => [answer.status(), answer.headers()['location']])).toEqual(Array(2).fill([303, `/sales/${saleId}`]));
  expect((await saleOf(saleId)).waiting).toBe(1);
  const foreign = await playwright.request.newContext();
  const refusals = [
    [{ form: { intent: 'x'.repeat(30_000) } }, 'invalid_request'],
    [{ data: { intent } }, 'invalid_request'],
    [{ form: { intent: 'é' } }, 'invalid_request'],
    [{ form: {}, headers: { origin: 'https://elsewhere.example' } }, 'origin_not_allowed'],
  ] as const;
  for (const [options, code] of refusals) {
    const answer = await foreign.post(`${web()}/sales/${saleId}/join`, { maxRedirects: 0, headers: { origin: web() }, ...options });
    expect([answer.status(), answer.headers()['location']]).toEqual([303, `/sales/${saleId}?refused=${code}`]);
  }
  expect((await send({ form: {} }, '/sales/no%20id/join')).headers()['location']).toBe('/');
  expect((await saleOf(saleId)).waiting).toBe(1);
  expect((await browser.get(`${web()}/sales/${saleId}/place`)).headers()['cache-control']).toContain('no-store');
  await browser.dispose();
  await foreign.dispose();
});

test('what the server rendered changes its language, too', async ({ page }) => {
  const saleId = await createSale();
  allow(page, expected.missing);
  for (const address of [`/sales/${saleId}/place`, '/no-such-page']) {
    await page.goto(web() + address);
    await expectKorean(page);
    await page.getByRole('button', { name: 'English' }).click();
    await expect(page.locator('main')).toContainText(/This browser has no place|No such sale/);
    await page.getByRole('button', { name: '한국어' }).click();
    await expect(page.locator('main')).not.toContainText(/[a-z]{3,} [a-z]{3,} [a-z]{3,}/);
  }
});

test('without scripts the language is chosen by a form, which leads back to the same page', async ({ browser, playwright }) => {
  const saleId = await createSale();
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ko-KR' });
  const plain = await context.newPage();
  for (const address of [`/sales/${saleId}?refused=sale_closed`, '/']) {
    await plain.goto(web() + address);
    await expect(plain.locator('html')).toHaveAttribute('lang', 'ko');
    await plain.getByRole('button', { name: 'English' }).click();
    await expect(plain).toHaveURL(web() + address);
    await expect(plain.locator('html')).toHaveAttribute('lang', 'en');
    await plain.getByRole('button', { name: '한국어' }).click();
    await expect(plain.locator('html')).toHaveAttribute('lang', 'ko');
  }
  await context.close();
  // No address of a stranger leads away, and no other language is kept.
  const request = await playwright.request.newContext();
  const choose = async (to: string, referer: string) => {
    const answer = await request.get(`${web()}/language?to=${to}`, { maxRedirects: 0, headers: { referer } });
    return [answer.status(), answer.headers()['location'], answer.headers()['set-cookie']?.split(';')[0]];
  };
  expect(await choose('en', 'http://elsewhere.example//evil.example/x?y')).toEqual([303, '/evil.example/x?y', 'sunbeon-language=en']);
  expect(await choose('fr', 'no address')).toEqual([303, '/', undefined]);
  await request.dispose();
});
