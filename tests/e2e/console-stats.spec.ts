import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { allow, expect, expected, test } from './strict.ts';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { createSale, gateways, joinAs, operator } from '../fixtures/client.ts';
import { adminToken } from '../fixtures/stack.mjs';
import { complaintsOf, keep, newPage, signIn, watch, web } from './console-page.ts';

const metric = async (name: string, saleId: string, further = ''): Promise<number> => {
  const texts = await Promise.all(process.env['TEST_OPS']!.split(',').map(async (ops) => await (await fetch(`${ops}/metrics`)).text()));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${name}{`) && line.includes(`sale="${saleId}"`) && line.includes(further))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};
const kpi = async (page: Page, name: string): Promise<number> => Number(await page.getByTestId(`kpi-${name}`).getAttribute('data-value'));

const startCrowd = (saleId: string, visitors: number, perSecond: number) =>
  spawn(
    process.execPath,
    [
      '--conditions=development',
      '--conditions=@sunbeon/source',
      '--import',
      'tsx',
      'tools/crowd/main.ts',
      '--sale',
      saleId,
      '--gateway',
      gateways()[0]!,
      '--visitors',
      String(visitors),
      '--per-second',
      String(perSecond),
      '--patience',
      '30',
      '--drop',
      '0',
      '--leave',
      '0',
    ],
    { stdio: 'ignore' },
  );

test(
  'under a crowd the figures are those of Redis and of /metrics, and never older than two seconds',
  { tag: '@long' },
  async ({ browser }) => {
    const page = await newPage(browser);
    const saleId = await createSale({ admitPerSecond: 12, activeLimit: 40, stock: 500 });
    const crowd = startCrowd(saleId, 150, 40);
    const redis = new Redis(process.env['TEST_REDIS_SOCKET']!);
    await signIn(page, saleId);
    const look = async () => ({
      atMs: Date.now(),
      waiting: await redis.zcard(keys.queue(saleId)),
      active: await redis.zcard(keys.active(saleId)),
      left: Number(await redis.hget(keys.stock(saleId), 'left')),
    });
    const seen = [await look()];
    // Continuously: twelve visitors admitted together may have bought and left before the first read of the page.
    const watching = setInterval(() => void look().then((now) => seen.push(now)), 15);
    let compared = 0;
    let oldestMs = 0;
    // Six seconds, and on a busy machine until enough was compared.
    for (const untilMs = Date.now() + 6_000; Date.now() < untilMs || compared <= 20;) {
      const shown = { waiting: await kpi(page, 'waiting'), active: await kpi(page, 'active'), left: await kpi(page, 'left') };
      oldestMs = Math.max(oldestMs, Number(await page.getByTestId('freshness').getAttribute('data-age-ms')));
      seen.push(await look());
      // Each shown figure lies within the values in Redis of the last two seconds.
      const recent = seen.filter(({ atMs }) => atMs > Date.now() - 2_000);
      if (Date.now() - seen[0]!.atMs < 2_000) continue;
      for (const name of ['waiting', 'active', 'left'] as const) {
        const held = recent.map((one) => one[name]);
        expect.soft(shown[name], name).toBeGreaterThanOrEqual(Math.min(...held));
        expect.soft(shown[name], name).toBeLessThanOrEqual(Math.max(...held));
      }
      compared += 1;
      await page.waitForTimeout(50);
    }
    clearInterval(watching);
    expect(compared).toBeGreaterThan(20);
    expect(oldestMs).toBeLessThan(2_000);

    // No changes any more: the figures must be equal.
    await operator.pause(saleId);
    await expect.poll(async () => (await look()).active, { timeout: 15_000 }).toBeLessThan(12);
    let before = '';
    await expect
      .poll(
        async () => {
          const { atMs: _, ...now } = await look();
          const isStill = JSON.stringify(now) === before;
          before = JSON.stringify(now);
          return (
            isStill &&
            (await metric('sunbeon_waiting_visitors', saleId)) === now.waiting &&
            (await metric('sunbeon_active_visitors', saleId)) === now.active
          );
        },
        { timeout: 15_000, intervals: [1_500] },
      )
      .toBe(true);
    const still = await look();
    await expect
      .poll(
        async () => ({
          waiting: await kpi(page, 'waiting'),
          active: await kpi(page, 'active'),
          left: await kpi(page, 'left'),
          purchases: await kpi(page, 'purchases'),
          browsers: await kpi(page, 'browsers'),
        }),
        { timeout: 3_000 },
      )
      .toEqual({
        waiting: still.waiting,
        active: still.active,
        left: still.left,
        // Which browsers are of this sale no metric tells while other tests run beside; acceptance/stats.test.ts compares it with the gateways'.
        purchases: await redis.hlen(keys.purchases(saleId)),
        browsers: (await operator.stats(saleId)).body.browsers,
      });
    expect(await kpi(page, 'browsers')).toBeGreaterThan(20);
    expect([still.waiting, still.active, still.left]).toEqual([
      await metric('sunbeon_waiting_visitors', saleId),
      await metric('sunbeon_active_visitors', saleId),
      await metric('sunbeon_stock_tickets', saleId, 'state="left"'),
    ]);
    expect(still.waiting).toBeGreaterThan(20);
    await expect(page.getByTestId('leader')).toHaveText((await redis.get(keys.leader(saleId)))!);
    await expect(page.getByTestId('invariants')).toHaveAttribute('data-broken', '0');
    await redis.hincrby(keys.stock(saleId), 'sold', 1);
    await expect(page.getByTestId('invariants')).toHaveAttribute('data-broken', '1', { timeout: 2_000 });
    await redis.hincrby(keys.stock(saleId), 'sold', -1);

    // The hour is read from the server: a new sign-in shows the same samples.
    const later = await newPage(browser);
    await signIn(later, saleId);
    await later.getByTestId('as-tables').click();
    await expect(later.getByTestId('chart-waiting').locator('tbody tr')).toHaveCount(12);
    expect(complaintsOf(page)).toEqual([]);
    crowd.kill('SIGKILL');
    if (crowd.exitCode === null && crowd.signalCode === null) await once(crowd, 'exit');
    redis.disconnect();
    await page.context().close();
    await later.context().close();
  },
);

test('the pages of visitors carry nothing of the console', async ({ page }) => {
  const scripts: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.text());
  });
  await page.goto(`${web()}/sales/${await createSale()}`);
  await expect(page.getByTestId('join-button')).toBeVisible();
  const all = (await Promise.all(scripts)).join('\n');
  expect(all.length).toBeGreaterThan(10_000);
  for (const text of ['u-cursor-x', 'Operator token', '운영자 토큰', '/api/admin']) expect(all.includes(text) ? text : '').toBe('');
});

const kinds = [
  { name: 'desktop-light-ko', options: {}, axe: true },
  { name: 'phone-dark-en', options: { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 390, height: 844 } }, axe: true },
  { name: 'narrow-light-ko', options: { viewport: { width: 320, height: 700 } }, axe: false },
  { name: 'desktop-dark-en', options: { locale: 'en-GB', colorScheme: 'dark' }, axe: false },
] as const;
for (const { name, options, axe } of kinds) {
  test(`each screen of the console is accessible and fits: ${name}`, { tag: '@long' }, async ({ browser }) => {
    const page = watch(await newPage(browser, { reducedMotion: 'reduce', ...options }));
    allow(page, expected.unknownToken);
    const saleId = await createSale({
      admitPerSecond: 2,
      activeLimit: 5,
      stock: 40,
      title: '가을 콘서트 2025 — Autumn concert, first evening',
      message: '문이 열렸습니다. Doors are open.',
    });
    await Promise.all(Array.from({ length: 9 }, () => joinAs(saleId)));
    // Rules for contrast and structure do not depend on the width: two kinds are enough, one of each scheme and language.
    const check = async (screen: string): Promise<void> => {
      await keep(page, `${name}-${screen}`);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        screen,
      ).toBeLessThanOrEqual(0);
      if (!axe) return;
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map(({ id, nodes }) => `${screen}: ${id} ${nodes[0]?.html}`)).toEqual([]);
    };
    await page.goto(`${web()}/operator`);
    await page.getByTestId('token').fill('not-the-operators-token');
    await page.getByTestId('sign-in').click();
    await expect(page.locator('[role="alert"]').first()).not.toBeEmpty();
    await check('1-sign-in');
    await page.getByTestId('token').fill(adminToken);
    await page.getByTestId('sign-in').click();
    // A link that moves with the first figures takes a click for one beside it.
    const link = page.getByTestId('new-sale');
    const [before] = [await link.boundingBox(), await expect(page.getByTestId(`sale-${saleId}`)).toBeVisible()];
    expect(Math.abs((await link.boundingBox())!.y - before!.y)).toBeLessThan(10);
    await check('2-sales');
    await page.getByTestId(`sale-${saleId}`).getByRole('link').click();
    await expect(page.getByTestId('chart-tick').locator('canvas')).toBeVisible();
    await check('3-sale');
    await page.getByTestId('act-cap').click();
    await page.getByTestId('field-activeLimit').fill('0');
    await page.getByTestId('dialog-yes').click();
    await expect(page.getByTestId('error-activeLimit')).not.toBeEmpty();
    await check('4-dialog');
    await page.keyboard.press('Escape');
    await page.getByTestId('act-pause').click();
    await page.getByTestId('dialog-yes').click();
    await expect(page.getByTestId('effect')).toBeVisible();
    await page.getByTestId('as-tables').click();
    await check('5-paused-tables');
    await page.getByTestId('edit').click();
    await expect(page.getByTestId('submit')).toBeVisible();
    await check('6-edit');
    await page.goBack();
    // Back shows the sale again; the test continues after that.
    await expect(page.getByTestId('edit')).toBeVisible();
    await page.getByRole('link', { name: /^(운영 콘솔|Operator console)$/ }).click();
    await page.getByTestId('new-sale').click();
    await page.getByTestId('submit').click();
    await expect(page.getByTestId('form-errors')).not.toBeEmpty();
    await check('7-new');
    expect(complaintsOf(page)).toEqual([]);
    await page.context().close();
  });
}
