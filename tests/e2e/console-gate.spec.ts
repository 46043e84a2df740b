import { allow, expect, expected, test } from './strict.ts';
import { createSale, newSaleId, operator, saleOf } from '../fixtures/client.ts';
import { createGate, inShop, shop } from '../fixtures/shop-calls.ts';
import { complaintsOf, confirm, newPage, signIn, watch } from './console-page.ts';
import { expectAccessible, expectNoSidewaysScroll } from './page.ts';

test.use({ viewport: { width: 1_440, height: 900 } });
test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

test('a gate is created without stock, with addresses whose faults are told at the field', async ({ page }) => {
  const saleId = newSaleId();
  await signIn(page);
  await page.getByTestId('new-sale').click();
  await page.getByTestId('field-kind').selectOption('gate');
  for (const name of ['stock', 'perVisitorLimit', 'holdSeconds', 'confirmBy'])
    await expect(page.getByTestId(`field-${name}`)).toHaveCount(0);
  await page.getByTestId('field-title').fill('게이트');
  await page.getByTestId('field-draft').selectOption('now');
  await page.getByTestId('field-saleId').fill(saleId);
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('error-returnUrls')).toContainText('꼭 필요한');
  await expect(page.getByTestId('field-returnUrls')).toBeFocused();
  await page.getByTestId('field-returnUrls').fill('https://shop.example/a\nhttps://shop.example/?b=1');
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('error-returnUrls')).toContainText('“https://shop.example/?b=1”');
  await expectAccessible(page);
  await page.getByTestId('field-returnUrls').fill(Array.from({ length: 9 }, (_, i) => `https://shop.example/${i}`).join('\n'));
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('error-returnUrls')).toContainText('최대 8개');
  await page.getByTestId('field-returnUrls').fill('https://shop.example/a\n\n https://m.shop.example/ ');
  await page.getByTestId('field-maxExtensions').fill('5');
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('dialog')).toContainText('https://shop.example/a, https://m.shop.example/');
  await confirm(page);
  await expect(page.getByTestId('kpi-completed')).toHaveAttribute('data-value', '0');
  expect(await saleOf(saleId)).toMatchObject({
    kind: 'gate',
    returnUrls: ['https://shop.example/a', 'https://m.shop.example/'],
    maxExtensions: 5,
  });
  for (const name of ['kpi-left', 'kpi-purchases', 'act-stock']) await expect(page.getByTestId(name)).toHaveCount(0);
  await expect(page.getByTestId('return-urls')).toContainText('https://m.shop.example/');
  await expect(page.getByTestId('kind')).toHaveText('게이트');
  await expectAccessible(page);
  for (const width of [390, 1_440]) {
    await page.setViewportSize({ width, height: 900 });
    await expectNoSidewaysScroll(page);
  }
});

test('a gate has a chart of the visits that its shop ended, as purchased and as abandoned', { tag: '@long' }, async ({ page }) => {
  const saleId = await createGate();
  await signIn(page, saleId);
  await expect(page.getByTestId('chart-completions').locator('canvas')).toBeVisible();
  for (const name of ['chart-purchases', 'chart-stock']) await expect(page.getByTestId(name)).toHaveCount(0);
  for (const outcome of ['purchased', 'purchased', 'abandoned']) {
    const { passId } = await inShop(saleId);
    expect((await shop.complete(passId, { outcome })).status).toBe(200);
  }
  await page.getByTestId('as-tables').click();
  const cells = page.getByTestId('chart-completions').locator('tbody tr').last().locator('td');
  await expect(cells).toHaveText(['2', '1']);
  await expect(page.getByTestId('chart-completions').locator('thead')).toContainText('구매 없이 끝남');
  await expectAccessible(page);
});

