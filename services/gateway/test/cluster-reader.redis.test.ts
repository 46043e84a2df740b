import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { commandConnection, type RedisClient } from '@sunbeon/runtime';
import { until } from '../../../tests/fixtures/sale.ts';
import { freePort, start, until as started, type RunningProcess } from '../../../tests/fixtures/stack.mjs';
import { ask } from '../../../tests/fixtures/topologies.mjs';
import { createStreamReader, type Entry } from '../src/live/stream/stream-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'sunbeon-cluster-reader-'));
let server: RunningProcess;
let redis: RedisClient;
let url: string;
beforeAll(async () => {
  const port = await freePort();
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
      '--cluster-announce-ip',
      '127.0.0.1',
    ],
    {},
  );
  await started('redis', async () => (await ask(port, ['PING'])) === 'PONG');
  await ask(port, ['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
  await started('the cluster', async () => String(await ask(port, ['CLUSTER', 'INFO'])).includes('cluster_state:ok'));
  url = `redis+cluster://127.0.0.1:${port}`;
  redis = commandConnection(url);
  redis.on('error', () => {});
  await redis.connect();
});
afterAll(async () => {
  redis.disconnect();
  const ended = once(server.child, 'exit');
  server.child.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

it('on Cluster, streams of many slots are followed, and one that is no stream holds up no other', async () => {
  const reader = createStreamReader(url, redis);
  const seen = new Map<string, string[]>();
  const saleIds = Array.from({ length: 50 }, (_, i) => `sale_${i}`);
  await redis.set(keys.events('broken'), 'no stream');
  for (const saleId of ['broken', ...saleIds]) {
    const ids: string[] = [];
    seen.set(saleId, ids);
    reader.follow({
      key: keys.events(saleId),
      after: () => ids.at(-1) ?? '0-0',
      take: (entries: Entry[]) => {
        ids.push(...entries.map(([id]) => id));
      },
      reconnected: () => {},
    });
  }
  for (const n of [1, 2]) {
    await Promise.all(saleIds.map((saleId) => redis.xadd(keys.events(saleId), `${n}-0`, 'type', 'x')));
    await until(`entry ${n}`, () => saleIds.every((saleId) => seen.get(saleId)!.length === n), 2_000);
  }
  expect(new Set([...seen.values()].map(String))).toEqual(new Set(['', '1-0,2-0']));
  // An unfollowed stream is not read.
  reader.stop();
});

it('on Cluster, the entries of another master are taken after its stream was told of it', async () => {
  const masters = [7_001, 7_002];
  let entries: Entry[] = [];
  const fake = Object.assign(new EventEmitter(), {
    nodes: () => masters.map((port) => ({ options: { host: '127.0.0.1', port } })),
    xread: async (...args: unknown[]) => {
      const after = Number.parseInt(String(args.at(-1)), 10);
      const found = entries.filter(([id]) => Number.parseInt(id, 10) > after);
      return found.length === 0 ? null : [['events', found]];
    },
  });
  const reader = createStreamReader('redis+cluster://127.0.0.1:7001', fake as unknown as RedisClient);
  const told: string[] = [];
  reader.follow({
    key: 'events',
    after: () => told.findLast((id) => id !== 'reconnected') ?? '0-0',
    take: (taken) => told.push(...taken.map(([id]) => id)),
    reconnected: () => told.push('reconnected'),
  });
  entries = [['1-0', []]];
  await until('the first', () => told.length === 1);
  // Redirected by a take-over: no connection ends.
  masters[1] = 7_003;
  entries.push(['2-0', []]);
  await until('the second', () => told.length === 3);
  fake.emit('-node');
  expect(told).toEqual(['1-0', 'reconnected', '2-0', 'reconnected']);
  reader.stop();
  expect(fake.listenerCount('-node')).toBe(0);
});
