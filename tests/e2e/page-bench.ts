// npm run page:bench: bytes and layout stability of the waiting page, measured by Chromium; writes docs/results/page.md.
import { cpus, release, type } from 'node:os';
import { writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { createSale, joinAs, operator } from '../fixtures/client.ts';
import { expectState, join, knowNames, open, web } from './page.ts';
import playwright from './playwright.config.ts';
import start from './start.ts';
import { budgetOf, limits, readCalm, watchCalm, weigh } from './weight.ts';

/** How much slower than this machine the phone is made. */
const slowdown = 4;
const waitSeconds = 60;
/** Networks of a phone, and the longest time until a person can join, ms. */
const networks = [
  { name: '400 kbps, 400 ms', kbps: 400, latencyMs: 400, usableMs: 4_000 },
  { name: '1.6 Mbps, 150 ms', kbps: 1_600, latencyMs: 150, usableMs: 2_000 },
] as const;
const visits = 5;
const median = (figures: readonly number[]): number => Math.round(figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!);
const kilobytes = (bytes: number): string => `${(bytes / 1_024).toFixed(1)} KiB`;
const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

const stop = await start();
const browser = await chromium.launch(playwright.use!.launchOptions);

/** First visits of one network, each with an empty cache. Medians, ms since the navigation: the button can be pressed, and, pressed at once, the place is shown. */
const firstVisits = async ({ kbps, latencyMs }: (typeof networks)[number]) => {
  const saleId = await createSale({ title: '가을 콘서트 2025' });
  await operator.pause(saleId);
  const usable: number[] = [];
  const placed: number[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const page = await browser.newPage({ locale: 'ko-KR', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
    const devtools = await page.context().newCDPSession(page);
    const throughput = (kbps * 1_000) / 8;
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: latencyMs,
      downloadThroughput: throughput,
      uploadThroughput: throughput,
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await knowNames(page);
    await page.addInitScript(() => {
      const seen = window as unknown as { usableMs?: number };
      const look = (): void => {
        const painted = performance.getEntriesByName('first-contentful-paint').length > 0;
        const button = document.querySelector<HTMLButtonElement>('[data-testid=join-button]:enabled');
        if (painted && button !== null && button.offsetHeight > 0) seen.usableMs = performance.now();
        else setTimeout(look, 20);
      };
      look();
    });
    const from = performance.now();
    await page.goto(`${web()}/sales/${saleId}`, { waitUntil: 'commit' });
    await page.waitForFunction(() => (window as unknown as { usableMs?: number }).usableMs !== undefined, undefined, { polling: 20 });
    usable.push(await page.evaluate(() => (window as unknown as { usableMs: number }).usableMs));
    await page.getByTestId('join-button').click();
    await page.getByTestId('position').waitFor();
    placed.push(performance.now() - from);
    await page.close();
  }
  return { usable: median(usable), placed: median(placed) };
};

try {
  const slow = [];
  for (const network of networks) {
    console.log(`${network.name}: ${visits} visits`);
    slow.push({ ...network, ...(await firstVisits(network)) });
  }
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
    ['Page, styles and scripts until let in', kilobytes(budgetOf(weight)), `≤ ${kilobytes(limits.waitingBytes)} until then`],
    ['Fonts over the wire', kilobytes(weight.fontBytes), 'none'],
    ...slow.map(({ name, usable, placed, usableMs }): [string, string, string] => [
      `First visit at ${name}: can join after`,
      `${usable} ms; pressed at once, the place is shown after ${placed} ms`,
      `≤ ${usableMs} ms`,
    ]),
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

The bytes and the layout shift are asserted in \`tests/e2e/light.spec.ts\`, which \`npm test\` runs. Of the first visits the table has the median of ${visits}.

What this does not show: a real phone on a real network (the devtools slow both down), Safari or Firefox.
`,
  );
  if (weight.scriptBytes > limits.scriptBytes || calm.cls > limits.cls || weight.foreign.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await stop();
}
process.exit();
