import { expect, test } from './strict.ts';
import { api, createSale, joinAs, newSaleId, operator, saleOf } from '../fixtures/client.ts';
import { complaintsOf, confirm, inMinutes, signIn, watch } from './console-page.ts';
import { expectAccessible, expectNoSidewaysScroll } from './page.ts';

test.use({ viewport: { width: 1_440, height: 900 } });
test.beforeEach(({ page }) => {
  watch(page);
});
test.afterEach(({ page }) => expect(complaintsOf(page)).toEqual([]));

test(
  'a sale with a lobby is created, opened by a draw that the console shows, and its lobby settings are fixed by then @long',
  { tag: '@long' },
  async ({ page }) => {
    test.slow();
    const saleId = newSaleId();
    await signIn(page);
    await page.getByTestId('new-sale').click();
    await page.getByTestId('field-title').fill('추첨 판매');
    await page.getByTestId('field-saleId').fill(saleId);
    await page.getByTestId('field-stock').fill('50');
    await page.getByTestId('field-admitPerSecond').fill('0.001');
    await page.getByTestId('field-draft').selectOption('at');
    await expect(page.getByTestId('field-lobbyOrder')).toHaveCount(0);
    await page.getByTestId('field-lobbyOpensAt').fill(inMinutes(-10));
    await page.getByTestId('submit').click();
    await expect(page.getByTestId('error-opensAt')).toContainText('꼭 필요한');
    await page.getByTestId('field-opensAt').fill(inMinutes(-20));
    await page.getByTestId('submit').click();
    await expect(page.getByTestId('error-lobbyOpensAt')).toContainText('오픈 시각보다 앞');
    await page.getByTestId('field-opensAt').fill(inMinutes(60));
    await page.getByTestId('field-lobbyOrder').selectOption('arrival');
    await expect(page.getByTestId('field-drawBeacon')).toHaveCount(0);
    await page.getByTestId('field-lobbyOrder').selectOption('random');
    await expect(page.getByTestId('field-drawBeacon')).toHaveValue('none');
    await expectAccessible(page);
    await page.getByTestId('submit').click();
    await expect(page.getByTestId('dialog')).toContainText('로비는');
    await confirm(page);

    await expect(page.getByTestId('status').first()).toHaveAttribute('data-status', 'lobby', { timeout: 10_000 });
    await Promise.all(Array.from({ length: 3 }, () => joinAs(saleId)));
    await expect(page.getByTestId('kpi-lobby')).toHaveAttribute('data-value', '3');
    await expect(page.getByTestId('draw-panel')).toHaveAttribute('data-phase', 'committed');
    await expect(page.getByTestId('draw-panel')).toContainText((await api.draw(saleId)).body.commitment);
    await page.getByTestId('edit').click();
    for (const name of ['lobbyOpensAt', 'lobbyOrder', 'drawBeacon']) await expect(page.getByTestId(`field-${name}`)).toBeDisabled();
    await expect(page.getByTestId('field-opensAt')).toBeEnabled();
    await page.getByTestId('field-message').fill('곧 시작합니다');
    await page.getByTestId('submit').click();
    await confirm(page);
    await expect(page.getByTestId('draw-panel')).toBeVisible();

    await page.getByTestId('act-open').click();
    await expect(page.getByTestId('dialog')).toContainText('3명의 순서를 먼저 추첨하고');
    await confirm(page);
    await expect(page.getByTestId('draw-panel')).toHaveAttribute('data-phase', 'drawn', { timeout: 15_000 });
    const { body: draw } = await api.draw(saleId);
    for (const text of [draw.root!, draw.seed!]) await expect(page.getByTestId('draw-panel')).toContainText(text);
    await expect(page.getByTestId('draw-count')).toHaveText('3');
    await expect(page.getByTestId('status').first()).toHaveAttribute('data-status', 'open');
    // Times are shown as times, in the audit log too.
    await expect(page.locator('main')).not.toContainText(/\d,\d{3},\d{3},\d{3},\d{3}/);
    await expectAccessible(page);
    for (const width of [390, 1_440]) {
      await page.setViewportSize({ width, height: 900 });
      await expectNoSidewaysScroll(page);
    }
  },
);

test('the dialogs say what a pause and a close mean for a lobby', { tag: '@long' }, async ({ page }) => {
  const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
  const saleId = await createSale({ lobbyOpensAt: at(-60_000), opensAt: at(3_600_000) });
  await Promise.all([joinAs(saleId), joinAs(saleId)]);
  await signIn(page, saleId);
  await page.getByTestId('act-pause').click();
  await expect(page.getByTestId('dialog')).toContainText('로비에는 계속 들어올 수 있습니다');
  await confirm(page);
  await expect(page.getByTestId('status').first()).toHaveAttribute('data-status', 'paused');
  await operator.resume(saleId);
  await expect(page.getByTestId('status').first()).toHaveAttribute('data-status', 'lobby');
  await page.getByTestId('act-close').click();
  await expect(page.getByTestId('dialog')).toContainText('추첨 없이 종료됩니다. 로비에 있는 2명은 번호를 받지 못하고');
  await confirm(page);
  await expect(page.getByTestId('status').first()).toHaveAttribute('data-status', 'closed');
  expect((await saleOf(saleId)).lobby).toBe(0);
  expect((await api.draw(saleId)).body.seed).toBeUndefined();
});
