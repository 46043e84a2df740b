import { createRequire } from 'node:module';
import { describe, expect, jest, test } from '@jest/globals';

// The module object itself, because the runtime reads its named imports from it when it is loaded; hence the import() below.
const v8 = createRequire(import.meta.url)('node:v8') as typeof import('node:v8');

/** State of a process that a module could change by being imported. */
const ofTheProcess = () => ({
  listeners: process
    .eventNames()
    .map((name) => `${String(name)} ${process.listenerCount(name)}`)
    .sort(),
  timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'TCPServerWrap' || name === 'TCPSocketWrap')
    .length,
  environment: { ...process.env },
});

describe('importing the runtime', () => {
  test('changes nothing of the process; createService sets the flags of V8', async () => {
    const setFlags = jest.spyOn(v8, 'setFlagsFromString').mockImplementation(() => {});
    const before = ofTheProcess();
    const { createService } = await import('../src/index.ts');
    expect(setFlags).not.toHaveBeenCalled();
    expect(ofTheProcess()).toEqual(before);

    createService('queue', {
      REDIS_URL: 'redis://127.0.0.1:6379',
      HOST: '127.0.0.1',
      PORT: 4_001,
      OPS_PORT: 5_001,
      LOG_LEVEL: 'silent',
      REQUEST_LOG: 'off',
      LOG_ADDRESSES: 'off',
      TOKEN_SECRET: 's'.repeat(32),
    });
    expect(setFlags.mock.calls.map(([flag]) => flag)).toEqual(['--no-parallel-scavenge', '--no-allocation-site-pretenuring']);
  });
});
