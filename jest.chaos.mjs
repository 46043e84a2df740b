// Faults on whole stacks, one after the other. Needs a build (tools/local/test.mjs makes it): processes start from dist.
import base from './jest.config.mjs';

const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = base;

export default {
  ...rest,
  testMatch: ['<rootDir>/tests/chaos/**/*.test.ts'],
  // By npm run test:long alone: keys are rotated, leaders of a draw are killed, sales are measured, or go on for long, npm start and npm run dev start everything, and what hangs is not ready.
  testPathIgnorePatterns: [
    ...rest.testPathIgnorePatterns,
    ...(process.env.TEST_LONG === '1'
      ? []
      : ['chaos/((pass-)?rotation|dev|disk-and-clock|draw|many-sales|processes|readiness|sales-bench|soak|start)\\.test']),
    // By npm run small:try: it installs and builds a clone.
    ...(process.env.TEST_SMALL === '1' ? [] : ['chaos/small-machine']),
  ],
  testTimeout: 120_000,
  maxWorkers: 1,
  // What a test left open must not keep the whole run from ending.
  forceExit: true,
};
