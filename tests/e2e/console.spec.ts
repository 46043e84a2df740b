import { allow, expect, expected, test } from './strict.ts';
import { createSale, joinAs, newSaleId, operator, saleOf } from '../fixtures/client.ts';
import { adminToken } from '../fixtures/stack.mjs';
import { complaintsOf, confirm, doIt, effectMs, newPage, signIn, watch, web } from './console-page.ts';

test.use({ viewport: { width: 1_440, height: 900 } });
test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

test("only an operator's token opens the console, and the browser keeps none of it", async ({ page }) => {
  allow(page, expected.unknownToken);
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await page.goto(`${web()}/operator`);
  await page.getByTestId('sign-in').click();
  await expect(page.getByTestId('token')).toBeFocused();
  for (const wrong of ['not-the-operators-token', '토큰이 아닙니다']) {
    await page.getByTestId('token').fill(wrong);
    await page.getByTestId('sign-in').click();
    await expect(page.locator('[role="alert"]').first()).toContainText('운영자 토큰이 아닙니다');
    await expect(page.getByTestId('token')).toBeFocused();
  }
  await expect(page.getByTestId('new-sale')).toHaveCount(0);
  await page.getByTestId('token').fill(adminToken);
  await page.getByTestId('token').press('Enter');
  await expect(page.getByTestId('new-sale')).toBeVisible();
  const kept = await page.evaluate(() =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
      history.state,
      document.documentElement.outerHTML,
    ]),
  );
  expect(kept).not.toContain(adminToken);
  expect(JSON.stringify(await page.context().cookies())).not.toContain(adminToken);
  expect(addresses.filter((address) => address.includes(adminToken))).toEqual([]);
  await page.reload();
  await expect(page.getByTestId('new-sale')).toBeVisible();
  await page.getByTestId('sign-out').click();
  await expect(page.getByTestId('token')).toHaveValue('');
  await expect(page.getByTestId('new-sale')).toHaveCount(0);
});

test('a sale is created and edited with every fault explained at its field', async ({ page }) => {
  allow(page, expected.refused);
  const saleId = newSaleId();
  await signIn(page);
  await page.getByTestId('new-sale').click();
  await expect(page.getByTestId('field-opensAt')).toHaveCount(0);
  await page.getByTestId('field-draft').selectOption('at');
  for (const [field, text] of [
    ['saleId', 'Bad Id!'],
    ['stock', '1.5'],
    ['admitPerSecond', '0'],
    ['opensAt', '2031-05-01T10:00'],
    ['closesAt', '2031-05-01T10:00'],
  ] as const)
    await page.getByTestId(`field-${field}`).fill(text);
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('field-title')).toBeFocused();
  for (const [field, text] of [
    ['title', '꼭 필요한'],
    ['saleId', '1–40자'],
    ['stock', '10,000,000까지의 정수'],
    ['admitPerSecond', '0.0001부터 6,000까지의 수'],
    ['closesAt', '오픈 시각보다 뒤'],
  ] as const) {
    await expect(page.getByTestId(`error-${field}`)).toContainText(text);
    await expect(page.getByTestId(`field-${field}`)).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(page.getByTestId('form-errors')).toContainText('5');
  const taken = await createSale();
  for (const [field, text] of [
    ['title', '  봄 공연  '],
    ['saleId', taken],
    ['stock', '1,200'],
    ['admitPerSecond', '0.25'],
    ['closesAt', ''],
    ['message', '곧 시작합니다'],
  ] as const)
    await page.getByTestId(`field-${field}`).fill(text);
  await page.getByTestId('field-draft').selectOption('hand');
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('dialog')).toContainText('초안입니다');
  await page.getByTestId('dialog-no').click();
  await page.getByTestId('field-draft').selectOption('now');
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('dialog')).toContainText('초당 0.25명');
  await confirm(page);
  await expect(page.getByTestId('error-saleId')).toContainText('이미 이 ID의 판매가 있습니다');
  await page.getByTestId('field-saleId').fill(saleId);
  await page.getByTestId('submit').click();
  await confirm(page);
  await expect(page.getByTestId('kpi-left')).toHaveAttribute('data-value', '1200');
  expect(await saleOf(saleId)).toMatchObject({
    title: '봄 공연',
    status: 'open',
    admitPerSecond: 0.25,
    message: '곧 시작합니다',
    perVisitorLimit: 4,
    timeZone: await page.evaluate(() => new Intl.DateTimeFormat().resolvedOptions().timeZone),
    stock: { total: 1_200 },
  });

  await page.getByTestId('edit').click();
  await page.getByTestId('submit').click();
  await expect(page.getByText('바뀐 것이 없습니다')).toBeVisible();
  await page.getByTestId('field-sessionSeconds').fill('90');
  await page.getByTestId('field-message').fill('');
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('dialog')).toContainText('300 → 90');
  await operator.change(saleId, { title: '봄 공연, 둘째 날' });
  await confirm(page);
  // What was typed stays, and the dialog asks again.
  await expect(page.getByTestId('dialog-error')).toContainText('다른 사람이 판매를 변경했습니다');
  await expect(page.getByTestId('conflict-entry')).toContainText('봄 공연 → 봄 공연, 둘째 날');
  await expect(page.getByTestId('field-title')).toHaveValue('봄 공연, 둘째 날');
  await expect(page.getByTestId('field-sessionSeconds')).toHaveValue('90');
  await confirm(page);
  await expect(page.getByTestId('kpi-left')).toBeVisible();
  expect(await saleOf(saleId)).toMatchObject({ title: '봄 공연, 둘째 날', sessionSeconds: 90 });
  expect((await saleOf(saleId)).message).toBeUndefined();
});

