import { expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { adminToken } from '../fixtures/stack.mjs';

export const web = (): string => process.env['TEST_WEB']!;
const screens = new URL('../../test-results/screens/', import.meta.url).pathname;

/** Console errors of the browser, violations of the content security policy included. */
const complaints = new WeakMap<Page, string[]>();
export const complaintsOf = (page: Page): string[] => complaints.get(page) ?? [];
export const watch = (page: Page): Page => {
  const seen: string[] = [];
  complaints.set(page, seen);
  page.on('pageerror', (error) => seen.push(error.message));
  page.on('console', (message) => {
    if (/content security policy|hydrat|unhandled/i.test(message.text())) seen.push(message.text());
  });
  return page;
};

export const newPage = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Page> =>
  watch(await (await browser.newContext({ viewport: { width: 1_440, height: 900 }, ...options })).newPage());

/** Signs in by hand, and goes to a sale by the list, as an operator does. */
export const signIn = async (page: Page, saleId?: string): Promise<void> => {
  await page.goto(`${web()}/operator`);
  await page.getByTestId('token').fill(adminToken);
  await page.getByTestId('token').press('Enter');
  await expect(page.getByTestId('new-sale')).toBeVisible();
  if (saleId === undefined) return;
  await page.getByTestId(`sale-${saleId}`).getByRole('link').click();
  await expect(page.getByTestId('kpi-waiting')).toBeVisible();
};

const two = (value: number): string => String(value).padStart(2, '0');
/** A local time of the form, some minutes from now. */
export const inMinutes = (minutes: number): string => {
  const at = new Date(Date.now() + minutes * 60_000);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
};

export const confirm = (page: Page) => page.getByTestId('dialog-yes').click();
/** Asks for an action, fills in what it needs, and confirms it. */
export const doIt = async (page: Page, action: string, text?: string): Promise<void> => {
  await page.getByTestId(`act-${action}`).click();
  if (text !== undefined) await page.getByTestId('dialog').locator('input, textarea').fill(text);
  await confirm(page);
  await expect(page.getByTestId('dialog')).toHaveCount(0);
};

/** How long after the confirmation the figures showed it, ms. */
export const effectMs = async (page: Page): Promise<number> => {
  await expect(page.getByTestId('effect')).toHaveAttribute('data-seen-after-ms', /\d/);
  return Number(await page.getByTestId('effect').getAttribute('data-seen-after-ms'));
};

export const keep = async (page: Page, name: string): Promise<void> => {
  mkdirSync(screens, { recursive: true });
  await page.evaluate(() =>
    Promise.race([
      Promise.all(document.getAnimations().map((animation) => animation.finished)),
      new Promise((resolve) => {
        setTimeout(resolve, 500);
      }),
    ]),
  );
  // A picture is no check. Chromium once returned none for 50 s: one retry, with a message.
  const take = (timeout?: number) =>
    page.screenshot({ path: `${screens}console-${name}.png`, fullPage: true, ...(timeout === undefined ? {} : { timeout }) });
  await take(10_000).catch((error: unknown) => {
    console.warn(`no picture of ${name} within 10 s, asked again: ${String(error).split('\n')[0]}`);
    return take();
  });
};
