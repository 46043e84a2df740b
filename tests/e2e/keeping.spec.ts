import { allow, expect, expected, test } from './strict.ts';
import { createSale, joinAs, operator, saleOf } from '../fixtures/client.ts';
import {
  connectionOf,
  control,
  englishPage,
  expectAccessible,
  expectState,
  join,
  neverReloaded,
  open,
  position,
  stateOf,
  web,
} from './page.ts';

/** A line without admissions, with two visitors ahead. */
const standing = async (settings: Record<string, unknown> = {}) => {
  const saleId = await createSale({ admitPerSecond: 0.001, ...settings });
  const ahead = [await joinAs(saleId), await joinAs(saleId)];
  return { saleId, ahead };
};

test('a refresh keeps the place and the progress; a second tab shows the same; another device stands on its own', async ({
  page,
  browser,
}) => {
  const { saleId, ahead } = await standing();
  await open(page, saleId);
  await join(page);
  expect(await position(page)).toBe(3);
  await ahead[1]!.leave();
  await expect(page.getByTestId('position')).toHaveAttribute('data-position', '2');
  await page.reload();
  await expect(page.getByTestId('position')).toHaveAttribute('data-position', '2');
  await expect(page.getByTestId('progress')).toHaveAttribute('aria-valuenow', '33');

  const second = await page.context().newPage();
  await open(second, saleId);
  await expect(second.getByTestId('position')).toHaveAttribute('data-position', '2');
  expect((await saleOf(saleId)).waiting).toBe(2);
  const device = await englishPage(browser);
  await open(device, saleId);
  await expectState(device, 'join');
  await device.context().close();

  await second.getByTestId('leave-button').click();
  await second.getByTestId('leave-confirm').click();
  await expectState(second, 'left');
  await expectState(page, 'left');
});

test('offline and back: the page shows that the place is kept, and goes on', async ({ page }) => {
  const { saleId, ahead } = await standing();
  await open(page, saleId);
  await join(page);
  const check = await neverReloaded(page);
  // The texts of a language that was shown once are kept.
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: '한국어' }).click();
  await page.context().setOffline(true);
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'offline');
  await expect(page.getByText('순번은 그대로 유지되고')).toBeVisible();
  await expect(page.getByTestId('position')).toHaveAttribute('data-position', '3');
  // The language can be changed offline, then.
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByText('Your place is kept, and the line counts on')).toBeVisible();
  await ahead[1]!.leave();
  await page.context().setOffline(false);
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'live');
  await expect(page.getByTestId('position')).toHaveAttribute('data-position', '2');
  await expect(page.getByText('Your place is kept, and the line counts on')).toBeHidden();
  await check();
});

test('a gateway that crashes and restarts costs no place @long', async ({ page }) => {
  const { saleId } = await standing();
  allow(page, expected.network);
  await open(page, saleId, process.env['TEST_WEB_FRAGILE']);
  await join(page);
  const check = await neverReloaded(page);
  await control('kill', 'gateway-1');
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'offline');
  await expect(page.getByTestId('position')).toHaveAttribute('data-position', '3');
  const late = await page.context().newPage();
  await open(late, saleId, process.env['TEST_WEB_FRAGILE']);
  await expectState(late, 'unreachable');
  await control('start', 'gateway-1');
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'live', { timeout: 30_000 });
  await expect(page.getByTestId('position')).toHaveAttribute('data-position', '3');
  await expect(late.getByTestId('position')).toHaveAttribute('data-position', '3', { timeout: 30_000 });
  expect((await saleOf(saleId)).waiting).toBe(3);
  await check();
});

test('a frozen tab shows the present state when it wakes', { tag: '@long' }, async ({ page }) => {
  const { saleId, ahead } = await standing();
  await open(page, saleId);
  await join(page);
  const browser = await page.context().newCDPSession(page);
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  await ahead[1]!.leave();
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  await expect(page.getByTestId('position')).toHaveAttribute('data-position', '2');
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'live');
});

test("an operator's change is visible at once, with a note on the reason of changed numbers", async ({ page }) => {
  const { saleId } = await standing({ admitPerSecond: 0.02, title: '말하는 판매' });
  await open(page, saleId);
  await join(page);
  const check = await neverReloaded(page);
  await expect(page).toHaveTitle('3번째 · 말하는 판매');
  await operator.change(saleId, { message: '사운드 체크로 10분 늦어집니다.' });
  await expect(page.getByTestId('message').filter({ visible: true })).toContainText('10분 늦어집니다');
  await operator.change(saleId, { admitPerSecond: 0.005 });
  await expect(page.getByTestId('note')).toHaveAttribute('data-why', 'pace_down');
  await operator.pause(saleId);
  await expectState(page, 'paused');
  await expect(page.getByTestId('eta')).toHaveText('일시 중지');
  await operator.resume(saleId);
  await expectState(page, 'waiting');
  await expect(page.getByTestId('note')).toHaveAttribute('data-why', 'resumed');
  await operator.change(saleId, { message: null });
  await expect(page.getByTestId('message')).toHaveCount(0);
  await operator.close(saleId);
  await expectState(page, 'closed');
  await check();
});

test('a sale that opens by itself can be joined without a reload', async ({ page }) => {
  const saleId = await createSale({ opensAt: new Date(Date.now() + 4_000).toISOString() });
  await open(page, saleId);
  await expectState(page, 'scheduled');
  await expect(page.getByTestId('countdown')).toHaveText(/^0:0\d$/);
  const check = await neverReloaded(page);
  await expectState(page, 'join');
  await check();
});

test('without JavaScript the page explains what it does not do, and shows the public facts', async ({ browser }) => {
  const saleId = await createSale({ title: '가을 콘서트 2025', stock: 50 });
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ko-KR', viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  await page.goto(`${web()}/sales/${saleId}`);
  // Located by its element: text search ignores the content of `noscript`.
  await expect(page.locator('noscript p').first()).toBeVisible();
  await expect(page.locator('noscript p').first()).toContainText('자바스크립트가 꺼져 있으면');
  await expect(page.getByTestId('sale-title')).toHaveText('가을 콘서트 2025');
  await expect(page.getByText('50장 중 50장').last()).toBeVisible();
  await expect(page.getByTestId('rules').last()).toContainText('5분 동안');
  await expect(page.getByText('순번을 확인하고 있습니다')).toBeHidden();
  await context.close();
});

test('the list of sales leads to each of them, in both languages @long', async ({ page, browser }) => {
  const saleId = await createSale({ title: '목록의 판매' });
  await page.goto(web());
  await expectAccessible(page);
  await page.getByRole('link', { name: '목록의 판매' }).first().click();
  await expect(page).toHaveURL(new RegExp(`/sales/`));
  await expect(stateOf(page)).toHaveAttribute('data-state', 'join');
  const english = await englishPage(browser);
  await english.goto(`${web()}/sales/${saleId}`);
  await expect(english.getByTestId('join-button')).toHaveText('Join the line');
  await english.getByRole('button', { name: '한국어' }).click();
  await expect(english.getByTestId('join-button')).toHaveText('대기열 진입');
  await english.reload();
  await expect(english.locator('html')).toHaveAttribute('lang', 'ko');
  await english.context().close();
});
