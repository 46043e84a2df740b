import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { createShop } from '@sunbeon/client/shop';
import { allow, expect, expected, test } from './strict.ts';
import { createSale, nextGateway, operator, valueOf } from '../fixtures/client.ts';
import { shopKey } from '../fixtures/stack.mjs';
import { complaintsOf, keep, newPage, watch, web } from './console-page.ts';
import { admitted, bought, fast, matrixOf, openSigned, writeVideo } from './door.ts';
import { expectAccessible, expectNoSidewaysScroll, open } from './page.ts';
import playwright from './playwright.config.ts';

test.use({ viewport: { width: 360, height: 740 } });
test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

const doorOf = (saleId: string): string => `${web()}/operator/sales/${saleId}/check-in`;
const result = (page: Page) => page.getByTestId('check-in-result');
const expectKind = (page: Page, kind: string) => expect(result(page)).toHaveAttribute('data-kind', kind);
const enter = async (page: Page, text: string, kind: string): Promise<void> => {
  await page.getByTestId('check-in-code').fill(text);
  await page.getByTestId('check-in-code').press('Enter');
  await expectKind(page, kind);
};

test('a number is checked in once; each other answer is clear, in both languages, by keyboard and on a small phone @long', async ({
  page,
}) => {
  allow(page, expected.refused, expected.missing);
  const saleId = await createSale({ ...fast, title: '가을 콘서트 2025' });
  const [first, second, third, cancelled] = await Promise.all([bought(saleId, 2), bought(saleId), bought(saleId), bought(saleId)]);
  const foreign = await bought(await createSale(fast));
  await operator.cancelOrder(saleId, cancelled.purchaseId, { reason: 'Refund', restock: true });
  await openSigned(page, doorOf(saleId), 'check-in-code');
  await expect(page.getByTestId('check-in-code')).toBeFocused();
  await expectNoSidewaysScroll(page);
  const words = page.getByTestId('check-in-words');
  /** The answer in Korean, then in English, and Korean again. */
  const expectWords = async (korean: string, english: string): Promise<void> => {
    await expect(words).toHaveText(korean);
    await page.getByRole('button', { name: 'English' }).click();
    await expect(words).toHaveText(english);
    await page.getByRole('button', { name: '한국어' }).click();
    await expect(words).toHaveText(korean);
  };
  await enter(page, first.purchaseId, 'ok');
  await expect(page.getByTestId('check-in-tickets')).toHaveText('티켓 2장');
  await expect(page.getByTestId('check-in-code')).toHaveValue('');
  await expect(result(page).getByRole('alert')).toContainText('입장 확인됨');
  await expectAccessible(page);
  await keep(page, 'check-in-ok');
  await expectWords('입장 확인됨', 'Checked in');

  const { checkedInAt } = await valueOf('order', operator.order(saleId, first.purchaseId));
  const seconds = new Date(checkedInAt!).toISOString().slice(17, 19);
  await enter(page, first.purchaseId.slice(2, 8), 'already');
  await expect(result(page)).toContainText(seconds === '00' ? 'UTC' : seconds);
  await expect(page.getByTestId('check-in-tickets')).toHaveText('티켓 2장');
  await expectAccessible(page);
  await keep(page, 'check-in-already');
  await expectWords('이미 입장함', 'Already checked in');

  await enter(page, cancelled.purchaseId, 'cancelled');
  await expectWords('취소된 주문', 'Cancelled');
  await enter(page, foreign.purchaseId, 'not_found');
  await expectWords('이 판매의 주문이 아님', 'Not an order of this sale');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);
  await keep(page, 'check-in-foreign-dark');
  // What did not fit is marked, to be typed over.
  await enter(page, foreign.purchaseId, 'not_found');
  await page.keyboard.type('abc');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('check-in-code')).toHaveValue('abc');
  await expect(result(page)).toContainText('abc 번호의 주문이 없습니다');
  await enter(page, second.purchaseId.slice(2, 14), 'ok');
  await enter(page, ` https://tickets.example/t?id=${third.purchaseId} `, 'ok');

  const recent = page.getByTestId('recent');
  await expect(recent).toHaveCount(8);
  await expect(recent.first()).toHaveAttribute('data-kind', 'ok');
  await openSigned(page, null, 'check-in-code');
  await expect(recent).toHaveCount(8);
  await page.getByTestId('recent-clear').click();
  await expect(recent).toHaveCount(0);
});

