// The same code on Sentinel and on Cluster: each file starts its own servers and two instances of each service.
import base from './jest.config.mjs';

const { globalSetup: _setup, globalTeardown: _teardown, ...shared } = base;

export default {
  ...shared,
  testMatch: ['<rootDir>/tests/topology/**/*.test.ts'],
  testTimeout: 180_000,
  maxWorkers: 1,
  // What a test left open must not keep the whole run from ending.
  forceExit: true,
};
