// Tests run on the sources (condition `development`), against a real Redis that the global setup starts.
const swc = [
  '@swc/jest',
  {
    jsc: { parser: { syntax: 'typescript', tsx: true }, transform: { react: { runtime: 'automatic' } }, target: 'es2023' },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['development', '@sunbeon/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx?$': swc },
  testMatch: [
    '<rootDir>/tests/model/**/*.redis.test.ts',
    '<rootDir>/{packages,services}/*/test/**/*.{unit,redis}.test.ts',
    '<rootDir>/web/test/**/*.unit.test.{ts,tsx}',
    '<rootDir>/{infra,tools}/test/**/*.test.ts',
  ],
  // By npm run test:long alone: a shop in Next is built, a shop waits for a Sunbeon that is away, 5,000 sales are made, packages are packed and installed, beacons are slow, draws wait for each other, sales are followed for a minute, and every rule is tried with and without labels.
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    '/.next/',
    ...(process.env.TEST_LONG === '1'
      ? []
      : [
          'shop-next',
          'guard/test/away',
          'many-sales\\.redis',
          'tools/test/(client|guard|verify)-package',
          'admission/test/(drand\\.unit|draws\\.redis)',
          'gateway/test/(line-follows|mirror-age)',
          'infra/test/rule-labels',
        ]),
  ],
  modulePathIgnorePatterns: ['<rootDir>/web/.next/', '<rootDir>/test-results/', '/dist/'],
  globalSetup: '<rootDir>/tests/fixtures/start-redis.mjs',
  globalTeardown: '<rootDir>/tests/fixtures/stop-redis.mjs',
  testTimeout: 60_000,
};