test('the addresses of a gate are edited, its kind is not', { tag: '@long' }, async ({ page }) => {
  const returnUrls = ['https://shop.example/a', 'https://m.shop.example/'];
  const saleId = await createSale({ kind: 'gate', stock: undefined, returnUrls });
  await signIn(page, saleId);
  await page.getByTestId('edit').click();
  await expect(page.getByTestId('field-returnUrls')).toHaveValue('https://shop.example/a\nhttps://m.shop.example/');
  await expect(page.getByTestId('field-kind')).toHaveCount(0);
  await page.getByTestId('field-returnUrls').fill('');
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('error-returnUrls')).toContainText('꼭 필요한');
  await page.getByTestId('field-returnUrls').fill('https://shop.example/new');
  await page.getByTestId('submit').click();
  await confirm(page);
  await expect(page.getByTestId('kpi-completed')).toBeVisible();
  expect(await saleOf(saleId)).toMatchObject({ returnUrls: ['https://shop.example/new'], version: 2 });
  await expect(page.getByTestId('audit-log-entry').first()).toContainText('https://shop.example/new');
});

test(
  'a shop whose holds are confirmed elsewhere needs an address; the choice can be taken back with it',
  { tag: '@long' },
  async ({ page }) => {
    const saleId = await createSale();
    await signIn(page, saleId);
    await page.getByTestId('edit').click();
    await page.getByTestId('field-confirmBy').selectOption('shop');
    await page.getByTestId('submit').click();
    await expect(page.getByTestId('error-returnUrls')).toContainText('꼭 필요한');
    await page.getByTestId('field-returnUrls').fill('https://shop.example/pay');
    await page.getByTestId('submit').click();
    await expect(page.getByTestId('dialog')).toContainText('방문자 → 결제를 받은 쇼핑몰');
    await confirm(page);
    await expect(page.getByTestId('kpi-left')).toBeVisible();
    expect(await saleOf(saleId)).toMatchObject({ confirmBy: 'shop', returnUrls: ['https://shop.example/pay'] });
    await page.getByTestId('edit').click();
    await page.getByTestId('field-confirmBy').selectOption('visitor');
    await page.getByTestId('field-returnUrls').fill('');
    await page.getByTestId('submit').click();
    await confirm(page);
    await expect(page.getByTestId('kpi-left')).toBeVisible();
    const sale = await saleOf(saleId);
    expect([sale.confirmBy, sale.returnUrls]).toEqual(['visitor', undefined]);
  },
);

test('what only the service knows is told at the field as well', { tag: '@long' }, async ({ page }) => {
  allow(page, expected.refused);
  const saleId = await createSale({ confirmBy: 'shop', returnUrls: ['https://shop.example/pay'] });
  await page.route(`**/api/admin/sales/${saleId}`, (route) =>
    route.request().method() === 'PATCH'
      ? route.fulfill({
          status: 400,
          contentType: 'application/problem+json',
          body: JSON.stringify({
            code: 'invalid_request',
            status: 400,
            errors: [{ path: '/returnUrls/0', detail: 'has a query or a fragment' }],
          }),
        })
      : route.fallback(),
  );
  await signIn(page, saleId);
  await page.getByTestId('edit').click();
  await page.getByTestId('field-returnUrls').fill('https://shop.example/other');
  await page.getByTestId('submit').click();
  await confirm(page);
  await expect(page.getByTestId('error-returnUrls')).toContainText('has a query or a fragment');
});

test('the overview names gates, and counts no stock for them', async ({ browser }) => {
  const saleId = await createSale({ kind: 'gate', stock: undefined, returnUrls: ['https://shop.example/'], title: 'Gate of the overview' });
  const page = await newPage(browser, { locale: 'en-GB' });
  await signIn(page);
  await expect(page.getByTestId(`sale-${saleId}`)).toContainText('Gate');
  await expect(page.getByTestId(`sale-${saleId}`)).not.toContainText('0 / 0');
  await expect(page.getByTestId('kpi-all-sold')).not.toContainText('NaN');
  await operator.close(saleId);
  await page.context().close();
});
