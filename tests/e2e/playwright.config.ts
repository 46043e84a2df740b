import { defineConfig } from '@playwright/test';
import { isLong } from '../fixtures/long.ts';

/** A person in Debian's Chromium, against real services, a real Redis and the built page. */
export default defineConfig({
  testDir: '.',
  // Minutes long; npm run test:long rotates the same secrets without a browser.
  testIgnore: process.env['TEST_STATES'] === 'all' ? [] : ['rotation.spec.ts'],
  grepInvert: isLong ? [] : /@long\b/,
  outputDir: '../../test-results',
  // Mostly waiting: two files at once fit on two cores.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  globalSetup: './start.ts',
  reporter: [['list'], ['json']],
  use: {
    viewport: { width: 390, height: 844 },
    locale: 'ko-KR',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
