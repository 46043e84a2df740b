import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { allow, expect, expected, test } from './strict.ts';
import { createSale, operator, saleOf, valueOf } from '../fixtures/client.ts';
import { complaintsOf, confirm, keep, newPage, signIn, watch, web } from './console-page.ts';
import { bought, fast, openSigned } from './door.ts';
import { expectAccessible, expectKorean, expectNoSidewaysScroll } from './page.ts';

test.use({ viewport: { width: 1_440, height: 900 } });
test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

const ordersOf = (saleId: string): string => `${web()}/operator/sales/${saleId}/orders`;
const rows = (page: Page) => page.getByTestId('order');
const idsOf = (page: Page) => rows(page).evaluateAll((all) => all.map((row) => row.getAttribute('data-purchase')));

test('orders are listed, searched as one types, filtered and opened by an address that a reload keeps', async ({ browser }) => {
  const page = await newPage(browser, { locale: 'en-GB' });
  const saleId = await createSale({ ...fast, title: 'Autumn Concert', stock: 100 });
  const orders = await Promise.all(Array.from({ length: 54 }, () => bought(saleId)));
  const last = await bought(saleId, 3);
  await signIn(page, saleId);
  await page.getByTestId('to-orders').click();
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toHaveAttribute('data-purchase', last.purchaseId);
  await expect(rows(page).first()).toContainText(/3.*Paid|Paid.*3/s);
  // The time has the name of its zone.
  await expect(rows(page).first()).toContainText(/\d\d:\d\d(:\d\d)? (UTC|GMT|KST)/);
  await expect(page.getByText(/^As of \d+ \w+ \d{4}, \d\d:\d\d(:\d\d)? (UTC|GMT|KST)/)).toBeVisible();
  await page.getByTestId('orders-more').click();
  await expect(page.getByTestId('orders-count')).toContainText('55');
  expect((await idsOf(page)).sort()).toEqual([...orders, last].map(({ purchaseId }) => purchaseId).sort());
  await keep(page, 'orders');

  // An older answer that comes late, or never, is not shown: its call was ended.
  const wanted = orders[7]!;
  const search = page.getByTestId('orders-search');
  const ended: string[] = [];
  page.on('requestfailed', (request) => ended.push(request.url()));
  await page.route(/[?&]q=slow/, () => undefined);
  await search.fill('slow');
  await page.waitForRequest(/[?&]q=slow/);
  await search.fill(wanted.purchaseId.slice(0, 6));
  await expect(rows(page)).toHaveCount(1);
  expect(await idsOf(page)).toEqual([wanted.purchaseId]);
  expect(ended.some((url) => url.includes('q=slow'))).toBe(true);
  await search.fill(wanted.visitorId);
  await expect(page).toHaveURL(new RegExp(`q=${wanted.visitorId}`));
  await expect(rows(page)).toHaveCount(1);
  await page.getByTestId('orders-cancelled').check();
  await expect(page.getByTestId('orders-none')).toContainText(wanted.visitorId);
  await page.getByTestId('orders-paid').check();
  await expect(rows(page)).toHaveCount(1);
  await openSigned(page, null, 'orders-search');
  await expect(search).toHaveValue(wanted.visitorId);
  await expect(page.getByTestId('orders-paid')).toBeChecked();
  await expect(rows(page)).toHaveCount(1);

  await rows(page).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(wanted.purchaseId);
  await expect(page.getByTestId('order-step')).toHaveCount(1);
  // The way back has the question still.
  await page.getByRole('navigation').getByRole('link', { name: 'Orders' }).click();
  await expect(search).toHaveValue(wanted.visitorId);
  await search.fill('');
  await page.getByTestId('orders-cancelled').check();
  await expect(page.getByTestId('orders-none')).toHaveText('No order is cancelled.');
});

