import { allow, expect, expected, test } from './strict.ts';
import type { Page } from '@playwright/test';
import { createSale, newSaleId, operator, saleOf } from '../fixtures/client.ts';
import { adminToken, operatorTokens } from '../fixtures/stack.mjs';
import { complaintsOf, confirm, inMinutes, signIn, watch, web } from './console-page.ts';

test.use({ viewport: { width: 1_440, height: 900 } });
test.beforeEach(({ page }) => {
  watch(page);
  allow(page, expected.unknownToken);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

/** Ends the session on the server alone, as its 12 hours do. */
const endSession = async (page: Page): Promise<void> => {
  const answer = await page.context().request.delete(`${web()}/api/admin/session`, { headers: { origin: web() } });
  expect(answer.status()).toBe(204);
};
const signInAgain = async (page: Page, token = adminToken): Promise<void> => {
  await page.getByTestId('token').fill(token);
  await page.getByTestId('token').press('Enter');
  await expect(page.getByTestId('token')).toHaveCount(0);
};
const fillIn = async (page: Page, saleId: string, title = '봄 공연'): Promise<void> => {
  await page.getByTestId('new-sale').click();
  for (const [field, text] of [
    ['title', title],
    ['saleId', saleId],
    ['stock', '120'],
    ['message', '곧 시작합니다'],
  ] as const)
    await page.getByTestId(`field-${field}`).fill(text);
  await page.getByTestId('field-draft').selectOption('hand');
};

test('a session that ends in mid-form takes nothing that was typed, and the same Save works after the sign-in', async ({ page }) => {
  const saleId = newSaleId();
  await signIn(page);
  await fillIn(page, saleId);
  await page.getByTestId('submit').click();
  await endSession(page);
  await confirm(page);
  await expect(page.getByText('로그인 시간이 끝났습니다')).toBeVisible();
  await expect(page.getByTestId('token')).toBeFocused();
  // Below the sign-in there is nothing to see, to focus or to read.
  for (const hidden of ['dialog', 'field-title', 'who']) await expect(page.getByTestId(hidden)).toBeHidden();
  expect(await page.locator('main').ariaSnapshot()).not.toMatch(/봄 공연|anna|곧 시작/);
  expect(await page.locator('main').innerText()).not.toContain('봄 공연');
  // A reload would lose the form, and asks.
  const asked = page.waitForEvent('dialog');
  void page.reload().catch(() => {});
  await (await asked).dismiss();

  await signInAgain(page);
  await expect(page.getByTestId('dialog')).toBeVisible();
  await expect(page.getByTestId('field-title')).toHaveValue('봄 공연');
  await page.getByTestId('dialog-no').click();
  await expect(page.getByTestId('submit')).toBeFocused();
  await page.getByTestId('submit').click();
  await confirm(page);
  await expect(page.getByTestId('kpi-left')).toHaveAttribute('data-value', '120');
  expect(await saleOf(saleId)).toMatchObject({ title: '봄 공연', message: '곧 시작합니다', stock: { total: 120 } });
});

test('what another operator changed during the sign-in is not overwritten by what was typed before it', async ({ page }) => {
  allow(page, expected.refused);
  const saleId = await createSale({ sessionSeconds: 300 });
  await signIn(page, saleId);
  await page.getByTestId('edit').click();
  await page.getByTestId('field-sessionSeconds').fill('90');
  await page.getByTestId('submit').click();
  await endSession(page);
  await confirm(page);
  await expect(page.getByTestId('token')).toBeVisible();
  await operator.change(saleId, { sessionSeconds: 120 });
  await signInAgain(page);
  await expect(page.getByTestId('dialog-error')).toContainText('아무것도 처리되지 않았습니다');
  await confirm(page);
  await expect(page.getByTestId('conflict-entry')).toContainText('300 → 120');
  expect((await saleOf(saleId)).sessionSeconds).toBe(120);
  await confirm(page);
  await expect(page.getByTestId('kpi-left')).toBeVisible();
  expect((await saleOf(saleId)).sessionSeconds).toBe(90);
});

test("polls stop below the sign-in; a lost answer's stock is added once across it; another operator finds nothing of it", async ({
  page,
}) => {
  allow(page, expected.network);
  const saleId = await createSale({ stock: 30 });
  await signIn(page, saleId);
  await page.getByTestId('act-stock').click();
  await page.getByTestId('field-add').fill('20');
  await page.route('**/stock', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).toContainText('응답');
  await page.unroute('**/stock');
  await endSession(page);
  await expect(page.getByTestId('token')).toBeFocused();
  await expect(page).not.toHaveTitle(new RegExp(saleId));
  let calls = 0;
  page.on('request', (request) => (calls += request.url().includes('/api/admin/') ? 1 : 0));
  await page.waitForTimeout(2_500);
  expect(calls).toBe(0);
  await signInAgain(page);
  await expect(page.getByTestId('field-add')).toHaveValue('20');
  await expect(page.getByTestId('field-add')).toBeFocused();
  await confirm(page);
  // The figures go on by themselves.
  await expect(page.getByTestId('kpi-left')).toHaveAttribute('data-value', '50');
  await expect(page.getByTestId('stale')).toBeEmpty();
  expect((await saleOf(saleId)).stock!.total).toBe(50);

  await expect(page.getByTestId('dialog')).toHaveCount(0);
  await page.getByTestId('act-message').click();
  await page.getByTestId('field-message').fill('only for me');
  await endSession(page);
  await expect(page.getByTestId('token')).toBeVisible();
  await signInAgain(page, operatorTokens.viewer);
  await expect(page.getByTestId('kpi-left')).toBeVisible();
  await expect(page.getByTestId('dialog')).toHaveCount(0);
  expect(await page.content()).not.toContain('only for me');
});

test('a sale whose creation had no answer is known again; one of somebody else is not', async ({ page }) => {
  allow(page, expected.network, expected.refused);
  const saleId = newSaleId();
  await signIn(page);
  await fillIn(page, saleId);
  await page.route('**/api/admin/sales', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    await route.fetch();
    return route.abort();
  });
  await page.getByTestId('submit').click();
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).toContainText('응답');
  await page.unroute('**/api/admin/sales');
  await confirm(page);
  await expect(page.getByText('앞의 시도가 성공했습니다')).toBeVisible();
  await expect(page.getByTestId('kpi-left')).toHaveAttribute('data-value', '120');

  // The answer was lost, and the sale of that id has other settings: as ever.
  const taken = await createSale({ title: 'not mine' });
  await page.goto(`${web()}/operator`);
  await fillIn(page, taken);
  await page.route('**/api/admin/sales', (route) => (route.request().method() === 'POST' ? route.abort() : route.fallback()));
  await page.getByTestId('submit').click();
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).toContainText('응답');
  await page.unroute('**/api/admin/sales');
  await confirm(page);
  await expect(page.getByTestId('error-saleId')).toContainText('이미 이 ID의 판매가 있습니다');
});

