import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Browser, type Locator, type Page } from '@playwright/test';

export const web = (): string => process.env['TEST_WEB']!;
/** Opens the page of a sale and waits until its script runs: until then the browser sends a join as a form. */
export const open = async (page: Page, saleId: string, base = web()) => {
  const response = await page.goto(`${base}/sales/${saleId}`);
  await expect(page.locator('[data-testid="state"]:not([data-ready])')).toHaveCount(0);
  return response;
};
export const stateOf = (page: Page): Locator => page.getByTestId('state').first();
export const expectState = (page: Page, state: string | RegExp, timeout = 15_000) =>
  expect(stateOf(page)).toHaveAttribute('data-state', state, { timeout });
export const connectionOf = (page: Page): Locator => page.getByTestId('connection').first();
export const position = async (page: Page): Promise<number> => Number(await page.getByTestId('position').getAttribute('data-position'));

/** Joins and waits until the place is followed live. */
export const join = async (page: Page): Promise<void> => {
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('position')).toBeVisible();
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'live');
};

/** Waits for the end of the screen's animation. */
export const settled = (page: Page) =>
  page.evaluate(async () => {
    // An animation of the last rendering begins in the next frame.
    await new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    });
    const arriving = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    const arrived = Promise.all(arriving.map((animation) => animation.finished.catch(() => null)));
    await Promise.race([
      arrived,
      new Promise((resolve) => {
        setTimeout(resolve, 1_500);
      }),
    ]);
  });

/** WCAG 2.2 AA by axe: no violation. `only`: a single rule. */
export const expectAccessible = async (page: Page, only?: string): Promise<void> => {
  await settled(page);
  const builder = new AxeBuilder({ page });
  const { violations } = await (
    only === undefined ? builder.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']) : builder.withRules(only)
  ).analyze();
  expect(
    violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join(' | ')}`,
    ),
  ).toEqual([]);
};

/** Functions that are sent into a page from a script that tsx runs call a helper of its compiler; this is it. */
export const knowNames = (page: Page) => page.addInitScript({ content: 'globalThis.__name ??= (value) => value;' });

/** Nothing to scroll sideways. */
export const expectNoSidewaysScroll = async (page: Page): Promise<void> => {
  const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(wide).toBeLessThanOrEqual(shown);
};

/** Fails when the page was loaded a second time. */
export const neverReloaded = async (page: Page) => {
  await page.evaluate(() => {
    (window as unknown as { first: boolean }).first = true;
  });
  return async () => expect(await page.evaluate(() => (window as unknown as { first?: boolean }).first)).toBe(true);
};

/** Kills or starts one process of the stack. */
export const control = (verb: 'kill' | 'start', name: string) =>
  fetch(`${process.env['TEST_CONTROL']}/${verb}/${name}`, { method: 'POST' });

export const englishPage = async (browser: Browser): Promise<Page> =>
  (await browser.newContext({ locale: 'en-GB', viewport: { width: 1_280, height: 800 } })).newPage();

/** Three words of Latin letters in a row are a sentence that was not translated; a command is none, nor is a title in the list of sales. */
export const expectKorean = async (page: Page, where = 'main'): Promise<void> => {
  await expect(page.locator(where)).toBeVisible();
  // Of one moment: the list of sales is read again each second.
  const { titles, shown } = await page.evaluate((selector) => {
    const textOf = (element: Element | null): string => (element as HTMLElement).innerText;
    return {
      titles: [...document.querySelectorAll('tr[data-testid^="sale-"] th a')].map(textOf),
      shown: textOf(document.querySelector(selector)),
    };
  }, where);
  // The longest first: one title may begin with another.
  const known = ['npm run invariants', ...titles].sort((one, other) => other.length - one.length);
  // Nor is a title in the audit log.
  const text = known.reduce((rest, own) => rest.replaceAll(own, ''), shown.replaceAll(/제목 .*/g, ''));
  expect(text.match(/[A-Za-z]{2,}[ ,=]+[A-Za-z]{2,}[ ,=]+[A-Za-z]{2,}/g) ?? []).toEqual([]);
};
