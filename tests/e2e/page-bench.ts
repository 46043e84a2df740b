// npm run page:bench: bytes and layout stability of the waiting page, measured by Chromium; writes docs/results/page.md.
import { cpus, release, type } from 'node:os';
import { writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { createSale, joinAs, operator } from '../fixtures/client.ts';
import { expectState, join, open } from './page.ts';
import playwright from './playwright.config.ts';
import start from './start.ts';
import { limits, readCalm, watchCalm, weigh } from './weight.ts';

/** How much slower than this machine the phone is made. */
const slowdown = 4;
const waitSeconds = 60;
const kilobytes = (bytes: number): string => `${(bytes / 1_024).toFixed(1)} KiB`;
const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

const stop = await start();
const browser = await chromium.launch(playwright.use!.launchOptions);
try {
  const saleId = await createSale({ admitPerSecond: 1, stock: 500, title: '가을 콘서트 2025' });
  await operator.pause(saleId);
  for (let group = 0; group < 8; group += 1) await Promise.all(Array.from({ length: 10 }, () => joinAs(saleId)));
  const page = await browser.newPage({ locale: 'ko-KR', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
  await watchCalm(page);
  const { devtools, read } = await weigh(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await open(page, saleId);
  await page.getByTestId('join-button').waitFor();
  await page.waitForTimeout(3_000);
  const loading = await readCalm(page);
  await join(page);
  await operator.resume(saleId);
  const before = (await readCalm(page)).longTasks.length;
  const first = await page.getByTestId('position').getAttribute('data-position');
  await page.waitForTimeout(waitSeconds * 1_000);
  const last = await page.getByTestId('position').getAttribute('data-position');
  const longWhileWaiting = (await readCalm(page)).longTasks.slice(before);
  const metrics = Object.fromEntries(
    (await devtools.send('Performance.enable').then(() => devtools.send('Performance.getMetrics'))).metrics.map(({ name, value }) => [
      name,
      value,
    ]),
  );
  await expectState(page, 'buying', 40_000);
  await page.waitForTimeout(1_500);
  const weight = read();
  const calm = await readCalm(page);
  const blocking = (tasks: readonly number[]): number => sum(tasks.map((task) => Math.max(0, task - 50)));
  const rows: [string, string, string][] = [
    ['JavaScript over the wire', kilobytes(weight.scriptBytes), `≤ ${kilobytes(limits.scriptBytes)}`],
    ['Styles over the wire', kilobytes(weight.styleBytes), ''],
    ['Fonts over the wire (Korean, only the ranges used)', kilobytes(weight.fontBytes), ''],
    ['Everything over the wire, until let in', `${kilobytes(weight.allBytes)} in ${weight.requests} requests`, ''],
    ['Requests to other origins', String(weight.foreign.length), '0'],
    ['Layout shift from opening to the turn (CLS)', calm.cls.toFixed(4), `≤ ${limits.cls}`],
    ['First contentful paint', `${loading.paintMs} ms`, ''],
    ['Largest contentful paint', `${loading.largestPaintMs} ms`, ''],
    ['Long tasks while loading', `${loading.longTasks.length} (blocking ${blocking(loading.longTasks)} ms)`, ''],
    [
      `Long tasks while waiting ${waitSeconds} s (position ${first} → ${last})`,
      `${longWhileWaiting.length} (blocking ${blocking(longWhileWaiting)} ms)`,
      '',
    ],
    ['Moved by script or animation', calm.animated.map((name) => `\`${name}\``).join(', '), 'transform and opacity'],
    ['JavaScript heap after the wait', kilobytes(metrics['JSHeapUsedSize'] ?? 0), ''],
  ];
  for (const row of rows) console.log(`${row[0].padEnd(64)} ${row[1].padEnd(28)} ${row[2]}`);
  if (calm.shifts.length > 0) console.log(`shifts:\n  ${calm.shifts.join('\n  ')}`);
  const table = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
  writeFileSync(
    new URL('../../docs/results/page.md', import.meta.url),
    `# The waiting page, measured

\`npm run page:bench\`, ${new Date().toISOString().slice(0, 10)}: Chromium ${browser.version()} headless, 390 × 844, no cache, processor slowed ${slowdown} times
(${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${type()} ${release()}), the built page in front of real services and a real Redis on the same machine. One person
joins behind 80 others, waits while the line moves at one a second, and is let in.

| what | measured | limit |
|---|---|---|
${table}

The first and the sixth line are asserted in \`tests/e2e/light.spec.ts\`, which \`npm test\` runs.

What this does not show: a slow network (everything is on one machine), a real phone, Safari or Firefox.
`,
  );
  if (weight.scriptBytes > limits.scriptBytes || calm.cls > limits.cls || weight.foreign.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await stop();
}
process.exit();
