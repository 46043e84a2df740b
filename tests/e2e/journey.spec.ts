import { mkdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './strict.ts';
import { createSale, joinAs, operator, saleOf } from '../fixtures/client.ts';

const screens = new URL('../../test-results/screens/', import.meta.url).pathname;
const open = (page: Page, saleId: string) => page.goto(`${process.env['TEST_WEB']}/sales/${saleId}`);
const keep = async (page: Page, name: string) => {
  mkdirSync(screens, { recursive: true });
  // Screens fade in; the picture is taken after the animation.
  await page.evaluate(() =>
    Promise.race([
      Promise.all(document.getAnimations().map((animation) => animation.finished)),
      new Promise((resolve) => {
        setTimeout(resolve, 1_000);
      }),
    ]),
  );
  await page.screenshot({ path: `${screens}${name}.png` });
};
const stateOf = (page: Page) => page.getByTestId('state').first();

/** Fails the test when the page is loaded a second time. */
const neverReloaded = async (page: Page) => {
  await page.evaluate(() => {
    (window as unknown as { first: boolean }).first = true;
  });
  return async () => expect(await page.evaluate(() => (window as unknown as { first?: boolean }).first)).toBe(true);
};

test('a person joins, sees the position roll down, is let in, buys and sees the confirmation, without reloading', async ({ page }) => {
  const saleId = await createSale({ admitPerSecond: 2, stock: 50, title: '가을 콘서트 2025' });
  const ahead = await Promise.all(Array.from({ length: 14 }, () => joinAs(saleId)));
  expect(ahead).toHaveLength(14);
  await open(page, saleId);
  await expect(page.getByTestId('sale-title').first()).toContainText('가을 콘서트');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect(page.getByTestId('join-button')).toContainText('대기열 진입');
  const check = await neverReloaded(page);
  await keep(page, '1-join');
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('position').first()).toBeVisible();
  await expect(page.getByTestId('connection').first()).toHaveAttribute('data-connection', 'live');
  const seen: number[] = [];
  await keep(page, '2-waiting');
  // One look for all of it: the place may vanish at any moment.
  const shown = () => page.getByTestId('position').evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-position'))));
  for (let positions = await shown(); positions.length > 0; positions = await shown()) {
    const [position] = positions;
    if (position && position !== seen.at(-1)) seen.push(position);
    await page.waitForTimeout(100);
  }
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).toEqual([...seen].sort((a, b) => b - a));
  await expect(page.getByTestId('countdown').first()).toBeVisible();
  await expect(page.getByTestId('buy-button')).toContainText('1장 구매 확정');
  await keep(page, '3-admitted');
  await page.getByTestId('buy-button').dblclick();
  await expect(page.getByTestId('confirmation').first()).toBeVisible();
  await expect(page.getByTestId('purchase-id').first()).toContainText('p_');
  await keep(page, '4-purchased');
  await check();
  expect((await saleOf(saleId)).stock!.sold).toBe(1);
});

test('a place survives a reload; a departed visitor may join again at the end', async ({ page }) => {
  const saleId = await createSale({ admitPerSecond: 0.001 });
  await joinAs(saleId);
  await joinAs(saleId);
  await open(page, saleId);
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('position').first()).toBeVisible();
  const { waiting } = await saleOf(saleId);
  await page.reload();
  await expect(page.getByTestId('position').first()).toBeVisible();
  expect((await saleOf(saleId)).waiting).toBe(waiting);
  await page.getByTestId('leave-button').click();
  await page.getByTestId('leave-confirm').click();
  await expect(page.getByTestId('rejoin-button')).toBeVisible();
  await keep(page, '5-left');
  await page.getByTestId('rejoin-button').click();
  await expect(page.getByTestId('position').first()).toBeVisible();
});

test('a waiting visitor sees a pause and the end of the stock', async ({ page }) => {
  const saleId = await createSale({ admitPerSecond: 1, activeLimit: 1, stock: 1 });
  const first = await joinAs(saleId);
  await expect.poll(async () => (await first.place()).body.state).toBe('admitted');
  await open(page, saleId);
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('position').first()).toBeVisible();
  await operator.pause(saleId);
  await expect(stateOf(page)).toHaveAttribute('data-state', 'paused');
  await keep(page, '6-paused');
  await operator.resume(saleId);
  await expect(stateOf(page)).toHaveAttribute('data-state', 'waiting');
  await first.buy(1, 'k');
  await expect(stateOf(page)).toHaveAttribute('data-state', /sold.?out/i, { timeout: 4_000 });
  await keep(page, '7-sold-out');
});

test('in English too', async ({ browser }) => {
  const page = await (await browser.newContext({ locale: 'en-GB', viewport: { width: 1_280, height: 800 } })).newPage();
  const saleId = await createSale({ admitPerSecond: 0.001, title: 'Autumn concert' });
  await joinAs(saleId);
  await joinAs(saleId);
  await open(page, saleId);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('position').first()).toBeVisible();
  await keep(page, '8-waiting-en');
  await page.context().close();
});
