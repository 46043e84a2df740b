import type { Page, Request, WebSocketRoute } from '@playwright/test';
import { createSale, joinAs, operator } from '../fixtures/client.ts';
import { connectionOf, expectState, open, position, stateOf, web } from './page.ts';
import { expect, test } from './strict.ts';

type Person = Awaited<ReturnType<typeof joinAs>>;

/** Longest interval of polls near the front, ms: 1 s with the jitter of `nextIn` and of the client. */
const intervalMs = 1_210;
/** Time in which a polling visitor hears of the turn, besides the interval, ms. */
const hearsWithinMs = 2_000;
/** Nobody is admitted until `activeLimit` is raised, and admissions then are fast: polls are as frequent as near the front. */
const settings = { admitPerSecond: 20, activeLimit: 1, claimSeconds: 300, sessionSeconds: 300, stock: 100 };

/** Records the page's requests by the end of their address. */
const watchRequests = (page: Page) => {
  const seen: Request[] = [];
  page.on('request', (request) => seen.push(request));
  return (end: RegExp): Request[] => seen.filter((request) => end.test(new URL(request.url()).pathname));
};
const ofPlace = /\/queue\/me$/;
const ofLine = /\/line(\/\d+\/departures\/\d+\/\d+)?$/;

/** The place by the queue service, that is by Redis; not a request of the page, but with its cookie. */
const truthOf = async (page: Page, saleId: string): Promise<{ state: string; position?: number }> =>
  (await page.context().request.get(`${web()}/api/sales/${saleId}/queue/me`)).json();

/** Every position that the page shows, in order. */
const watchPositions = async (page: Page): Promise<() => Promise<number[]>> => {
  await page.evaluate(() => {
    const shown: number[] = [];
    (window as unknown as { shown: number[] }).shown = shown;
    const look = (): void => {
      const text = document.querySelector('[data-testid=position]')?.getAttribute('data-position');
      const now = Number(text ?? Number.NaN);
      if (!Number.isNaN(now) && now !== shown.at(-1)) shown.push(now);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  return () => page.evaluate(() => (window as unknown as { shown: number[] }).shown);
};

/** Longest time from the end of a stream until the page polls, ms. */
const pollsFromMs = 3_000;

/** The page shows the true position, and the truth is the one expected. */
const expectExact = async (page: Page, saleId: string, expected: number, withinMs = hearsWithinMs + intervalMs): Promise<void> => {
  await expect.poll(async () => (await truthOf(page, saleId)).position, { timeout: 5_000 }).toBe(expected);
  await expect.poll(() => position(page), { timeout: withinMs, intervals: [50] }).toBe(expected);
};

/** Thirty are in front, one of whom is admitted, and some are behind. */
const crowdAround = async (page: Page, saleId: string): Promise<{ before: Person[]; behind: Person[] }> => {
  const before: Person[] = [];
  for (let person = 0; person < 30; person += 1) before.push(await joinAs(saleId));
  await open(page, saleId);
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('position')).toBeVisible();
  const behind = await Promise.all(Array.from({ length: 5 }, () => joinAs(saleId)));
  return { before, behind };
};

test('without a WebSocket the position is computed from the line, exact, and the turn is heard', async ({ page }) => {
  await page.routeWebSocket(/\/live(\?|$)/, (socket) => void socket.close());
  const saleId = await createSale(settings);
  const { before, behind } = await crowdAround(page, saleId);
  const requests = watchRequests(page);
  await page.reload();
  await expect(page.getByTestId('position')).toBeVisible();
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'polling');
  const positions = await watchPositions(page);
  await expectExact(page, saleId, 30);

  for (const person of [...before.slice(10, 17), ...behind.slice(0, 2)]) await person.leave();
  await expectExact(page, saleId, 23);
  await operator.change(saleId, { activeLimit: 6 });
  await expectExact(page, saleId, 18);
  await before.at(-1)!.leave();
  await expectExact(page, saleId, 17);
  await operator.pause(saleId);
  await expectState(page, 'paused', hearsWithinMs + intervalMs);
  await operator.resume(saleId);
  await operator.change(saleId, { message: 'Doors at eight' });
  await expect(page.getByText('Doors at eight').first()).toBeVisible({ timeout: hearsWithinMs + intervalMs });
  expect(requests(ofPlace)).toHaveLength(1);

  await operator.change(saleId, { activeLimit: 100 });
  await expect.poll(async () => (await truthOf(page, saleId)).state, { timeout: 10_000, intervals: [50] }).toBe('admitted');
  const admittedAtMs = Date.now();
  await expect(stateOf(page)).toHaveAttribute('data-state', /admitted|buying/);
  const heardMs = Date.now() - admittedAtMs;
  const atTurn = requests(ofPlace).length - 1;
  const shown = await positions();
  console.log(`  heard of the turn after ${heardMs} ms, queue/me at the turn: ${atTurn}, positions ${shown.join(' ')}`);
  expect(heardMs).toBeLessThanOrEqual(hearsWithinMs + intervalMs);
  expect(atTurn).toBeGreaterThanOrEqual(1);
  expect(atTurn).toBeLessThanOrEqual(2);
  expect(shown).toEqual([...shown].sort((a, b) => b - a));
  await expectState(page, 'buying');

  const lineHeaders = await Promise.all(requests(ofLine).map((request) => request.allHeaders()));
  expect(lineHeaders.length).toBeGreaterThan(5);
  expect(lineHeaders.filter((headers) => 'cookie' in headers || 'authorization' in headers)).toHaveLength(0);
  expect((await requests(ofPlace)[0]!.allHeaders())['cookie']).toBeDefined();
  const blocks = requests(ofLine).filter((request) => request.url().includes('/departures/'));
  expect(new Set(blocks.map((request) => request.url())).size).toBe(blocks.length);
});

test('a proxy that cuts the WebSocket after a second, and later at once, leaves the position exact @long', async ({ page }) => {
  let opened = 0;
  const cut = (socket: WebSocketRoute): void => {
    opened += 1;
    if (opened > 3) return void socket.close();
    socket.connectToServer();
    setTimeout(() => void socket.close(), 1_000);
  };
  await page.routeWebSocket(/\/live(\?|$)/, cut);
  const saleId = await createSale(settings);
  const { before } = await crowdAround(page, saleId);
  const requests = watchRequests(page);
  const positions = await watchPositions(page);
  let expected = 30;
  for (const person of before.slice(8, 16)) {
    await person.leave();
    await expectExact(page, saleId, (expected -= 1), pollsFromMs + hearsWithinMs + intervalMs);
  }
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'polling', { timeout: 10_000 });
  await operator.change(saleId, { activeLimit: 6 });
  await expectExact(page, saleId, 17);
  expect(opened).toBeGreaterThan(3);
  expect(requests(ofLine).length).toBeGreaterThan(0);
  expect(requests(ofPlace)).toEqual([]);
  const shown = await positions();
  expect(shown).toEqual([...shown].sort((a, b) => b - a));
  await operator.change(saleId, { activeLimit: 100 });
  await expectState(page, 'buying', 10_000);
});
