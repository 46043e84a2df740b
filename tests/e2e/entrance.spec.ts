import type { Page } from '@playwright/test';
import { createSale, joinAs, operator, saleOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { englishPage, expectAccessible, expectState, open, web } from './page.ts';
import { allow, expect, expected, test } from './strict.ts';

/** A line without admissions. */
const standing = (settings: Record<string, unknown>) => createSale({ admitPerSecond: 0.001, stock: 100, ...settings });
const clickJoin = (page: Page) => page.getByTestId('join-button').click();
const expectPosition = (page: Page, at: number) =>
  expect(page.getByTestId('position')).toHaveAttribute('data-position', String(at), { timeout: 20_000 });

for (const [language, said] of [
  ['ko', '로봇이 아닌지 확인하고 있습니다'],
  ['en', 'Checking that you are not a robot'],
] as const)
  test(`a proof of work asks for nothing but the key press, shows its progress, and tells a screen reader of it: ${language}${language === 'en' ? ' @long' : ''}`, async ({
    browser,
  }) => {
    const saleId = await standing({ proofOfWork: 'on', proofOfWorkSeconds: 3 });
    const page = language === 'en' ? await englishPage(browser) : await (await browser.newContext({ locale: 'ko-KR' })).newPage();
    // A solution may be found at once: the check is looked at before it begins.
    await page.addInitScript(() => {
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function later(this: Worker, ...message: [unknown]) {
        setTimeout(() => post.apply(this, message), 4_000);
      } as typeof post;
    });
    await open(page, saleId);
    await page.getByTestId('join-button').focus();
    await page.keyboard.press('Enter');
    const check = page.getByTestId('proof-check');
    await expect(check).toBeVisible();
    await expect(check).toContainText(said);
    await expect(page.getByRole('status').filter({ hasText: said })).toHaveCount(1);
    await expect(check.getByRole('progressbar', { name: said })).toHaveAttribute('aria-valuenow', /\d+/);
    await expectAccessible(page);
    await expectPosition(page, 1);
    expect((await saleOf(saleId)).waiting).toBe(1);
    await page.context().close();
  });

test('an access code is typed, or comes with the link and leaves the address', async ({ page, browser }) => {
  allow(page, expected.tooLate);
  const saleId = await standing({ access: 'code' });
  await operator.makeCodes(saleId, { codes: ['SPRING2026'], uses: 2 });
  await open(page, saleId);
  await clickJoin(page);
  await expect(page.getByTestId('code-error')).toHaveText(/초대장에 적힌 코드|code of your invitation/);
  await page.getByTestId('code-field').fill('WRONGCODE1');
  await clickJoin(page);
  await expect(page.getByTestId('code-field')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await page.getByTestId('code-field').fill('spring-2O26');
  await clickJoin(page);
  await expectPosition(page, 1);

  const invited = await englishPage(browser);
  await invited.goto(`${web()}/sales/${saleId}#code=SPRING2026`);
  await expect(invited.getByTestId('code-field')).toHaveValue('SPRING2026');
  expect(await invited.evaluate(() => window.location.href)).not.toContain('SPRING');
  await clickJoin(invited);
  await expectPosition(invited, 2);
  await invited.context().close();
});

test('two tabs that join at the same instant without a cookie get one place', { tag: '@longer' }, async ({ browser }) => {
  test.setTimeout(600_000);
  for (let time = 0; time < (isLong ? 8 : 2); time += 1) {
    const saleId = await standing({});
    const page = await englishPage(browser);
    // Without locks every second time, as on a page over plain http.
    if (time % 2 === 1) await page.context().addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
    const second = await page.context().newPage();
    await Promise.all([open(page, saleId), open(second, saleId)]);
    await Promise.all([expectState(page, 'join'), expectState(second, 'join')]);
    const join = (tab: Page) => tab.getByTestId('join-button').dispatchEvent('click');
    await Promise.all([join(page), join(second)]);
    await Promise.all([expectPosition(page, 1), expectPosition(second, 1)]);
    expect((await saleOf(saleId)).waiting).toBe(1);
    await page.context().close();
  }
});

test('a link to another device shows the same place on both, once; a browser with a place is asked @long', async ({ page, browser }) => {
  allow(page, expected.tooLate);
  const saleId = await standing({});
  await joinAs(saleId);
  await open(page, saleId);
  await clickJoin(page);
  await expectPosition(page, 2);
  const link = async (): Promise<string> => {
    const answer = await page.context().request.post(`${web()}/api/sales/${saleId}/queue/me/transfer`, { headers: { origin: web() } });
    expect(answer.status()).toBe(201);
    return ((await answer.json()) as { url: string }).url.replace(/^.*\/sales\//, `${web()}/sales/`);
  };
  await page.getByTestId('transfer-button').click();
  await expect(page.getByTestId('transfer-panel').getByRole('img')).toBeVisible();
  await expectAccessible(page);
  const first = (await page.getByTestId('transfer-link').inputValue()).replace(/^.*\/sales\//, `${web()}/sales/`);
  const device = await englishPage(browser);
  await device.goto(first);
  await expectPosition(device, 2);
  expect((await saleOf(saleId)).waiting).toBe(2);

  const other = await englishPage(browser);
  await open(other, saleId);
  await clickJoin(other);
  await expectPosition(other, 3);
  const second = await link();
  await other.goto('about:blank');
  await other.goto(second);
  await expect(other.getByTestId('link-offer')).toBeVisible();
  await expectAccessible(other);
  await other.getByTestId('link-keep').click();
  await expectPosition(other, 3);
  await expect(other.getByTestId('link-offer')).toBeHidden();
  await other.goto('about:blank');
  await other.goto(second);
  await other.getByTestId('link-change').click();
  await expectPosition(other, 2);
  for (const one of [device, other]) await one.context().close();
});
