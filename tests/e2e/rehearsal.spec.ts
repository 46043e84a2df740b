import { allow, expect, expected, test } from './strict.ts';
import { createSale, operator } from '../fixtures/client.ts';
import { complaintsOf, keep, newPage, signIn, watch, web } from './console-page.ts';
import { expectAccessible, expectNoSidewaysScroll } from './page.ts';

test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

const quick = { title: 'Winter Concert', stock: 10, admitPerSecond: 40, claimSeconds: 2, sessionSeconds: 4, perVisitorLimit: 1 };

test('a sale is rehearsed with the keyboard: its copy sells out, says what it is, and is stopped', async ({ browser }) => {
  const page = await newPage(browser, { locale: 'en-GB' });
  const saleId = await createSale(quick);
  await signIn(page, saleId);
  await page.getByTestId('rehearse').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-people')).toBeFocused();
  await page.getByTestId('field-people').fill('20001');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('error-people')).toContainText('20,000');
  await expect(page.getByTestId('field-people')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('25');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1');
  await page.keyboard.press('Tab');
  await page.keyboard.type('61');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('error-arrival')).toContainText('60');
  await expect(page.getByTestId('field-arrival')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('20');
  await expectAccessible(page);
  await keep(page, 'rehearse');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/operator\/sales\/rehearsal-[0-9a-f]{16}$/);
  const copy = page.url().split('/').at(-1)!;
  const banner = page.getByTestId('rehearsal');
  await expect(banner).toContainText(`Rehearsal of Winter Concert (${saleId}): 25 virtual people, deleted at`);
  for (const control of ['rehearse', 'duplicate', 'plan']) await expect(page.getByTestId(control)).toHaveCount(0);
  expect((await operator.sale(copy)).body.rehearsal).toMatchObject({ of: saleId, people: 25, minutes: 1, arrivalSeconds: 20 });
  await expect.poll(async () => (await operator.sale(copy)).body.joined, { timeout: 90_000 }).toBeGreaterThan(3);
  await expectAccessible(page);
  await keep(page, 'rehearsal');

  await page.getByTestId('rehearsal-stop').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('status').first()).toHaveAttribute('data-status', 'closed');
  await expect(page.getByTestId('rehearsal-stop')).toHaveCount(0);
  await expect(page.getByTestId('delete')).toBeVisible();
  const created = page.getByTestId('audit-log-entry').filter({ hasText: 'Created' });
  await expect(created).toContainText(`Rehearsal of ${saleId}`);
  await expect(created).toContainText('Virtual people 25');
  await expect(created).not.toContainText(/rehearsalPlan|noShowRate|[{}]/);
  await keep(page, 'rehearsal-stopped');
  await page.getByTestId('rehearsal-of').click();
  await expect(page.getByTestId('rehearse')).toBeVisible();
  const rehearsed = page.getByTestId('audit-log-entry').filter({ hasText: 'Rehearsed' });
  await expect(rehearsed).toContainText(`Rehearsal ${copy}`);
  await expect(rehearsed).toContainText('No-shows, % 10');
  await operator.delete(copy);
});

test('the answer of a start is lost: the second click goes to the rehearsal of the first @long', async ({ browser }) => {
  const page = await newPage(browser, { locale: 'en-GB' });
  allow(page, expected.network);
  const saleId = await createSale(quick);
  await signIn(page, saleId);
  let isLost = false;
  await page.route('**/rehearsals', async (route) => {
    if (isLost) return await route.continue();
    isLost = true;
    await route.fetch();
    await route.abort();
  });
  await page.getByTestId('rehearse').click();
  await page.getByTestId('field-people').fill('5');
  await page.getByTestId('dialog-yes').click();
  await expect(page.getByTestId('dialog-error')).toBeVisible();
  await page.getByTestId('dialog-yes').click();
  await page.waitForURL(/\/operator\/sales\/rehearsal-[0-9a-f]{16}$/);
  const copy = page.url().split('/').at(-1)!;
  const copies = (await operator.sales({ limit: 500 })).body.sales.filter(({ rehearsal }) => rehearsal?.of === saleId);
  expect(copies.map((sale) => sale.saleId)).toEqual([copy]);
  await expect(page.getByTestId('rehearsal')).toBeVisible();
  await expect(page.getByTestId('rehearsal-stalled')).toHaveCount(0);
  // What the console hears a minute after the gateway of these people was stopped.
  await page.route(`**/api/admin/sales/${copy}/stats*`, async (route) => {
    const answer = await route.fetch();
    const stats = (await answer.json()) as { sale: { serverTime: string } };
    const serverTime = new Date(Date.parse(stats.sale.serverTime) + (isLater ? 60_000 : 0)).toISOString();
    await route.fulfill({ response: answer, json: { ...stats, sale: { ...stats.sale, joined: 1, serverTime } } });
    heard += 1;
  });
  let isLater = false;
  let heard = 0;
  await expect.poll(() => heard).toBeGreaterThan(1);
  isLater = true;
  await expect(page.getByTestId('rehearsal-stalled')).toContainText('1 of 5 people have joined, and no more arrive');
  await keep(page, 'rehearsal-stalled');
  await page.close();
  await operator.close(copy);
  await operator.delete(copy);
});

test('on a phone and in Korean the list marks a rehearsal, and a fourth one is refused', { tag: '@long' }, async ({ browser }) => {
  const page = await newPage(browser, { locale: 'ko-KR', viewport: { width: 390, height: 800 } });
  const saleId = await createSale(quick);
  const copies: string[] = [];
  for (;;) {
    const { status, body } = await operator.rehearse(saleId, { people: 1 });
    if (status !== 201) break;
    copies.push(body.saleId);
  }
  allow(page, expected.refused);
  await signIn(page);
  await expect(page.getByTestId(`sale-${copies[0]!}`).getByTestId('rehearsal-badge').first()).toContainText('리허설');
  await expect(page.getByTestId(`sale-${saleId}`).getByTestId('rehearsal-badge')).toHaveCount(0);
  await page.getByTestId(`sale-${saleId}`).getByRole('link').click();
  await page.getByTestId('rehearse').click();
  await expectNoSidewaysScroll(page);
  await page.getByTestId('dialog-yes').click();
  await expect(page.getByTestId('dialog-error')).toContainText('리허설이 이미 세 개 있습니다');
  await keep(page, 'rehearse-phone');
  await page.getByTestId('dialog-no').click();
  await page.goto(`${web()}/operator/sales/${copies[0]!}`);
  await expect(page.getByTestId('rehearsal')).toContainText('리허설');
  await expectNoSidewaysScroll(page);
  await keep(page, 'rehearsal-phone');
  await page.getByTestId('rehearsal-stop').click();
  await expect(page.getByTestId('status').first()).toHaveAttribute('data-status', 'closed');
  await expect(page.getByTestId('rehearsal-stop')).toHaveCount(0);
  await expectNoSidewaysScroll(page);
  await keep(page, 'rehearsal-stopped-phone');
  await page.close();
  for (const copy of copies) {
    await operator.close(copy);
    await operator.delete(copy);
  }
});
