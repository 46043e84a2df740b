import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { installationKeys, keys, logKeys, saleKeys } from '@sunbeon/contracts';
import { freePort, start, until, type RunningProcess } from '../fixtures/stack.mjs';
import { ask } from '../fixtures/topologies.mjs';

let folder: string;
let port: number;
let server: RunningProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sunbeon-slots-'));
  port = await freePort();
  const bus = await freePort({ from: 20_000, to: 30_000 });
  server = start(
    folder,
    'redis',
    process.env['REDIS_SERVER'] ?? 'redis-server',
    [
      '--port',
      String(port),
      '--cluster-port',
      String(bus),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--cluster-enabled',
      'yes',
    ],
    {},
  );
  await until('redis', async () => (await ask(port, ['PING'])) === 'PONG');
});
afterAll(async () => {
  const ended = once(server.child, 'exit');
  server.child.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});
const slotsOf = async (names: string[]): Promise<Set<unknown>> =>
  new Set(await Promise.all(names.map((name) => ask(port, ['CLUSTER', 'KEYSLOT', name]))));

describe('on Cluster', () => {
  it('all keys of a sale share a slot, and sales are spread', async () => {
    // Scripts name no other keys of a sale (tools/test/scripts.test.ts).
    for (const saleId of ['a', 'concert_2025', `x${'y'.repeat(39)}`])
      expect((await slotsOf([...saleKeys, ...logKeys].map((name) => keys[name](saleId)))).size).toBe(1);
    const ofOperators = installationKeys.filter((name) => name !== 'keyring' && name !== 'currentSales').map((name) => keys[name]);
    expect((await slotsOf(ofOperators)).size).toBe(1);
    expect((await slotsOf(Array.from({ length: 50 }, (_, i) => keys.sale(`sale_${i}`)))).size).toBeGreaterThan(45);
  });
});