test("whatever the operator does is seen within two seconds: in the figures, on a visitor's page, and in the audit log", async ({
  page,
  browser,
}) => {
  const saleId = await createSale({ admitPerSecond: 0.001, stock: 30 });
  await joinAs(saleId);
  const visitor = await newPage(browser, { viewport: { width: 390, height: 844 } });
  await visitor.goto(`${web()}/sales/${saleId}`);
  await visitor.getByTestId('join-button').click();
  const visitorState = visitor.getByTestId('state').first();
  await expect(visitorState).toHaveAttribute('data-state', 'waiting');
  await signIn(page, saleId);
  await expect(page.getByTestId('kpi-waiting')).toHaveAttribute('data-value', '2');
  await expect(page.getByTestId('kpi-browsers')).toHaveAttribute('data-value', '1');
  const soon = { timeout: 2_000 };

  await doIt(page, 'pause');
  await expect(page.getByTestId('status')).toHaveAttribute('data-status', 'paused', soon);
  await expect(visitorState).toHaveAttribute('data-state', 'paused', soon);
  expect(await effectMs(page)).toBeLessThan(2_000);
  await doIt(page, 'message', '10분 뒤에 다시 시작합니다 <b>!</b>');
  await expect(visitor.getByText('10분 뒤에 다시 시작합니다 <b>!</b>').first()).toBeVisible(soon);
  expect(await effectMs(page)).toBeLessThan(2_000);
  await doIt(page, 'resume');
  await expect(page.getByTestId('status')).toHaveAttribute('data-status', 'open', soon);
  await expect(visitorState).toHaveAttribute('data-state', 'waiting', soon);

  await page.getByTestId('act-stock').click();
  await page.getByTestId('field-add').fill('0');
  await confirm(page);
  await expect(page.getByTestId('error-add')).toContainText('0이 아닌');
  await page.getByTestId('field-add').fill('9999999');
  await confirm(page);
  await expect(page.getByTestId('error-add')).toContainText('넘게 됩니다');
  await page.getByTestId('field-add').fill('20');
  await page.getByTestId('dialog-yes').dblclick();
  await expect(page.getByTestId('kpi-left')).toHaveAttribute('data-value', '50', soon);
  await doIt(page, 'cap', '1');
  expect(await effectMs(page)).toBeLessThan(2_000);
  await doIt(page, 'pace', '50');
  await expect(page.getByTestId('kpi-active')).toHaveAttribute('data-value', '1', soon);
  expect(await effectMs(page)).toBeLessThan(2_000);
  await doIt(page, 'close');
  await expect(page.getByTestId('status')).toHaveAttribute('data-status', 'closed', soon);
  await expect(visitorState).toHaveAttribute('data-state', 'closed', soon);
  await doIt(page, 'open');
  await expect(page.getByTestId('status')).toHaveAttribute('data-status', 'open', soon);

  const actions = ['open', 'close', 'change', 'change', 'add_stock', 'resume', 'change', 'pause', 'create'];
  await expect
    .poll(
      async () =>
        await page.getByTestId('audit-log-entry').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['action'])),
      soon,
    )
    .toEqual(actions.slice(0, 8));
  const { body } = await operator.auditLog(saleId);
  expect(body.entries.map(({ action }) => action)).toEqual(actions);
  expect(await saleOf(saleId)).toMatchObject({ admitPerSecond: 50, activeLimit: 1, stock: { total: 50 } });
  await visitor.context().close();
});

