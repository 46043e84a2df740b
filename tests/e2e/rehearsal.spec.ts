import { allow, expect, expected, test } from './strict.ts';
import { createSale, operator } from '../fixtures/client.ts';
import { complaintsOf, keep, newPage, signIn, watch } from './console-page.ts';
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
  await expectAccessible(page);
  await keep(page, 'rehearse');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/operator\/sales\/rehearsal-[0-9a-f]{16}$/);
  const copy = page.url().split('/').at(-1)!;
  const banner = page.getByTestId('rehearsal');
  await expect(banner).toContainText(`Rehearsal of Winter Concert (${saleId}): 25 virtual people, deleted at`);
  await expect(page.getByTestId('rehearse')).toHaveCount(0);
  await expect.poll(async () => (await operator.sale(copy)).body.joined, { timeout: 90_000 }).toBeGreaterThan(3);
  await expectAccessible(page);
  await keep(page, 'rehearsal');

  await page.getByTestId('rehearsal-stop').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('status').first()).toHaveAttribute('data-status', 'closed');
  await expect(page.getByTestId('rehearsal-stop')).toHaveCount(0);
  await page.getByTestId('rehearsal-of').click();
  await expect(page.getByTestId('rehearse')).toBeVisible();
  await operator.delete(copy);
});

test('on a phone and in Korean the list marks a rehearsal, and a fourth one is refused', async ({ browser }) => {
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
  for (const copy of copies) {
    await operator.close(copy);
    await operator.delete(copy);
  }
});
