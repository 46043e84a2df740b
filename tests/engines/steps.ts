import { mkdirSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { saleOf } from '../fixtures/client.ts';
import { viewport, type Engine, type EnginePage, type Language, type OpenOptions } from './engine.ts';
import { firefox } from './firefox.ts';
import { webkit } from './webkit.ts';

const pictures = new URL('../../test-results/engines/', import.meta.url).pathname;
export const titles: Record<Language, string> = { ko: '가을 콘서트', en: 'Autumn Concert' };
/** By `npm run engines` alone; the others by `npm run test:long`, too. */
export const more = { tag: '@more' };
/** Pace of a sale without admissions until the operator changes it. */
export const still = { admitPerSecond: 0.001, stock: 50 };
export const id = (testId: string): string => `[data-testid="${testId}"]`;

const attribute = (page: EnginePage, selector: string, name: string) =>
  page.evaluate((one, key) => document.querySelector(one)?.getAttribute(key) ?? null, selector, name);
export const textOf = (page: EnginePage, selector: string) =>
  page.evaluate((one) => document.querySelector<HTMLElement>(one)?.innerText ?? '', selector);
const isThere = (page: EnginePage, selector: string) => page.evaluate((one) => document.querySelector(one) !== null, selector);
export const expectThere = (page: EnginePage, selector: string, timeout = 15_000) =>
  expect.poll(() => isThere(page, selector), { message: selector, timeout }).toBe(true);
export const expectState = (page: EnginePage, state: string | RegExp, timeout = 15_000) =>
  expect.poll(() => attribute(page, id('state'), 'data-state'), { timeout }).toMatch(state);
export const expectConnection = (page: EnginePage, connection: string, timeout = 15_000) =>
  expect.poll(() => attribute(page, id('connection'), 'data-connection'), { timeout }).toBe(connection);
export const positionOf = async (page: EnginePage): Promise<number | null> => {
  const text = await attribute(page, id('position'), 'data-position');
  return text === null ? null : Number(text);
};
export const expectPosition = (page: EnginePage, position: number) => expect.poll(() => positionOf(page)).toBe(position);

/** The page of a sale, once its script runs. */
export const openSale = async (page: EnginePage, saleId: string, base = process.env['TEST_WEB']!): Promise<void> => {
  await page.goto(`${base}/sales/${saleId}`);
  await expectThere(page, `${id('state')}[data-ready]`);
};
export const join = async (page: EnginePage): Promise<void> => {
  await expectThere(page, `${id('state')}[data-ready]`);
  await page.click(id('join-button'));
  await expectThere(page, id('position'));
};
export const buyTwo = async (page: EnginePage, saleId: string): Promise<void> => {
  await page.click(`${id('admitted')} [role=group] button:last-child`);
  await expect.poll(() => textOf(page, id('quantity'))).toBe('2');
  await page.click(id('buy-button'));
  await expectThere(page, `${id('purchase-qr')} svg path`);
  expect(await textOf(page, id('purchase-id'))).toMatch(/^p_/);
  expect((await saleOf(saleId)).stock).toMatchObject({ sold: 2 });
};

/** Waits until the screen has arrived: its heading and all around it are opaque. */
const settled = (page: EnginePage) =>
  expect
    .poll(() =>
      page.evaluate(() => {
        let opacity = 1;
        for (
          let one: Element | null = document.querySelector('[data-screen-heading]') ?? document.querySelector('h1');
          one !== null;
          one = one.parentElement
        )
          opacity *= Number(getComputedStyle(one).opacity);
        return opacity;
      }),
    )
    .toBe(1);

/** Opaque, in its language, nothing to scroll sideways; keeps a picture. */
export const expectSound = async (page: EnginePage, language: Language, name: string): Promise<void> => {
  await settled(page);
  const [wide, shown, inner, lang, text] = await page.evaluate(() => {
    const { scrollWidth, clientWidth, lang: own } = document.documentElement;
    const main = (document.querySelector('main') as HTMLElement).innerText;
    const names = [...document.querySelectorAll<HTMLElement>('li h2 a')].map((one) => one.innerText);
    return [scrollWidth, clientWidth, innerWidth, own, names.reduce((rest, title) => rest.replaceAll(title, ''), main)] as const;
  });
  mkdirSync(pictures, { recursive: true });
  await page.picture(`${pictures}${name}.png`);
  expect(inner).toBe(viewport.width);
  expect(wide, `${name} scrolls sideways`).toBeLessThanOrEqual(shown);
  expect(lang).toBe(language);
  expect(text.length).toBeGreaterThan(20);
  const foreign = language === 'en' ? /[가-힣]+/g : /[A-Za-z]{2,}[ ,=]+[A-Za-z]{2,}[ ,=]+[A-Za-z]{2,}/g;
  expect(text.match(foreign) ?? [], `untranslated in ${name}`).toEqual([]);
};

/** Tests of each engine that is installed; what they open is closed after each. */
export const inEachEngine = (define: (engine: Engine, open: (options: OpenOptions) => Promise<EnginePage>) => void): void => {
  for (const engine of [firefox, webkit]) {
    const opened: EnginePage[] = [];
    test.describe(engine.name, () => {
      test.skip(engine.program === null, `${engine.name} is not installed (see CONTRIBUTING.md)`);
      test.afterEach(async () => {
        for (const page of opened.splice(0)) await page.close();
      });
      define(engine, async (options) => {
        const page = await engine.open(options);
        opened.push(page);
        return page;
      });
    });
  }
};