test('short and empty pages are read on by themselves, a bounded number of times, and a failure has a way back', async ({ page }) => {
  allow(page, expected.network);
  const saleId = await createSale(fast);
  const { purchaseId } = await bought(saleId);
  const order = await valueOf('order', operator.order(saleId, purchaseId));
  let calls = 0;
  let isDown = false;
  await page.route(/\/api\/.*\/orders\?.*state=paid/, async (route) => {
    calls += 1;
    if (isDown) return await route.abort();
    await route.fulfill({ json: { orders: calls === 8 ? [order] : [], ...(calls < 8 ? { next: String(calls) } : {}) } });
  });
  await openSigned(page, `${ordersOf(saleId)}?state=paid`, 'orders-search');
  await expect(page.getByTestId('orders-count')).toContainText('모든 주문을 살펴본 것은 아닙니다');
  expect(calls).toBe(6);
  await page.getByTestId('orders-more').click();
  await expect(rows(page)).toHaveCount(1);
  expect(calls).toBe(8);
  isDown = true;
  await page.getByTestId('orders-refresh').click();
  await expect(page.getByRole('alert').first()).toContainText('주문을 불러오지 못했습니다');
  await expect(rows(page)).toHaveCount(1);
  [isDown, calls] = [false, 7];
  await page.getByTestId('orders-retry').click();
  await expect(page.getByTestId('orders-count')).toContainText('모두 1건');
});

test('an order is cancelled with and without a return of its tickets, once, by keyboard alone @long', async ({ browser }) => {
  const page = await newPage(browser, { locale: 'en-GB', viewport: { width: 360, height: 720 } });
  const saleId = await createSale({ ...fast, stock: 10 });
  const [first, second] = [await bought(saleId, 2), await bought(saleId, 3)];
  const calls: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && !request.url().endsWith('/session')) calls.push(request.url());
  });
  await openSigned(page, `${ordersOf(saleId)}/${first.purchaseId}`, 'order-cancel');
  await page.getByTestId('order-cancel').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-reason')).toBeFocused();
  // After: 5 of 10 left become 7.
  await expect(page.getByTestId('dialog')).toContainText('Afterwards: 7 left, 3 sold, 10 in all.');
  await expect(page.getByTestId('dialog')).toContainText('Afterwards: 5 left, 3 sold, 8 in all.');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('error-reason')).not.toBeEmpty();
  await page.keyboard.type('Paid twice');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('error-restock')).not.toBeEmpty();
  await expect(page.getByTestId('restock-true')).toBeFocused();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await keep(page, 'order-cancel-phone');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('order-state')).toHaveAttribute('data-state', 'cancelled');
  await expect(page.getByTestId('order-said')).toContainText('back in the line: 2 tickets');
  await expect(page.getByTestId('order-step').last()).toContainText('Paid twice');
  expect(calls).toHaveLength(1);
  expect((await saleOf(saleId)).stock).toMatchObject({ total: 10, left: 7, sold: 3 });

  await openSigned(page, `${ordersOf(saleId)}/${second.purchaseId}`, 'order-cancel');
  await page.getByTestId('order-cancel').click();
  await page.getByTestId('field-reason').fill('Fraud');
  await page.getByTestId('restock-false').check();
  // A lost answer: what was typed stays, and the second try comes to the same.
  allow(page, expected.network);
  await page.route('**/cancel', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).not.toBeEmpty();
  await expect(page.getByTestId('field-reason')).toHaveValue('Fraud');
  await page.unroute('**/cancel');
  await confirm(page);
  await expect(page.getByTestId('order-said')).toContainText('left the sale: 3 tickets');
  expect((await saleOf(saleId)).stock).toMatchObject({ total: 7, left: 7, sold: 0 });
});

test('two operators: the second is told what the first, or the door, did; nothing is overwritten @long', async ({ page, browser }) => {
  allow(page, expected.refused);
  const saleId = await createSale({ ...fast, stock: 10 });
  const [first, second] = [await bought(saleId), await bought(saleId)];
  const other = await newPage(browser, { locale: 'ko-KR', colorScheme: 'dark' });
  const ask = async (one: Page, purchaseId: string, reason: string, restock: boolean): Promise<void> => {
    await openSigned(one, `${ordersOf(saleId)}/${purchaseId}`, 'order-cancel');
    await one.getByTestId('order-cancel').click();
    await one.getByTestId('field-reason').fill(reason);
    await one.getByTestId(`restock-${restock}`).check();
  };
  await ask(page, first.purchaseId, '중복 결제', true);
  await ask(other, first.purchaseId, '부정 구매', false);
  await keep(other, 'order-cancel-dark');
  await confirm(other);
  await expect(other.getByTestId('order-state')).toHaveAttribute('data-state', 'cancelled');
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).toContainText('다른 운영자가 주문을 취소했고, 티켓은 판매에서 빠졌습니다');
  await expect(page.getByTestId('field-reason')).toHaveValue('중복 결제');
  await expect(page.getByTestId('dialog-yes')).toHaveCount(0);
  await expect(page.getByTestId('dialog-no')).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('order-step').last()).toContainText('부정 구매');
  await expectKorean(page);
  await ask(page, second.purchaseId, '환불', false);
  await operator.checkInOrder(saleId, second.purchaseId);
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).toContainText('입장 확인된 주문이라 취소할 수 없습니다');
  await page.getByTestId('dialog-no').click();
  await expect(page.getByTestId('order-cancel')).toHaveCount(0);
  await keep(page, 'order');
  await expect(page.getByTestId('order-step')).toHaveCount(2);
  // The sale's audit log says it in words.
  await openSigned(page, `${web()}/operator/sales/${saleId}`, 'audit-log-entry');
  await expect(page.locator('[data-action="cancel_order"]')).toContainText(/주문 취소.*부정 구매|주문 취소[\s\S]*판매에서 뺌/);
});

