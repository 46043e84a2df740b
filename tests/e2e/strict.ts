import { expect, test as plain, type BrowserContext, type ConsoleMessage, type Page } from '@playwright/test';

/** Console errors that a test causes on purpose. */
export const expected = {
  /** The network was taken away, or a process killed. */
  network: /net::ERR_|WebSocket connection to .* failed|status of 50[0-9]/,
  /** A request with an unknown token. */
  unknownToken: /status of 401/,
  /** The page, or the sale, is not there. */
  missing: /status of 404/,
  /** A turn had passed before the page could claim it. */
  tooLate: /status of 403/,
  /** The API refused what a test asked for. */
  refused: /status of (400|409|412|422)/,
} as const;

const complaints = new WeakMap<BrowserContext, string[]>();
const allowed = new WeakMap<BrowserContext, RegExp[]>();
const addressOf = (message: ConsoleMessage): string => message.location().url;

const watch = (context: BrowserContext): void => {
  if (complaints.has(context)) return;
  const seen: string[] = [];
  complaints.set(context, seen);
  context.on('console', (message) => {
    if (message.type() === 'error') seen.push(`${message.text()} ${addressOf(message)}`);
  });
  context.on('weberror', (error) => seen.push(String(error.error())));
};

/** Declares lines as expected in this page's context, earlier ones included. */
export const allow = (page: Page, ...patterns: RegExp[]): void => {
  const context = page.context();
  allowed.set(context, [...(allowed.get(context) ?? []), ...patterns]);
};

/** Watches every page of every context: a console error or a page error fails the test, unless the test declared it. */
export const test = plain.extend<{ strict: void }>({
  strict: [
    async ({ browser }, use) => {
      const contexts = new Set<BrowserContext>();
      const add = (context: BrowserContext): void => {
        contexts.add(context);
        watch(context);
      };
      browser.contexts().forEach(add);
      browser.on('context', add);
      await use();
      browser.off('context', add);
      const left = [...contexts].flatMap((context) =>
        complaints.get(context)!.filter((text) => !(allowed.get(context) ?? []).some((pattern) => pattern.test(text))),
      );
      expect(left, 'console errors and errors of pages').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
