import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort, startRedis, until, type RunningProcess } from '../../../tests/fixtures/stack.mjs';
import { commandConnection, type RedisClient } from '../src/index.ts';
import { probeLimits, probeRedis } from '../src/redis-probe.ts';

let folder: string;
let server: RunningProcess;
let redis: RedisClient;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sunbeon-probe-'));
  const port = await freePort();
  server = await startRedis(folder, port);
  redis = commandConnection(`redis://127.0.0.1:${port}`);
  redis.on('error', () => {});
});
afterAll(async () => {
  redis.disconnect();
  const ended = once(server.child, 'exit');
  server.child.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

it('reports Redis as available, unavailable while it hangs, and available again, without traffic', async () => {
  let said: boolean | undefined;
  const probe = probeRedis(redis, (answers) => (said = answers));
  expect(probe.answers()).toBe(false);
  await redis.connect();
  await until('the first answer', async () => probe.answers() && said === true, 5_000);
  try {
    server.child.kill('SIGSTOP');
    await until(
      'the silence to be noticed',
      async () => !probe.answers() && said === false,
      probeLimits.everyMs + probeLimits.limitMs + 2_000,
    );
    for (let i = 0; i < 20; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(probe.answers()).toBe(false);
    }
  } finally {
    server.child.kill('SIGCONT');
  }
  await until('the next answer', async () => probe.answers() && said === true, 5_000);
  redis.disconnect();
  await until('the end of the connection to be noticed', async () => !probe.answers() && said === false, 1_000);
  probe.stop();
});
