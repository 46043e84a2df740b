// npm run page:proof: how long a proof of work takes in Chromium, as fast as this machine is and slowed down; writes docs/results/proof.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, release, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { createSale } from '../fixtures/client.ts';
import { expectState, open } from './page.ts';
import playwright from './playwright.config.ts';
import start from './start.ts';

const rates = [1, 6];
const seconds = 2;
const joins = 20;
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
const shown = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

const stop = await start();
const load = loadavg()[0]!;
const rows: string[] = [];
let version = '';
try {
  for (const rate of rates)
    for (const proofOfWork of ['off', 'on'] as const) {
      const server = await chromium.launchServer(playwright.use!.launchOptions);
      const browser = await chromium.connect(server.wsEndpoint());
      version = browser.version();
      const saleId = await createSale({ admitPerSecond: 0.001, stock: 1_000, proofOfWork, proofOfWorkSeconds: seconds });
      const slower =
        rate === 1
          ? null
          : spawn(process.execPath, [fileURLToPath(new URL('slower.mjs', import.meta.url)), String(rate), String(server.process().pid)]);
      const times: number[] = [];
      for (let i = 0; i < joins; i += 1) {
        const context = await browser.newContext({ locale: i % 2 === 0 ? 'ko-KR' : 'en-GB', viewport: { width: 390, height: 844 } });
        const page = await context.newPage();
        await open(page, saleId);
        await expectState(page, 'join', 60_000);
        const from = performance.now();
        await page.getByTestId('join-button').press('Enter');
        await page.getByTestId('position').waitFor({ timeout: 120_000 });
        times.push(performance.now() - from);
        await context.close();
      }
      if (slower) {
        slower.kill('SIGTERM');
        await once(slower, 'exit');
      }
      await server.close();
      times.sort((a, b) => a - b);
      const row = [
        `${rate === 1 ? 'as it is' : `${rate} × slower`}, proof ${proofOfWork}`,
        ...[0.5, 0.9].map((share) => shown(percentile(times, share))),
        shown(times.at(-1)!),
      ];
      console.log(row.join('  '));
      rows.push(`| ${row.join(' | ')} |`);
    }
  writeFileSync(
    new URL('../../docs/results/proof.md', import.meta.url),
    `# A proof of work in the browser, measured

\`npm run page:proof\`, ${new Date().toISOString().slice(0, 10)}: from the key press on the join button to the place on the screen, ${joins} visits each, \`proofOfWorkSeconds: ${seconds}\`.
Chromium ${version} headless with the built page, real services and a real Redis on the same machine (${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${type()} ${release()}; load ${load.toFixed(1)} at the
start). Slower: all processes that draw pages, with their workers, run one sixth of the time.

| machine | median | p90 | slowest |
|---|---|---|---|
${rows.join('\n')}

What this does not show: a real phone.
`,
  );
} finally {
  await stop();
}