test('another operator who signs in in one tab has all tabs of the browser, without what was typed there', async ({ page }) => {
  await signIn(page);
  await fillIn(page, newSaleId());
  const other = watch(await page.context().newPage());
  await other.goto(`${web()}/operator`);
  await other.getByTestId('sign-out').click();
  // What was typed waits for whoever typed it.
  await expect(page.getByText('로그인 시간이 끝났습니다')).toBeVisible();
  await expect(page.getByTestId('field-title')).toBeHidden();
  await signInAgain(other);
  await expect(page.getByTestId('field-title')).toBeVisible();
  await expect(page.getByTestId('field-title')).toHaveValue('봄 공연');
  await other.getByTestId('sign-out').click();
  await signInAgain(other, operatorTokens.viewer);
  await expect(page.getByTestId('who')).toHaveAttribute('data-role', 'viewer');
  expect(await page.content()).not.toContain('봄 공연');
  expect(complaintsOf(other)).toEqual([]);
});

test('a sign-out asks before it takes what was typed', async ({ page }) => {
  await signIn(page);
  await fillIn(page, newSaleId());
  await page.getByTestId('sign-out').click();
  await page.getByTestId('dialog-no').click();
  await expect(page.getByTestId('sign-out')).toBeFocused();
  await expect(page.getByTestId('field-title')).toHaveValue('봄 공연');
  await page.getByTestId('sign-out').click();
  await confirm(page);
  await expect(page.getByTestId('token')).toBeVisible();
  await expect(page.getByTestId('field-title')).toHaveCount(0);
});

test('a device an hour slow announces that an opening half an hour ago is at once', async ({ page }) => {
  await page.addInitScript(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - 3_600_000;
  });
  await signIn(page);
  await fillIn(page, newSaleId());
  await page.getByTestId('field-draft').selectOption('at');
  await page.getByTestId('field-opensAt').fill(inMinutes(-30));
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('dialog')).toContainText('바로 오픈합니다');
  await expect(page.locator('[data-warning="warn.past.opensAt"]')).toBeVisible();
});
