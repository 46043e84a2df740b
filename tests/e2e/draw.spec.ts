import { createHash } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { allow, expect, expected, test } from './strict.ts';
import { api, createSale, joinAs, operator, saleOf } from '../fixtures/client.ts';
import { expectAccessible, expectState, neverReloaded, open, position, stateOf } from './page.ts';

const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
/** A lobby that is open, of a sale that opens later and then admits nobody for long. */
const lobbySale = (opensInMs: number, settings: Record<string, unknown> = {}): Promise<string> =>
  createSale({ lobbyOpensAt: at(-60_000), opensAt: at(opensInMs), admitPerSecond: 0.001, ...settings });
const crowdOf = (saleId: string, people: number) => Promise.all(Array.from({ length: people }, () => joinAs(saleId)));
const enter = async (page: Page, saleId: string): Promise<void> => {
  await open(page, saleId);
  await expectState(page, 'lobby_open');
  await page.getByTestId('join-button').click();
  await expectState(page, 'lobby');
};
const openNow = (saleId: string) => operator.setStatus(saleId, 'open');
const placed = (page: Page) => expectState(page, 'waiting', 20_000);
const check = async (page: Page): Promise<void> => {
  await page.getByTestId('check-button').click();
  await expect(page.getByTestId('check')).not.toHaveAttribute('data-outcome', 'running');
};
/** A page whose device is a day behind. */
const lateDevice = async (browser: Browser): Promise<Page> => {
  const page = await (await browser.newContext({ locale: 'ko-KR' })).newPage();
  await page.addInitScript(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() - 86_400_000;
  });
  return page;
};

test('the lobby counts down by the server’s clock, and the place appears at the opening without a click, also in a hidden tab', async ({
  page,
  browser,
}) => {
  test.slow();
  const saleId = await lobbySale(600_000);
  await crowdOf(saleId, 12);
  const late = await lateDevice(browser);
  for (const one of [page, late]) {
    await enter(one, saleId);
    await expect(one.getByTestId('countdown')).toHaveText(/^(10:00|[89]:\d\d)$/);
  }
  await expect(page.getByTestId('lobby-count')).toContainText('14', { timeout: 10_000 });
  const expectNoReload = await neverReloaded(page);
  await operator.change(saleId, { opensAt: at(12_000) });
  for (const one of [page, late]) await expect(one.getByTestId('countdown')).toHaveText(/^0:\d\d$/);
  // As a tab in the background: it hears the stream all the same.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await Promise.all([page, late].map(placed));
  const { count } = (await api.draw(saleId)).body;
  expect(count).toBe(14);
  for (const one of [page, late]) expect(await position(one)).toBeLessThanOrEqual(14);
  expect(await position(page)).not.toBe(await position(late));
  await expectNoReload();
  await late.context().close();
});

test(
  'a reload in the lobby, and one during the draw, lose nothing; whoever comes then is behind it',
  { tag: '@long' },
  async ({ page, browser }) => {
    const saleId = await lobbySale(600_000);
    await crowdOf(saleId, 3);
    await enter(page, saleId);
    await page.reload();
    await expectState(page, 'lobby');
    expect((await saleOf(saleId)).lobby).toBe(4);
    await openNow(saleId);
    const second = await (await browser.newContext({ locale: 'ko-KR' })).newPage();
    await Promise.all([page.reload(), open(second, saleId)]);
    await placed(page);
    await expectState(second, 'join');
    await second.getByTestId('join-button').click();
    await placed(second);
    expect([await position(page), await position(second)]).toEqual([expect.any(Number), 5]);
    expect(await position(page)).toBeLessThanOrEqual(4);
    await check(second);
    await expect(second.getByTestId('check')).toHaveAttribute('data-outcome', 'right');
    await expect(second.getByTestId('check')).toContainText('추첨 뒤에 오셨으므로');
    await second.context().close();
  },
);

test('the page checks its number, with the commitment that it kept from the lobby, and renews its token once', async ({ page }) => {
  const saleId = await lobbySale(600_000);
  await crowdOf(saleId, 30);
  await page.addInitScript(() => {
    Math.random = () => 0.03;
  });
  await enter(page, saleId);
  await page.getByTestId('proof').locator('summary').click();
  const { commitment } = (await api.draw(saleId)).body;
  await expect(page.getByTestId('commitment')).toHaveText(commitment);
  const cookie = async () => (await page.context().cookies()).find(({ name }) => name === `sunbeon_${saleId}`)!.value;
  const before = await cookie();
  const renewals: string[] = [];
  page.on('request', (request) => request.url().endsWith('/queue/me') && renewals.push(request.method()));
  await openNow(saleId);
  await placed(page);
  expect(renewals).toEqual([]);
  await check(page);
  const mine = await position(page);
  await expect(page.getByTestId('check')).toHaveAttribute('data-outcome', 'right');
  await expect(page.getByTestId('check')).toContainText(`추첨한 31명 중 ${mine}번, 내 번호가 맞습니다.`);
  await expect(page.getByTestId('check')).toContainText('이 브라우저가');
  await expectAccessible(page);
  await expect.poll(cookie).not.toBe(before);
  expect(renewals).toEqual(['GET']);
  // Other screens of the same place show it too.
  await operator.setStatus(saleId, 'pause');
  await expectState(page, 'paused');
  await expect(page.getByTestId('check')).toHaveAttribute('data-outcome', 'right');
});