test('the list is a file too, and fits a phone, in Korean and dark @long', async ({ browser }) => {
  const page = await newPage(browser, { locale: 'ko-KR', viewport: { width: 360, height: 720 }, colorScheme: 'dark' });
  const saleId = await createSale({ ...fast, title: '가을 콘서트 2025' });
  const orders = [await bought(saleId, 2), await bought(saleId)];
  await operator.cancelOrder(saleId, orders[0]!.purchaseId, { reason: '중복 결제', restock: true });
  await operator.checkInOrder(saleId, orders[1]!.purchaseId);
  await openSigned(page, ordersOf(saleId), 'orders-search');
  await expect(rows(page)).toHaveCount(2);
  await expectNoSidewaysScroll(page);
  await expectKorean(page);
  await expectAccessible(page);
  await keep(page, 'orders-phone-dark');
  const saved = page.waitForEvent('download');
  await page.getByTestId('orders-csv').click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe(`orders-${saleId}.csv`);
  const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toContain('"purchaseId","saleId","visitorId"');
  expect(lines[1]).toContain(orders[1]!.purchaseId);
  expect(lines[2]).toMatch(new RegExp(`^"'?${orders[0]!.purchaseId}".*"cancelled".*"중복 결제"$`));
  await expect(page.getByTestId('orders-csv-said')).toContainText('파일이 준비되었습니다');
});

test('stock can be taken away, down to what is left, and the dialog says what comes of it @long', async ({ page }) => {
  allow(page, expected.refused);
  const saleId = await createSale({ ...fast, stock: 10 });
  await bought(saleId, 2);
  await signIn(page, saleId);
  await page.getByTestId('act-stock').click();
  const field = page.getByTestId('field-add');
  const dialog = page.getByTestId('dialog');
  await field.fill('0');
  await confirm(page);
  await expect(page.getByTestId('error-add')).toContainText('0이 아닌');
  await field.fill('-9');
  await confirm(page);
  await expect(page.getByTestId('error-add')).toContainText('남은 티켓이 8장');
  await field.fill('−8');
  await expect(dialog).toContainText('8장 빼기. 이후 전체 2장, 남음 0장');
  await expect(dialog).toContainText('입장이 멈춥니다');
  await expectKorean(page, 'dialog');
  await keep(page, 'stock-down');
  const meanwhile = async (act: () => Promise<unknown>): Promise<void> => {
    await page.route(
      '**/stock',
      async (route) => {
        await act();
        await route.continue();
      },
      { times: 1 },
    );
    await confirm(page);
  };
  // Somebody buys two: no longer eight, which only the service knows.
  await meanwhile(() => bought(saleId, 2));
  await expect(page.getByTestId('dialog-error')).toContainText('바뀐 것은 없습니다');
  await expect(page.getByTestId('dialog-error')).toContainText('6장만 남았습니다');
  await expect(field).toHaveValue('−8');
  // Another operator takes three: a change of an unseen version is refused.
  await field.fill('-6');
  await meanwhile(() => operator.addStock(saleId, -3));
  await expect(page.getByTestId('conflict-entry')).toContainText('10 → 7');
  await expect(field).toHaveValue('-6');
  await confirm(page);
  await expect(page.getByTestId('error-add')).toContainText('남은 티켓이 3장');
  await field.fill('-3');
  await confirm(page);
  await expect(dialog).toHaveCount(0);
  await expect(page.getByTestId('kpi-left')).toHaveAttribute('data-value', '0');
  expect((await saleOf(saleId)).stock).toMatchObject({ total: 4, left: 0, sold: 4 });
});
