// npm run pictures: docs/pictures/*.webp, the pictures of the READMEs, taken from the running product with a crowd in line.
import { mkdirSync, writeFileSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { createReport } from '../../tools/crowd/report.ts';
import { createVisits } from '../../tools/crowd/visitor.ts';
import { createSale, gateways, operator, saleOf } from '../fixtures/client.ts';
import { signIn } from './console-page.ts';
import { join, open, settled } from './page.ts';
import playwright from './playwright.config.ts';
import start from './start.ts';

const folder = new URL('../../docs/pictures/', import.meta.url).pathname;
const languages = {
  en: { locale: 'en-GB', title: 'Autumn Concert 2025' },
  ko: { locale: 'ko-KR', title: '가을 콘서트 2025' },
} as const;
const crowd = { visitors: 400, ahead: 300, pace: 2 };
/** Time for the charts of the console to get a line, ms. */
const watchedMs = 75_000;
/** All pictures together, bytes; tools/test/readme.test.ts has the same limit. */
const limitBytes = 300_000;

/** Writes what the window shows as WebP, which `page.screenshot` cannot. Returns its size in bytes. */
const takePicture = async (page: Page, name: string): Promise<number> => {
  // A click scrolls to its button.
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await settled(page);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
  const picture = Buffer.from(data, 'base64');
  writeFileSync(`${folder}${name}.webp`, picture);
  console.log(`  docs/pictures/${name}.webp: ${Math.ceil(picture.length / 1_000)} kB`);
  return picture.length;
};

mkdirSync(folder, { recursive: true });
const stop = await start();
const browser = await chromium.launch(playwright.use!.launchOptions);

/** One visitor with a phone in a crowd, and an operator who watches that sale. Returns the size of both pictures in bytes. */
const takeBoth = async (language: keyof typeof languages): Promise<number> => {
  const { locale, title } = languages[language];
  const saleId = await createSale({ title, admitPerSecond: crowd.pace, activeLimit: 400, stock: 3_000 });
  await operator.pause(saleId);
  const visits = createVisits(
    {
      sale: saleId,
      gateway: gateways()[0]!,
      visitors: crowd.visitors,
      perSecond: crowd.visitors,
      polling: 0.1,
      leave: 0.02,
      drop: 0,
      noShow: 0.05,
      buy: 0.9,
      hold: 0.2,
      quantity: 1,
      patience: 300,
    },
    createReport(),
  );
  const visitors: Promise<unknown>[] = [];
  const arrive = (count: number): void => {
    for (let i = 0; i < count; i += 1) visitors.push(visits.visit());
  };
  arrive(crowd.ahead);
  while ((await saleOf(saleId)).waiting < crowd.ahead * 0.95) await new Promise((resolve) => setTimeout(resolve, 100));
  const phone = await browser.newPage({ locale, viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 });
  const desk = await browser.newPage({ locale, viewport: { width: 1_280, height: 900 } });
  await open(phone, saleId);
  await join(phone);
  arrive(crowd.visitors - crowd.ahead);
  await operator.resume(saleId);
  await signIn(desk, saleId);
  await phone.waitForTimeout(watchedMs);
  const bytes = (await takePicture(phone, `wait-${language}`)) + (await takePicture(desk, `console-${language}`));
  await visits.stop();
  void Promise.allSettled(visitors);
  await phone.close();
  await desk.close();
  return bytes;
};

try {
  const bytes = (await takeBoth('en')) + (await takeBoth('ko'));
  console.log(`${Math.ceil(bytes / 1_000)} kB together`);
  if (bytes >= limitBytes) throw new Error(`The pictures must be smaller than ${limitBytes / 1_000} kB together`);
} finally {
  await browser.close();
  await stop();
}
process.exit();