test('a forged draw is recognised, and the fault is named', { tag: '@long' }, async ({ page }) => {
  const saleId = await lobbySale(600_000);
  await crowdOf(saleId, 9);
  await enter(page, saleId);
  await openNow(saleId);
  await placed(page);
  // An answer of a gateway may be a second old.
  let { body: real } = await api.draw(saleId);
  while (real.phase !== 'drawn') ({ body: real } = await api.draw(saleId));
  const forgedSeed = 'ab'.repeat(32);
  const commitment = createHash('sha256').update(Buffer.from(forgedSeed, 'hex')).digest('hex');
  const outcome = page.getByTestId('check');
  let answer: object = { ...real, seed: forgedSeed };
  await page.route(`**/api/sales/${saleId}/draw`, (route) => route.fulfill({ json: answer }));
  await check(page);
  await expect(outcome).toHaveAttribute('data-outcome', 'wrong');
  await expect(outcome).toContainText('비밀값이 미리 공개된 지문과 맞지 않습니다.');
  // A seed of another order, with the commitment that fits it.
  answer = { ...real, seed: forgedSeed, commitment };
  await page.getByTestId('check-again').click();
  await expect(outcome).toContainText('로비에서 이 브라우저가 본 것과 다릅니다');
  answer = real;
  await page.route('**/entries/0', async (route) => {
    const body = Buffer.from(await (await route.fetch()).body());
    await route.fulfill({ body: body.subarray(32), contentType: 'application/octet-stream' });
  });
  await page.getByTestId('check-again').click();
  await expect(outcome).toContainText('명단의 일부가 빠져 있습니다.');
  await page.unroute('**/entries/0');
  await page.getByTestId('check-again').click();
  await expect(outcome).toHaveAttribute('data-outcome', 'right');
});

test('a lobby that is left can be entered again; one that is closed without a draw says so', { tag: '@long' }, async ({ page }) => {
  const saleId = await lobbySale(600_000);
  await enter(page, saleId);
  await page.getByTestId('leave-button').click();
  await page.getByTestId('leave-confirm').click();
  await expectState(page, 'left');
  expect((await saleOf(saleId)).lobby).toBe(0);
  await page.getByTestId('rejoin-button').click();
  await expectState(page, 'lobby');
  await operator.pause(saleId);
  await expect(stateOf(page)).toContainText('판매가 잠시 멈췄습니다');
  await operator.close(saleId);
  await expectState(page, 'closed');
  await expect(stateOf(page)).toContainText('순서를 추첨하기 전에 종료되어');
});

test('by arrival, a number is given at once, and nobody is admitted before the opening', async ({ page }) => {
  const saleId = await lobbySale(600_000, { lobbyOrder: 'arrival', admitPerSecond: 50 });
  await open(page, saleId);
  await expectState(page, 'lobby_open');
  await page.getByTestId('join-button').click();
  await placed(page);
  await expect(stateOf(page)).toContainText('오픈 전에는 아무도 입장하지 않습니다');
  await expect(page.getByTestId('check-button')).toHaveCount(0);
  await openNow(saleId);
  await expectState(page, 'buying');
});

test('where no cookies are kept, the token of the tab is renewed by the header', { tag: '@long' }, async ({ page }) => {
  allow(page, expected.unknownToken);
  const saleId = await lobbySale(600_000);
  await crowdOf(saleId, 5);
  await page.addInitScript(() => {
    Math.random = () => 0.03;
    Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: () => undefined });
    Object.defineProperty(navigator, 'cookieEnabled', { get: () => false });
  });
  await page.route('**/api/sales/**', async (route) => {
    const { cookie: _, ...headers } = route.request().headers();
    const response = await route.fetch({ headers });
    const { 'set-cookie': __, ...kept } = response.headers();
    await route.fulfill({ response, headers: kept });
  });
  await enter(page, saleId);
  const token = () => page.evaluate((key) => sessionStorage.getItem(key), `sunbeon:token:${saleId}`);
  const before = await token();
  await openNow(saleId);
  await placed(page);
  await expect.poll(token).not.toBe(before);
  const payload = JSON.parse(Buffer.from((await token())!.split('.')[1]!, 'base64url').toString()) as { seq: number };
  expect(payload.seq).toBe(await position(page));
});
