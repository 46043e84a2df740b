import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { keys } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { expect, test } from './strict.ts';
import { createSale, joinAs, operator, saleOf, valueOf } from '../fixtures/client.ts';
import { testRedisUrl, until } from '../fixtures/sale.ts';
import { complaintsOf, keep, newPage, signIn, watch, web } from './console-page.ts';
import { openSigned } from './door.ts';
import { expectAccessible, expectKorean, expectNoSidewaysScroll } from './page.ts';

test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

const reportOf = (saleId: string): string => `${web()}/operator/sales/${saleId}/report`;
const figure = (page: Page, name: string) => page.getByTestId(`report-${name}`).locator('dd').first();
/** Sheets of a printed page. */
const sheetsOf = async (page: Page, name: string): Promise<number> => {
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false });
  writeFileSync(new URL(`../../test-results/screens/${name}.pdf`, import.meta.url), pdf);
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
};

/** A sale of its whole life: 60 come at once, a third buys, five never come in, one is paused for, one order is cancelled. */
const heldSale = async (): Promise<string> => {
  const saleId = await createSale({ title: '가을 콘서트 Autumn', admitPerSecond: 12, activeLimit: 100, claimSeconds: 4, stock: 60 });
  const visitors = await Promise.all(Array.from({ length: 60 }, () => joinAs(saleId)));
  const stateOf = async (i: number) => (await visitors[i]!.place()).body.state;
  await until('some are inside', async () => (await saleOf(saleId)).active >= 12);
  await operator.pause(saleId);
  await operator.resume(saleId);
  const orders = await Promise.all(
    visitors.slice(5, 25).map(async (visitor, i) => {
      await until('the turn', async () => (await stateOf(i + 5)) === 'admitted', 20_000);
      return await valueOf('order', visitor.buy(2, 'k'));
    }),
  );
  await Promise.all(
    visitors.slice(25).map(async (visitor, i) => {
      await until('the turn', async () => (await stateOf(i + 25)) === 'admitted', 20_000);
      expect((await visitor.claim()).status).toBe(200);
    }),
  );
  await operator.cancelOrder(saleId, orders[0]!.purchaseId, { reason: 'Refund', restock: true });
  await until('five missed their claim', async () => (await valueOf('sale', operator.sale(saleId))).expired === 5, 20_000);
  await operator.addStock(saleId, 5);
  await operator.pause(saleId);
  await Promise.all(Array.from({ length: 3 }, () => joinAs(saleId)));
  await operator.close(saleId);
  return saleId;
};

test('a sale has a report: figures, curves and what was done, on a screen, a phone and two sheets, in both languages @long', async ({
  browser,
}) => {
  const saleId = await heldSale();
  const page = await newPage(browser, { locale: 'en-GB' });
  await signIn(page, saleId);
  // Nobody waits for a sale that is over.
  await expect(page.getByTestId('kpi-waiting')).toHaveText('–3 were still in line');
  await page.getByTestId('to-report').click();
  const { waits, paceKept, noShows } = await valueOf('report', operator.report(saleId));
  await expect(figure(page, 'sold')).toHaveText('38');
  await expect(page.getByTestId('report-sold')).toContainText('of 65');
  await expect(figure(page, 'purchases')).toHaveText('20');
  await expect(page.getByTestId('report-purchases')).toContainText('1 cancelled, with 2 tickets');
  await expect(figure(page, 'admitted')).toHaveText('60');
  expect(noShows).toBe(5);
  await expect(figure(page, 'no-shows')).toHaveText('5');
  await expect(page.getByTestId('report-no-shows')).toContainText('8.3%');
  await expect(figure(page, 'wait-longest')).toHaveText(`${Math.round(waits!.longestSeconds)} s`);
  await expect(figure(page, 'pace')).toContainText('%');
  expect(paceKept).toBeGreaterThan(0.5);
  for (const name of ['waiting', 'admitted', 'active', 'tickets', 'purchases', 'browsers']) {
    const drawn = page.getByTestId(`figure-${name}`);
    await expect(drawn.locator('polyline').first()).toHaveAttribute('points', /\d+\.\d,\d+\.\d \d/);
    await expect(drawn.getByRole('img')).toHaveAccessibleName(/at most [\d,.]+ at \d\d:\d\d/);
  }
  await expect(page.getByTestId('report-incident')).toHaveCount(7);
  expect(await page.getByTestId('report-incident').evaluateAll((all) => all.map((row) => row.getAttribute('data-action')))).toEqual([
    'create',
    'pause',
    'resume',
    'cancel_order',
    'add_stock',
    'pause',
    'close',
  ]);
  await expectAccessible(page);
  await keep(page, 'report');
  expect(await sheetsOf(page, 'report-en')).toBe(2);

  const korean = await newPage(browser, { locale: 'ko-KR', viewport: { width: 360, height: 720 } });
  await openSigned(korean, reportOf(saleId), 'report-sold');
  await expect(figure(korean, 'wait-longest')).toHaveText(`${Math.round(waits!.longestSeconds)}초`);
  await expectNoSidewaysScroll(korean);
  await expectAccessible(korean);
  await expectKorean(korean);
  await keep(korean, 'report-phone-ko');
  expect(await sheetsOf(korean, 'report-ko')).toBe(2);
});

test('the console is Korean throughout, with broken invariants and a long audit log too', { tag: '@long' }, async ({ page }) => {
  const saleId = await createSale({ title: '가을 콘서트', admitPerSecond: 12, stock: 60, message: '곧 시작합니다' });
  const change = async (settings: Parameters<typeof operator.change>[1]) => await valueOf('change', operator.change(saleId, settings));
  await operator.pause(saleId);
  await change({ admitPerSecond: 5, closesAt: new Date(Date.now() + 86_400_000).toISOString() });
  await change({ message: null, proofOfWork: 'auto', activeLimit: 3 });
  await operator.addStock(saleId, -5);
  await operator.resume(saleId);
  await joinAs(saleId);
  const redis = new Redis(testRedisUrl());
  // Every kind of count is wrong.
  await redis.hincrby(keys.stock(saleId), 'held', 3);
  await redis.hincrby(keys.flow(saleId), 'seq', 2);
  await redis.hincrby(keys.flow(saleId), 'purchased', 2);
  await redis.hincrby(keys.flow(saleId), 'frontier', 20);
  await signIn(page, saleId);
  await expect(page.getByTestId('invariants')).toHaveAttribute('data-broken', /[23]/);
  await expect(page.locator('#invariants').locator('xpath=ancestor::section')).toContainText('재고의 합이 맞지 않습니다');
  // The monitor has paused the sale, and says why.
  const paused = page.locator('[data-testid=audit-log-entry][data-action=pause]');
  await expect(paused.filter({ hasText: '재고의 합이 맞지 않습니다' })).toBeVisible({ timeout: 30_000 });
  await expectKorean(page);
  // Single words too: the names of values, and statuses.
  const log = await page.getByTestId('audit-log-entry').allInnerTexts();
  expect(log.join('\n').match(/\b(from|open|paused|closed|status)\b/g)).toBeNull();
  await keep(page, 'korean');
  for (const [to, first] of [
    ['edit', 'field-title'],
    ['orders', 'orders-search'],
    ['report', 'report-sold'],
    ['check-in', 'check-in-code'],
  ] as const) {
    await openSigned(page, `${web()}/operator/sales/${saleId}/${to}`, first);
    await expectKorean(page);
  }
  await openSigned(page, `${web()}/operator`, 'new-sale');
  await expectKorean(page);
  await redis.del(keys.sale(saleId));
  redis.disconnect();
});
