import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { allow, expect, expected, test } from './strict.ts';
import { createSale, joinAs, saleOf } from '../fixtures/client.ts';
import { expectState, join, open } from './page.ts';

const letIn = async (page: Page, settings: Record<string, unknown> = {}): Promise<string> => {
  const saleId = await createSale({ admitPerSecond: 5, stock: 20, ...settings });
  await open(page, saleId);
  await page.getByTestId('join-button').click();
  await expectState(page, 'buying');
  return saleId;
};

test('tickets that are set aside are found again after a refresh and in a second tab, can be given back, and are paid for once', async ({
  page,
}) => {
  const saleId = await letIn(page);
  await page.getByRole('button', { name: '한 장 더하기' }).click();
  await page.getByTestId('hold-button').dblclick();
  await expectState(page, 'holding');
  expect((await saleOf(saleId)).stock).toMatchObject({ held: 2, sold: 0 });
  await page.reload();
  await expectState(page, 'holding');
  await expect(page.getByTestId('held-quantity')).toHaveText('2장');
  const second = await page.context().newPage();
  await open(second, saleId);
  await expectState(second, 'holding');
  await second.getByTestId('release-button').click();
  await expectState(second, 'buying');
  await expectState(page, 'buying');
  expect((await saleOf(saleId)).stock).toMatchObject({ held: 0, left: 20 });

  await page.getByTestId('hold-button').click();
  await expectState(page, 'holding');
  await page.getByTestId('confirm-button').dblclick();
  await expect(page.getByTestId('confirmation')).toBeVisible();
  await expect(second.getByTestId('confirmation')).toBeVisible();
  expect((await saleOf(saleId)).stock).toMatchObject({ held: 0, sold: 1 });

  const number = await page.getByTestId('purchase-id').innerText();
  const download = page.waitForEvent('download');
  await page.getByTestId('receipt-save').click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`sunbeon-${number}.txt`);
  const text = readFileSync(await file.path(), 'utf8');
  expect(text).toContain(number);
  expect(text).toContain(saleId);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByTestId('receipt-copy').click();
  await expect(page.getByTestId('receipt-copy')).toHaveText('복사했습니다');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(number);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByTestId('purchase-id')).toBeVisible();
  await expect(page.getByTestId('receipt-save')).toBeHidden();
});

test('the number and the code of a purchase stay, whatever becomes of the next place', async ({ page }) => {
  const saleId = await letIn(page, { stock: 3 });
  await page.getByTestId('buy-button').click();
  await expect(page.getByTestId('confirmation')).toBeVisible();
  const number = await page.getByTestId('purchase-id').innerText();
  await page.getByTestId('rejoin-button').click();
  await expectState(page, 'buying');
  const receipts = page.getByTestId('earlier-receipts');
  await expect(page.getByTestId('purchase-id')).toBeHidden();
  await receipts.locator('summary').click();
  await expect(page.getByTestId('purchase-id')).toHaveText(number);
  await expect(page.getByTestId('purchase-qr').getByRole('img')).toBeVisible();
  await page.getByTestId('leave-button').click();
  await page.getByTestId('leave-confirm').click();
  const seeIt = async (state: string): Promise<void> => {
    await expectState(page, state);
    await expect(page.getByTestId('purchase-id')).toHaveText(number);
    await expect(page.getByTestId('purchase-qr').getByRole('img')).toBeVisible();
    await expect(page.getByTestId('receipt-print')).toBeVisible();
  };
  await seeIt('left');
  const other = await joinAs(saleId);
  await expect.poll(async () => (await other.place()).body.state).toBe('admitted');
  await other.buy(2, 'k');
  await seeIt('sold_out');
  await page.reload();
  await seeIt('sold_out');
  const download = page.waitForEvent('download');
  await page.getByTestId('receipt-save').click();
  expect(readFileSync(await (await download).path(), 'utf8')).toContain(number);
});

test('an expired hold returns its tickets, and the page shows it; the turn goes on @long', async ({ page }) => {
  const saleId = await letIn(page, { holdSeconds: 2 });
  await page.getByTestId('hold-button').click();
  await expectState(page, 'holding');
  await expect(page.getByText('시간이 지나 티켓이 풀렸습니다')).toBeVisible();
  await expectState(page, 'buying');
  await page.getByTestId('buy-button').click();
  await expect(page.getByTestId('confirmation')).toBeVisible();
  expect((await saleOf(saleId)).stock).toMatchObject({ held: 0, sold: 1 });
});

