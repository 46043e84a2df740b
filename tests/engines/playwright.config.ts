import { defineConfig } from '@playwright/test';

/** Playwright's runner alone: its own browsers are others. Pages are driven by `firefox.ts` and `webkit.ts`, against the stack of tests/e2e. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  globalSetup: '../e2e/start.ts',
  reporter: [['list'], ['json']],
});
