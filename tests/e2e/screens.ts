// npm run screens: every state of the page, phone and desktop, light and dark, Korean and English, and one contact sheet of all.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { createSale, operator } from '../fixtures/client.ts';
import { expectState, open, settled, web } from './page.ts';
import playwright from './playwright.config.ts';
import start from './start.ts';
import { answerFrom, recordedStates, type Recorded } from './states.ts';

const folder = new URL('../../test-results/screens/', import.meta.url).pathname;
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1_280, height: 800 } } as const;
const languages = { ko: '한국어', en: 'English' } as const;
const schemes = ['light', 'dark'] as const;
const variants = (Object.keys(languages) as (keyof typeof languages)[]).flatMap((language) =>
  schemes.flatMap((scheme) =>
    (Object.keys(sizes) as (keyof typeof sizes)[]).map((size) => ({ language, scheme, size, name: `${language}-${scheme}-${size}` })),
  ),
);
/** What lies over the page covers the window, not the whole of it. */
const overlaid = ['leaving', 'waiting-offline'];
const wanted = process.argv.slice(2);
const started = Date.now();
mkdirSync(folder, { recursive: true });

const picture = async (page: Page, name: string): Promise<void> => {
  let language = 'ko';
  for (const variant of variants) {
    await page.emulateMedia({ colorScheme: variant.scheme });
    await page.setViewportSize(sizes[variant.size]);
    if (variant.language !== language) {
      // An open dialog takes every click; its buttons are pressed from outside.
      await page.getByRole('button', { name: languages[variant.language], includeHidden: true }).dispatchEvent('click');
      language = variant.language;
    }
    await settled(page);
    await page.screenshot({
      path: `${folder}${name}.${variant.name}.jpg`,
      type: 'jpeg',
      quality: 85,
      fullPage: variant.size === 'phone' && !overlaid.includes(name),
    });
  }
};

const stop = await start();
const browser = await chromium.launch(playwright.use!.launchOptions);
try {
  const names: string[] = [];
  const visit = async (name: string, go: (page: Page) => Promise<void>): Promise<void> => {
    if (wanted.length > 0 && !wanted.includes(name)) return;
    const context = await browser.newContext({ locale: 'ko-KR', viewport: sizes.phone, permissions: ['notifications'] });
    const page = await context.newPage();
    await go(page);
    await settled(page);
    await picture(page, name);
    await context.close();
    names.push(name);
    console.log(`  ${name}`);
  };
  const title = '가을 콘서트 2025';
  const saleId = await createSale({ title, stock: 3_000, admitPerSecond: 0.01 });
  const record = (recorded: Recorded) =>
    visit(recorded.name, async (page) => {
      await answerFrom(page, saleId, title, recorded);
      await open(page, saleId);
      if (recorded.messages || recorded.later) await page.waitForTimeout(900);
      if (recorded.act) {
        await expectState(page, recorded.state);
        await recorded.act(page);
      }
      await expectState(page, recorded.state);
      await page.waitForTimeout(200);
    });
  await createSale({ title: '봄 페스티벌', opensAt: new Date(Date.now() + 86_400_000).toISOString() });
  const pausedId = await createSale({ title: '오케스트라 정기 연주회 — 브람스 교향곡 전곡', stock: 1_200 });
  await operator.pause(pausedId);
  await visit('sales', async (page) => {
    await page.goto(web());
  });
  for (const recorded of recordedStates()) await record(recorded);

  const sheet = await browser.newPage({ viewport: { width: 2_720, height: 1_000 } });
  const image = (name: string, variant: (typeof variants)[number]) =>
    `<figure class="${variant.size}"><img src="data:image/jpeg;base64,${readFileSync(`${folder}${name}.${variant.name}.jpg`, 'base64')}"></figure>`;
  const rows = names
    .map((name) => `<section><h2>${name}</h2><div>${variants.map((variant) => image(name, variant)).join('')}</div></section>`)
    .join('');
  const style = `body{margin:24px;font:16px sans-serif;background:#c9c9c9}h1{margin:0 0 8px}h2{margin:20px 0 6px;font-size:20px}div{display:flex;gap:10px;align-items:flex-start}
    figure{margin:0}img{display:block;width:100%}.phone{width:190px;height:411px;overflow:hidden}.desktop{width:450px}`;
  writeFileSync(
    `${folder}contact-sheet.html`,
    `<!doctype html><meta charset="utf-8"><title>Every state</title><style>${style}</style><h1>${variants.map(({ name }) => name).join(' · ')}</h1>${rows}`,
  );
  await sheet.goto(`file://${folder}contact-sheet.html`);
  await sheet.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  await sheet.screenshot({ path: `${folder}contact-sheet.png`, fullPage: true });
  console.log(
    `${names.length} states, ${names.length * variants.length} pictures in ${Math.round((Date.now() - started) / 1_000)} s: test-results/screens/contact-sheet.png`,
  );
} finally {
  await browser.close();
  await stop();
}
