import puppeteer from 'puppeteer-core';
import { which } from '../../tools/local/commands.mjs';
import { heard, listen, viewport, type Engine } from './engine.ts';

const program = which('firefox-esr') ?? which('firefox');
const accepted = { ko: 'ko-KR, ko', en: 'en-GB, en' } as const;

/** Gecko, by WebDriver BiDi. */
export const firefox: Engine = {
  name: 'Firefox',
  program,
  sendsLanguage: true,
  runsBefore: true,
  open: async ({ language, before }) => {
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: program!,
      headless: true,
      extraPrefsFirefox: { 'intl.accept_languages': accepted[language] },
    });
    const page = await browser.newPage();
    await page.setViewport(viewport);
    await page.evaluateOnNewDocument(listen);
    if (before) await page.evaluateOnNewDocument(before);
    return {
      goto: async (url) => void (await page.goto(url)),
      reload: async () => void (await page.reload()),
      click: (selector) => page.click(selector),
      evaluate: (run, ...args) => page.evaluate(run as (...given: unknown[]) => never, ...args),
      picture: async (file) => void (await page.screenshot({ path: file })),
      complaints: () => page.evaluate(heard),
      close: () => browser.close(),
    };
  },
};
