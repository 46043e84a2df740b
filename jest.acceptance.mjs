// What crosses services: two instances of each, every one its own process, one Redis. Started once for all files.
import base from './jest.config.mjs';

export default {
  ...base,
  testMatch: ['<rootDir>/tests/acceptance/**/*.test.ts'],
  // Those that take longest: npm run test:long.
  testPathIgnorePatterns: [
    ...(base.testPathIgnorePatterns ?? []),
    ...(process.env.TEST_LONG === '1'
      ? []
      : [
          'acceptance/(acl|cache-upgrades|crowd|durability|entrance-bots|flood|forecast|gate-by-proxy|line-caches|logs|members-private|one-address|opening|orders-line|read-your-writes|rehearsals|security-live|seed-secret|stats|stopping|tracing|tracing-sampling|unreadable)\\.test',
        ]),
  ],
  globalSetup: '<rootDir>/tests/fixtures/start-stack.mjs',
  globalTeardown: '<rootDir>/tests/fixtures/stop-stack.mjs',
  setupFilesAfterEnv: ['<rootDir>/tests/fixtures/end-sales.ts'],
  testTimeout: 120_000,
  maxWorkers: 1,
  // What a test left open must not keep the whole run from ending.
  forceExit: true,
};