test('a session that is over is said to be, and the way back leads to the end of the line @long', async ({ page }) => {
  await letIn(page, { sessionSeconds: 2 });
  await expectState(page, 'expired');
  await expect(page.getByText('구매 시간이 끝나')).toBeVisible();
  await page.getByTestId('rejoin-button').click();
  await expectState(page, 'buying');
});

test('a turn that came while the page was offline, and passed, is explained', { tag: '@long' }, async ({ page }) => {
  allow(page, expected.network, expected.tooLate);
  const saleId = await createSale({ admitPerSecond: 0.25, claimSeconds: 1 });
  const first = await joinAs(saleId);
  await open(page, saleId);
  await join(page);
  await page.context().setOffline(true);
  await expect.poll(async () => (await saleOf(saleId)).expired, { timeout: 30_000 }).toBe(2);
  expect((await first.place()).body.state).toBe('expired');
  await page.context().setOffline(false);
  await expectState(page, 'expired');
  await expect(page.getByTestId('rejoin-button')).toBeVisible();
});

test('by keyboard alone, with reduced motion: join, be let in, choose two, buy', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const saleId = await createSale({ admitPerSecond: 1 });
  await Promise.all(Array.from({ length: 3 }, () => joinAs(saleId)));
  await open(page, saleId);
  await expectState(page, 'join');
  const tabTo = async (testId: string): Promise<void> => {
    for (let step = 0; step < 20; step += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(
        () => document.activeElement?.getAttribute('data-testid') ?? document.activeElement?.getAttribute('aria-label') ?? '',
      );
      if (focused === testId) return;
    }
    throw new Error(`the keyboard does not reach ${testId}`);
  };
  // Each visible digit is at a whole step: no rolling animation.
  await page.evaluate(() => {
    const seen = ((window as unknown as { between: number[] }).between = []) as number[];
    const look = (): void => {
      for (const column of document.querySelectorAll<HTMLElement>('[data-testid=position] [aria-hidden] .absolute')) {
        const steps = new DOMMatrix(getComputedStyle(column).transform).m42 / (parseFloat(getComputedStyle(column).fontSize) * 1.2);
        if (Math.abs(steps - Math.round(steps)) > 0.02) seen.push(steps);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await tabTo('join-button');
  await page.keyboard.press('Enter');
  await expectState(page, /waiting|admitted|buying/);
  await expectState(page, 'buying', 20_000);
  expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-screen-heading'))).toBe(true);
  expect(await page.evaluate(() => (window as unknown as { between: number[] }).between)).toEqual([]);
  await tabTo('한 장 더하기');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('quantity')).toHaveText('2');
  await tabTo('buy-button');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('confirmation')).toBeVisible();
  expect((await saleOf(saleId)).stock!.sold).toBe(2);
});

test(
  'opted-in alerts: sound, notification and the title of the tab; only a click requests permission',
  { tag: '@long' },
  async ({ page }) => {
    await page.addInitScript(() => {
      const told = { asked: 0, shown: [] as string[], tones: 0 };
      (window as unknown as { told: typeof told }).told = told;
      const recorder = Object.assign(
        function (title: string) {
          told.shown.push(title);
        },
        {
          permission: 'default',
          requestPermission: () => {
            told.asked += 1;
            recorder.permission = 'granted';
            return Promise.resolve('granted');
          },
        },
      );
      (window as unknown as { Notification: unknown }).Notification = recorder;
      const { start } = OscillatorNode.prototype;
      OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number) {
        told.tones += 1;
        start.call(this, when);
      };
      Object.defineProperty(document, 'visibilityState', {
        get: () => ((window as unknown as { away?: boolean }).away ? 'hidden' : 'visible'),
      });
    });
    const told = () => page.evaluate(() => (window as unknown as { told: { asked: number; shown: string[]; tones: number } }).told);
    const saleId = await createSale({ admitPerSecond: 0.4, title: '부르는 판매' });
    await joinAs(saleId);
    await joinAs(saleId);
    await open(page, saleId);
    await join(page);
    expect(await told()).toEqual({ asked: 0, shown: [], tones: 0 });
    await page.getByRole('button', { name: '소리와 알림 켜기' }).click();
    await expect(page.getByTestId('alerts')).toHaveAttribute('data-status', 'both');
    await page.evaluate(() => {
      (window as unknown as { away: boolean }).away = true;
    });
    await expect(page).toHaveTitle(/^● 입장하실 차례 · 부르는 판매/, { timeout: 20_000 });
    expect(await told()).toEqual({ asked: 1, shown: ['입장하실 차례입니다: 부르는 판매'], tones: 3 });
  },
);
