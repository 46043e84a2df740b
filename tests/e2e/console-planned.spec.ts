import type { Page } from '@playwright/test';
import { allow, expect, expected, test } from './strict.ts';
import { createSale, newSaleId, operator, saleOf, valueOf } from '../fixtures/client.ts';
import { complaintsOf, confirm, doIt, keep, newPage, signIn, watch, web } from './console-page.ts';
import { expectAccessible, expectNoSidewaysScroll } from './page.ts';

test.use({ viewport: { width: 1_440, height: 900 } });
test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

const planOf = async (saleId: string) => (await valueOf('the plan', operator.planned(saleId))).planned;
const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
const rows = (page: Page) => page.getByTestId('planned-change');
const entries = (page: Page, action: string) => page.locator(`[data-testid="audit-log-entry"][data-action="${action}"]`);
const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLElement).dataset['testid'] ?? document.activeElement?.tagName);

test('an operator in New York plans changes of a sale in Seoul, sees both times, and takes one back', async ({ browser }) => {
  const page = await newPage(browser, { locale: 'en-US', timezoneId: 'America/New_York' });
  allow(page, expected.refused);
  const saleId = await createSale({ title: 'Spring', stock: 1_000, timeZone: 'Asia/Seoul' });
  await signIn(page, saleId);
  await expect(page.getByText('Nothing is planned.')).toBeVisible();
  await page.getByTestId('plan').click();
  await expect(page.getByTestId('field-at')).toBeFocused();
  await confirm(page);
  await expect(page.getByTestId('error-at')).toContainText('required', { ignoreCase: true });
  await page.getByTestId('field-at').fill('2031-03-09T02:30');
  await expect(page.locator('[data-warning="warn.gap"]')).toBeVisible();
  await page.getByTestId('field-at').fill('2020-03-09T10:30');
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).toContainText('Choose a status');
  await page.getByTestId('field-admitPerSecond').fill('1.000');
  await confirm(page);
  await expect(page.getByTestId('error-admitPerSecond')).not.toBeEmpty();
  await page.getByTestId('field-admitPerSecond').fill('1,200');
  await expect(page.locator('[data-warning="warn.stock"]')).toContainText('1,000 tickets');
  await page.getByTestId('field-status').selectOption('open');
  await page.getByTestId('field-message').fill('Faster <b>now</b>');
  await confirm(page);
  await expect(page.getByTestId('error-at')).toContainText('in the past');
  await expect(page.getByTestId('field-at')).toBeFocused();
  await page.getByTestId('field-at').fill('2031-03-10T10:30');
  await expect(page.getByTestId('dialog')).toContainText('10 Mar 2031, 10:30 GMT-4 (10 Mar 2031, 23:30 KST)');
  await page.getByTestId('dialog-yes').dblclick();
  await expect(page.getByTestId('dialog')).toHaveCount(0);
  await expect(rows(page)).toHaveCount(1);
  const [planned] = await planOf(saleId);
  expect(planned).toMatchObject({
    at: '2031-03-10T14:30:00.000Z',
    change: { status: 'open', admitPerSecond: 1_200, message: 'Faster <b>now</b>' },
  });
  for (const text of [
    '10 Mar 2031, 10:30 GMT-4 (10 Mar 2031, 23:30 KST)',
    '1,200',
    'Open or resume',
    'Faster <b>now</b>',
    planned!.operator,
  ])
    await expect(rows(page)).toContainText(text);
  await expect(entries(page, 'plan')).toContainText('1,200');

  // Another operator's is seen too, and one that was taken back meanwhile is said to be gone.
  const other = await valueOf('plan', operator.plan(saleId, { at: '2031-01-01T00:00:00Z', change: { message: null } }));
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText('cleared');
  await rows(page).first().getByRole('button').click();
  await valueOf('unplan', operator.unplan(saleId, other.plannedId));
  allow(page, expected.missing);
  await confirm(page);
  await expect(page.getByTestId('dialog-error')).toContainText('taken back by somebody else');
  await expect(page.getByTestId('dialog-yes')).toHaveCount(0);
  await expect(page.getByTestId('dialog-no')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dialog')).toHaveCount(0);
  await expect(rows(page)).toHaveCount(1);
  await rows(page)
    .getByRole('button', { name: /Take back the change of 10 Mar/ })
    .click();
  await page.getByTestId('dialog-no').click();
  expect(await planOf(saleId)).toHaveLength(1);
  await rows(page).getByRole('button').click();
  await confirm(page);
  await expect(page.getByText('Nothing is planned.')).toBeVisible();
  expect(await planOf(saleId)).toEqual([]);
  await expect(entries(page, 'unplan')).toHaveCount(2);
  await page.context().close();
});