test('two operators do not overwrite each other', async ({ page }) => {
  allow(page, expected.network, expected.refused);
  const saleId = await createSale({ admitPerSecond: 5 });
  await signIn(page, saleId);
  await page.getByTestId('act-pace').click();
  await page.getByTestId('field-admitPerSecond').fill('9');
  // No updates of the stats, so that the console confirms with the old version.
  await page.route('**/stats*', (route) => route.abort());
  await operator.change(saleId, { admitPerSecond: 7 });
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).toContainText('다른 사람이 판매를 변경했습니다');
  await expect(page.getByTestId('dialog')).toContainText('현재 초당 7명');
  expect((await saleOf(saleId)).admitPerSecond).toBe(7);
  await confirm(page);
  await expect(page.getByTestId('dialog')).toHaveCount(0);
  expect((await saleOf(saleId)).admitPerSecond).toBe(9);
});

test('old figures are said to be old, and new ones come by themselves', { tag: '@long' }, async ({ page }) => {
  allow(page, expected.network);
  const saleId = await createSale();
  await signIn(page, saleId);
  await expect(page.getByTestId('stale')).toBeEmpty();
  await page.route('**/stats*', (route) => route.abort());
  await expect(page.getByTestId('stale')).toContainText('새 수치가 없습니다', { timeout: 4_000 });
  await page.unroute('**/stats*');
  await expect(page.getByTestId('stale')).toBeEmpty({ timeout: 3_000 });
});

test('everything works by keyboard alone, and the focus never gets lost', async ({ page }) => {
  const saleId = await createSale();
  await signIn(page, saleId);
  const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset['testid'] ?? document.activeElement?.tagName);
  await page.getByTestId('act-pause').focus();
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('dialog-no');
  for (const expected of ['dialog-yes', 'BODY', 'dialog-no']) {
    await page.keyboard.press('Tab');
    const now = await focused();
    // After the last control the focus goes to the browser's toolbar, never to the page behind.
    if (now !== expected) expect(['dialog-no', 'dialog-yes', 'BODY', 'dialog']).toContain(now);
  }
  await page.keyboard.press('Escape');
  await expect.poll(focused).toBe('act-pause');
  await page.keyboard.press('Enter');
  await page.getByTestId('dialog-yes').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('status')).toHaveAttribute('data-status', 'paused');
  await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute('data-actions'))).toBe(true);
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('act-resume');
  await page.getByTestId('act-pace').focus();
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('field-admitPerSecond');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('act-pace');
  expect((await saleOf(saleId)).admitPerSecond).toBe(3);
});
