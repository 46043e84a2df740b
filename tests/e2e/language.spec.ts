import type { Page } from '@playwright/test';
import { allow, expect, expected, test } from './strict.ts';
import { createSale } from '../fixtures/client.ts';
import { expectState, neverReloaded, open, web } from './page.ts';
import { readCalm, watchCalm } from './weight.ts';

const [korean, english] = ['대기열 진입', 'Join the line'];
const button = (page: Page) => page.getByTestId('join-button');
const choose = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Texts of the scripts that the page loads from now on. */
const scriptsOf = (page: Page): string[] => {
  const texts: string[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') void response.text().then((text) => texts.push(text));
  });
  return texts;
};
const have = (texts: string[], text: string): boolean => texts.some((one) => one.includes(text));

test('one language comes with the page, the other when it is chosen, without a jump or a reload', async ({ page }) => {
  const saleId = await createSale();
  const scripts = scriptsOf(page);
  await watchCalm(page);
  await open(page, saleId);
  await expectState(page, 'join');
  await expect(button(page)).toHaveText(korean);
  expect(scripts.length).toBeGreaterThan(5);
  expect([have(scripts, korean), have(scripts, english)]).toEqual([false, false]);
  expect((await readCalm(page)).cls).toBeLessThanOrEqual(0.02);
  const expectNoReload = await neverReloaded(page);
  await choose(page, 'English');
  await expect(button(page)).toHaveText(english);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await choose(page, '한국어');
  await expect(button(page)).toHaveText(korean);
  await choose(page, 'English');
  await expect(button(page)).toHaveText(english);
  await expectNoReload();
});

test('the web server writes the language of the request, and sends no other', async ({ request }) => {
  const saleId = await createSale();
  for (const [language, mine, other] of [
    ['ko', '대기열은 이렇게 움직입니다', 'How this line works'],
    ['en', 'How this line works', '대기열은 이렇게 움직입니다'],
  ] as const) {
    const html = await (await request.get(`${web()}/sales/${saleId}`, { headers: { 'accept-language': language } })).text();
    expect([html.includes(`>${mine}</h2>`), html.includes(other)]).toEqual([true, false]);
  }
});

test('without a connection the language stays, and the switch works again as soon as there is one', async ({ page }) => {
  allow(page, expected.network);
  const saleId = await createSale();
  await open(page, saleId);
  await expectState(page, 'join');
  await page.context().setOffline(true);
  await choose(page, 'English');
  await page.waitForTimeout(1_500);
  await expect(button(page)).toHaveText(korean);
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect(page.getByRole('button', { name: '한국어' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('state').getByRole('alert')).toHaveCount(0);
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('sunbeon-language');
  await page.context().setOffline(false);
  await choose(page, 'English');
  await expect(button(page)).toHaveText(english);
  // Both are here now.
  await page.context().setOffline(true);
  await choose(page, '한국어');
  await expect(button(page)).toHaveText(korean);
});