test('changes that are made, and those that are skipped, are seen on the page of the sale @long', async ({ page }) => {
  const saleId = await createSale({ draft: true, title: '초안' });
  await signIn(page, saleId);
  await valueOf('plan', operator.plan(saleId, { at: at(2_000), change: { status: 'paused' } }));
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toHaveCount(0);
  await expect(entries(page, 'planned_change').getByTestId('planned-skipped')).toContainText('‘예정’');
  await valueOf('plan', operator.plan(saleId, { at: at(2_000), change: { status: 'open', message: '시작합니다' } }));
  await expect(page.getByTestId('status')).toHaveAttribute('data-status', 'open');
  await expect(page.getByTestId('message')).toContainText('시작합니다');
  await expect(entries(page, 'planned_change')).toHaveCount(2);
  await expect(entries(page, 'planned_change').first()).toContainText('예정 → 판매 중');
  await expect(entries(page, 'planned_change').first().getByTestId('planned-skipped')).toHaveCount(0);
  await keep(page, 'planned');
});

test('planning works by keyboard alone on a phone, in Korean', { tag: '@long' }, async ({ browser }) => {
  const page = await newPage(browser, { viewport: { width: 360, height: 640 }, timezoneId: 'Asia/Seoul' });
  const saleId = await createSale({ title: '봄 공연', timeZone: 'America/New_York' });
  await signIn(page, saleId);
  await page.getByTestId('plan').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('field-at');
  await page.getByTestId('field-at').fill('2031-05-01T10:00');
  await page.keyboard.press('Tab');
  for (let i = 0; i < 12 && (await focused(page)) !== 'field-activeLimit'; i += 1) await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('field-activeLimit');
  await page.keyboard.type('7');
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dialog')).toHaveCount(0);
  await expect.poll(() => focused(page)).toBe('plan');
  await expect(rows(page)).toContainText('2031년 5월 1일 10:00 KST (2031년 4월 30일 21:00 GMT-4)');
  expect((await rows(page).innerText()).match(/[A-Za-z]{2,} [A-Za-z]{2,}/g)).toBeNull();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await rows(page).getByRole('button').focus();
  await page.keyboard.press('Enter');
  expect(await focused(page)).toBe('dialog-no');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(0);
  await page.context().close();
});

