// npm run page:crowd: 300 virtual people beside a real browser; prints how its number moved and when it was let in.
import { chromium } from '@playwright/test';
import { waitInCrowd } from './crowd-watch.ts';
import playwright from './playwright.config.ts';
import start from './start.ts';

const visitors = Number(process.argv[2] ?? 300);
const pace = Number(process.argv[3] ?? 5);
const stop = await start();
const browser = await chromium.launch(playwright.use!.launchOptions);
try {
  const page = await browser.newPage({ locale: 'ko-KR', viewport: { width: 390, height: 844 } });
  const seen = await waitInCrowd(page, { visitors, pace });
  console.log(seen.shown.map(({ position, atMs }) => `${(atMs / 1_000).toFixed(1)} s: ${position}`).join('   '));
  console.log(`${visitors} others at ${pace} a second, ${seen.ahead} ahead of the browser; ${seen.shown.length} positions shown`);
  console.log(`steps up without a word: ${seen.unexplained}; largest step ${seen.largestStep}; longest pause ${seen.longestPauseMs} ms`);
  console.log(
    `firstEstimate ${seen.firstEstimate.low}–${seen.firstEstimate.high} s, waited ${seen.waitedSeconds.toFixed(1)} s; shown ${seen.letInAfterMs} ms after the admission`,
  );
  const late = seen.waitedSeconds > seen.firstEstimate.high + 3 || seen.letInAfterMs > 2_000;
  if (seen.unexplained > 0 || late) process.exitCode = 1;
} finally {
  await browser.close();
  await stop();
}
process.exit();
