import type { Browser, Page } from '@playwright/test';
import { joinAs, saleOf, valueOf } from '../fixtures/client.ts';
import { until } from '../fixtures/stack.mjs';
import { exampleShops, startExampleShop, type ExampleShop } from './example-shops.ts';
import { expectNoSidewaysScroll, expectState, join, web } from './page.ts';
import { expect, test } from './strict.ts';

// Each has a shop and a sale of its own.
test.describe.configure({ mode: 'parallel' });

const person = async (browser: Browser): Promise<Page> => (await browser.newContext()).newPage();
const orderButton = (page: Page) => page.getByRole('button', { name: 'Order' });
const thanks = (page: Page) => page.getByRole('heading', { name: 'Thank you for your order' });
const expectPosition = (page: Page, place: number) => expect(page.getByTestId('position')).toHaveAttribute('data-position', String(place));
const cookieOf = async (page: Page, saleId: string) =>
  (await page.context().cookies()).find(({ name }) => name === `sunbeon-pass.${saleId}`);

/** Opens the shop, and is sent to the waiting page with this address. */
const openShop = async (page: Page, saleId: string, address: string): Promise<void> => {
  await page.goto(address);
  expect(page.url()).toBe(`${web()}/sales/${saleId}?returnUrl=${encodeURIComponent(address)}`);
  await expectState(page, 'join');
};

/** Nobody clicks: the waiting page says whose turn it is and goes to the address that was opened first. The ticket is gone from it. */
const goesIn = async (page: Page, saleId: string, address: string): Promise<void> => {
  await expect(page.getByTestId('shop-host')).toHaveText(new URL(address).host, { timeout: 20_000 });
  await expect(page).toHaveURL(address, { timeout: 20_000 });
  await expect(orderButton(page)).toBeVisible();
  await expectNoSidewaysScroll(page);
  expect(await cookieOf(page, saleId)).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
};

for (const name of Object.keys(exampleShops) as ExampleShop[])
  test(`a shop behind ${name}: line, turn, shop, order, and the next one enters`, { tag: '@long' }, async ({ browser }) => {
    test.slow();
    const { saleId, url, stop } = await startExampleShop(name);
    try {
      const inside = await joinAs(saleId);
      await until('somebody to be inside', async () => (await inside.place()).body.state === 'admitted');
      await valueOf('claim', inside.claim());

      const [first, next] = [await person(browser), await person(browser)];
      const firstAddress = `${url}/?row=3&row=%204`;
      await Promise.all([openShop(first, saleId, firstAddress), openShop(next, saleId, `${url}/`)]);
      await join(first);
      await join(next);
      await expectPosition(first, 1);
      await expectPosition(next, 2);

      await valueOf('leave', inside.leave());
      await goesIn(first, saleId, firstAddress);
      // A further page of the shop needs the pass alone; who has none stays outside.
      await first.reload();
      await expect(orderButton(first)).toBeVisible();
      await expectState(next, 'waiting');
      await expectPosition(next, 1);

      await orderButton(first).click();
      await expect(thanks(first)).toBeVisible();
      await expectNoSidewaysScroll(first);
      expect(await saleOf(saleId)).toMatchObject({ completed: 1, abandoned: 0 });
      await goesIn(next, saleId, `${url}/`);

      // The pass is well signed for a while yet, and opens the shop no more.
      await first.goto(`${url}/`);
      await expect(first).toHaveURL(new RegExp(`^${web()}/sales/${saleId}`));
      await expectState(first, 'completed');
      await expect(first.getByRole('heading', { name: '감사합니다' })).toBeVisible();
    } finally {
      await stop();
    }
  });
