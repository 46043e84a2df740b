import type { Page } from '@playwright/test';
import { keys, sampleColumns, type SaleStats } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { createSale, joinAs } from '../fixtures/client.ts';
import { testRedisUrl } from '../fixtures/sale.ts';
import { complaintsOf, keep, newPage, signIn, watch, web } from './console-page.ts';
import { openSigned } from './door.ts';
import { expectAccessible, expectKorean, expectNoSidewaysScroll } from './page.ts';
import { expect, test } from './strict.ts';

test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

const panel = (page: Page) => page.getByTestId('attention');
const entry = (page: Page, code: string) => panel(page).locator(`[data-code=${code}]`);
const top = async (page: Page, testId: string): Promise<number> => (await page.getByTestId(testId).first().boundingBox())!.y;
/** Changes of the text that screen readers are told at once. */
const countAnnouncements = (page: Page) =>
  page.evaluate(() => {
    const seen = { changes: 0 };
    new MutationObserver((changes) => {
      seen.changes += changes.length;
    }).observe(document.querySelector('main [role=alert]')!, { childList: true, characterData: true, subtree: true });
    return Object.assign(window, { announcements: seen }).announcements.changes;
  });
const announcements = (page: Page) =>
  page.evaluate(() => (window as unknown as { announcements: { changes: number } }).announcements.changes);

test('a broken invariant stands at the top with its first step, in both languages, until it is mended @long', async ({ browser, page }) => {
  const saleId = await createSale({ title: '가을 콘서트 Autumn', admitPerSecond: 1, stock: 60 });
  await joinAs(saleId);
  const redis = new Redis(testRedisUrl());
  await signIn(page, saleId);
  const english = await newPage(browser, { locale: 'en-GB', viewport: { width: 360, height: 720 } });
  await openSigned(english, `${web()}/operator/sales/${saleId}`, 'kpi-waiting');
  await expect(panel(page)).toHaveCount(0);
  await countAnnouncements(page);

  await redis.hincrby(keys.stock(saleId), 'held', 3);
  await expect(entry(page, 'invariant_broken')).toContainText('재고의 합이 맞음', { timeout: 3_000 });
  await expect(entry(page, 'invariant_broken')).toContainText('먼저: 판매를 일시 중지 상태로 두세요.');
  await expect(entry(page, 'invariant_broken').locator('code')).toHaveText('RUNBOOK.md#sunbeoninvariantbroken');
  await expect(entry(english, 'invariant_broken')).toContainText('Broken: Stock adds up.');
  await expect(entry(english, 'invariant_broken')).toContainText('First: leave the sale paused, or pause it.');
  for (const one of [page, english]) {
    await expect(one.locator('main [role=alert]')).toHaveCount(1);
    expect(await top(one, 'attention')).toBeLessThan(await top(one, 'kpi-waiting'));
    await expectAccessible(one);
    await expectNoSidewaysScroll(one);
  }
  await expectKorean(page);
  await keep(page, 'attention-phone-ko');
  await keep(english, 'attention-phone-en');
  // Said once, however often the figures come.
  for (let polls = 0; polls < 3; polls += 1) await page.waitForResponse(/\/stats/);
  expect(await announcements(page)).toBe(1);

  await redis.hincrby(keys.stock(saleId), 'held', -3);
  for (const one of [page, english]) await expect(panel(one)).toHaveCount(0, { timeout: 5_000 });
  expect(await announcements(page)).toBe(2);
  await expect(page.locator('main [role=alert]')).toBeEmpty();
  redis.disconnect();
});

/** Figures of a sale for which everything goes wrong, as a service would tell them: processes of this stack are shared with other tests. */
const worst = (stats: SaleStats): SaleStats => {
  const nowMs = Date.parse(stats.sale.serverTime);
  const column = (name: string): number => (sampleColumns as readonly string[]).indexOf(name);
  const samples = Array.from({ length: 401 }, (_, second) => {
    const row = sampleColumns.map(() => 0);
    row[column('atMs')] = nowMs - 400_000 + second * 1_000;
    row[column('waiting')] = 5_000;
    row[column('active')] = 3;
    row[column('activeLimit')] = 10;
    row[column('left')] = 50;
    row[column('paceWanted')] = 20;
    row[column('admitted')] = second * 12;
    row[column('browsers')] = second > 380 ? 1_200 : 4_800;
    return row;
  });
  return {
    ...stats,
    sale: { ...stats.sale, lastTickAt: new Date(nowMs - 42_000).toISOString() },
    invariants: stats.invariants.map((one) => ({ ...one, verdict: 'broken' as const })),
    refused: 1_234,
    redisSeconds: 0.345,
    samples,
  };
};

for (const [name, options] of [
  ['ko', { locale: 'ko-KR', viewport: { width: 320, height: 720 } }],
  ['dark-en', { locale: 'en-GB', colorScheme: 'dark' }],
] as const) {
  test(`all that can go wrong fits, the most urgent first: ${name}`, name === 'ko' ? {} : { tag: '@long' }, async ({ browser }) => {
    const saleId = await createSale({ title: '가을 콘서트 Autumn', admitPerSecond: 1, stock: 60 });
    const page = watch(await newPage(browser, options));
    await page.route(/\/stats(\?|$)/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: worst((await response.json()) as SaleStats) });
    });
    await openSigned(page, `${web()}/operator/sales/${saleId}`, 'kpi-waiting');
    await expect(panel(page).locator('li')).toHaveCount(6, { timeout: 10_000 });
    expect(
      await panel(page)
        .locator('li')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-code'))),
    ).toEqual(['no_leader', 'invariant_broken', 'pace_off', 'redis_slow', 'gateways_refusing', 'browsers_dropping']);
    await expect(entry(page, 'no_leader')).toContainText('42');
    await expect(entry(page, 'gateways_refusing')).toContainText('1,234');
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    if (name === 'ko') await expectKorean(page, 'main [data-testid=attention]');
    // A picture of the whole page, charts and all, takes longer at the width of a phone than the rest of this test.
    if (name !== 'ko') await keep(page, `attention-all-${name}`);
    expect(complaintsOf(page)).toEqual([]);
    // A poll may be under way.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });
}