test("a shop's own number opens the door, short or with a blank; the beginning of one does not", async ({ page }) => {
  const saleId = await createSale({ ...fast, confirmBy: 'shop', returnUrls: ['https://shop.example/pay'] });
  const shop = createShop({ baseUrl: nextGateway, token: shopKey });
  for (const reference of ['10023', 'Order 4711']) {
    const visitor = await admitted(saleId);
    const { holdId } = await valueOf('hold', visitor.hold(2, 'h'));
    expect((await shop.confirm(saleId, holdId, { reference })).ok).toBe(true);
  }
  await openSigned(page, doorOf(saleId), 'check-in-code');
  for (const text of ['1002', 'Order 47']) await enter(page, text, 'not_found');
  for (const text of ['10023', 'Order 4711']) {
    await enter(page, text, 'ok');
    await expect(result(page)).toContainText(text);
    await expect(page.getByTestId('check-in-code')).toHaveValue('');
  }
  await page.getByTestId('check-in-code').fill('x'.repeat(129));
  await page.getByTestId('check-in-code').press('Enter');
  await expectKind(page, 'unreadable');
  await expect(result(page)).toContainText('한 줄, 128자 이하');
});

test('an answer that is lost at the door is asked for again with the same key, and is no second check-in', async ({ page }) => {
  allow(page, expected.network, expected.refused);
  const saleId = await createSale(fast);
  const { purchaseId } = await bought(saleId);
  await openSigned(page, doorOf(saleId), 'check-in-code');
  const keys: (string | undefined)[] = [];
  await page.route('**/check-in', async (route) => {
    if (route.request().method() !== 'POST') return await route.continue();
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return await route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.getByTestId('check-in-code').fill(purchaseId);
  await page.getByTestId('check-in-button').dblclick();
  await expectKind(page, 'ok');
  expect(keys).toHaveLength(2);
  expect(keys[1]).toBe(keys[0]);
  await enter(page, purchaseId, 'already');
  expect(keys[2]).not.toBe(keys[0]);
});

test('the camera reads the code of the confirmation, on this page alone, and is off when it is not wanted @long', async ({
  browser,
  request,
}) => {
  const saleId = await createSale({ ...fast, title: 'Autumn Concert' });
  const visitor = await newPage(browser, { locale: 'en-GB', viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  await open(visitor, saleId);
  await visitor.getByTestId('join-button').click();
  await visitor.getByTestId('buy-button').click();
  const code = visitor.getByTestId('purchase-qr').getByRole('img');
  await expect(code).toBeVisible();
  const purchaseId = await visitor.getByTestId('purchase-id').innerText();
  expect(await code.getAttribute('aria-label')).toContain(purchaseId);
  // White around it, in the dark too: cameras need that.
  expect(await code.locator('rect').evaluate((rect) => getComputedStyle(rect).fill)).toBe('rgb(255, 255, 255)');
  await keep(visitor, 'confirmation-qr-dark');
  const matrix = await matrixOf(visitor);
  expect(matrix.slice(0, 4).flat()).not.toContain(true);

  const policyOf = async (url: string) => (await request.get(url)).headers()['permissions-policy'];
  expect(await policyOf(doorOf(saleId))).toContain('camera=(self)');
  for (const path of ['/operator', `/operator/sales/${saleId}`, `/operator/sales/${saleId}/orders`, `/sales/${saleId}`])
    expect([path, await policyOf(web() + path)]).toEqual([path, expect.stringContaining('camera=()')]);

  const folder = mkdtempSync(pathOf(tmpdir(), 'sunbeon-door-'));
  const video = pathOf(folder, 'code.y4m');
  writeVideo(video, matrix);
  const { args = [], ...options } = playwright.use!.launchOptions!;
  const fakes = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${video}`];
  const door = await chromium.launch({ ...options, args: [...args, ...fakes] });
  try {
    const page = await newPage(door, { locale: 'en-GB', viewport: { width: 360, height: 740 } });
    await openSigned(page, doorOf(saleId), 'check-in-code');
    const camera = page.getByTestId('camera');
    const tracks = () =>
      page
        .locator('video')
        .evaluate((element) => ((element as HTMLVideoElement).srcObject as MediaStream).getTracks().map((track) => track.readyState));
    await page.evaluate(() => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      const counted = window as unknown as { opened: number };
      counted.opened = 0;
      mediaDevices.getUserMedia = (wanted) => {
        counted.opened += 1;
        return open(wanted);
      };
    });
    const opened = () => page.evaluate(() => (window as unknown as { opened: number }).opened);
    await page.getByTestId('camera-switch').click();
    await expectKind(page, 'ok');
    expect((await valueOf('order', operator.order(saleId, purchaseId))).checkedInAt).toBeDefined();
    expect(await tracks()).toEqual(['live']);
    // The code stays in the picture: it is read once.
    await page.waitForTimeout(700);
    await expectKind(page, 'ok');
    await keep(page, 'check-in-camera');
    const hide = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await hide(true);
    await expect.poll(tracks).toEqual(['ended']);
    expect(await opened()).toBe(1);
    // Held before it once more: the second time.
    await hide(false);
    await expectKind(page, 'already');
    await page.getByTestId('camera-switch').click();
    await expect(camera).toHaveAttribute('data-state', 'off');
    expect(await tracks()).toEqual(['ended']);
    expect(complaintsOf(page)).toEqual([]);
  } finally {
    await door.close();
    rmSync(folder, { recursive: true });
  }
  expect(complaintsOf(visitor)).toEqual([]);
});