test('settings that are surely not meant are told before they are saved, and saved all the same', { tag: '@long' }, async ({ browser }) => {
  const page = await newPage(browser, { locale: 'en-US', timezoneId: 'America/New_York' });
  const saleId = newSaleId();
  await signIn(page);
  await page.getByTestId('new-sale').click();
  for (const [field, text] of [
    ['title', 'Odd'],
    ['saleId', saleId],
    ['stock', '30'],
    ['claimSeconds', '5'],
    ['sessionSeconds', '60'],
    ['holdSeconds', '90'],
    ['timeZone', 'Asia/Seoul'],
  ] as const)
    await page.getByTestId(`field-${field}`).fill(text);
  await page.getByTestId('field-draft').selectOption('at');
  await page.getByTestId('field-opensAt').fill('2031-03-09T02:30');
  await page.getByTestId('field-closesAt').fill('2031-11-02T01:30');
  await page.getByTestId('submit').click();
  const warnings = () => page.locator('[data-warning]').evaluateAll((all) => all.map((one) => one.getAttribute('data-warning')));
  await expect.poll(warnings).toEqual(['warn.hold', 'warn.claim', 'warn.stock', 'warn.gap', 'warn.twice']);
  await expectAccessible(page);
  await page.getByTestId('dialog-no').click();
  await page.getByTestId('field-opensAt').fill('2020-01-01T10:00');
  await page.getByTestId('field-holdSeconds').fill('60');
  await page.getByTestId('submit').click();
  await expect.poll(warnings).toEqual(['warn.claim', 'warn.stock', 'warn.past.opensAt', 'warn.twice']);
  await confirm(page);
  await expect(page.getByTestId('kpi-left')).toHaveAttribute('data-value', '30');

  await page.getByTestId('edit').click();
  await page.getByTestId('field-title').fill('Odder');
  await page.getByTestId('submit').click();
  await expect.poll(warnings).toEqual([]);
  await page.getByTestId('dialog-no').click();
  await page.getByTestId('field-sessionSeconds').fill('50');
  await page.getByTestId('submit').click();
  await expect.poll(warnings).toEqual(['warn.hold']);
  await confirm(page);
  await expect(page.getByTestId('kpi-left')).toBeVisible();
  await page.getByTestId('act-pace').click();
  await page.getByTestId('field-admitPerSecond').fill('31');
  await expect.poll(warnings).toEqual(['warn.stock']);
  await page.context().close();
});

test('a sale is duplicated without its people, and a closed one deleted once its name was typed @long', async ({ page }) => {
  allow(page, expected.missing);
  const settings = { title: '봄 공연', stock: 70, admitPerSecond: 0.25, claimSeconds: 45, timeZone: 'Asia/Tokyo', perVisitorLimit: 2 };
  const saleId = await createSale({ ...settings, message: '지난 안내', closesAt: '2031-05-01T10:00:00.000Z' });
  const copyId = newSaleId();
  await signIn(page, saleId);
  await page.getByTestId('duplicate').click();
  await expect(page.getByTestId('field-title')).toHaveValue('봄 공연');
  await expect(page.getByTestId('field-saleId')).toHaveValue('');
  await expect(page.getByTestId('field-message')).toHaveValue('');
  await page.getByTestId('submit').click();
  await expect(page.getByTestId('form-errors')).toContainText('2');
  await page.getByTestId('field-saleId').fill(copyId);
  await page.getByTestId('field-draft').selectOption('hand');
  await page.getByTestId('submit').click();
  await confirm(page);
  await expect(page.getByTestId('kpi-left')).toHaveAttribute('data-value', '70');
  const copy = await saleOf(copyId);
  expect(copy).toMatchObject({ ...settings, stock: { total: 70 }, status: 'scheduled', closesAt: '2031-05-01T10:00:00.000Z', joined: 0 });
  expect(copy).not.toHaveProperty('message');

  await expect(page.getByTestId('delete')).toHaveCount(0);
  await doIt(page, 'close');
  await page.getByTestId('delete').click();
  await expect(page.getByTestId('field-name')).toBeFocused();
  await page.getByTestId('field-name').fill('봄');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('error-name')).toContainText('다릅니다');
  await expect(page.getByTestId('field-name')).toBeFocused();
  expect((await operator.sale(copyId)).status).toBe(200);
  await expectAccessible(page);
  // As another keyboard composes it.
  await page.getByTestId('field-name').fill(' 봄 공연 '.normalize('NFD'));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${web()}/operator`);
  await expect(page.getByTestId(`sale-${saleId}`)).toBeVisible();
  await expect(page.getByTestId(`sale-${copyId}`)).toHaveCount(0);
  expect((await operator.sale(copyId)).status).toBe(404);
});
