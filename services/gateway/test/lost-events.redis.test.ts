import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { commandConnection, type RedisClient, type Service } from '@sunbeon/runtime';
import { newSale, until } from '../../../tests/fixtures/sale.ts';
import { freePort, startRedis, type RunningProcess } from '../../../tests/fixtures/stack.mjs';
import { ask } from '../../../tests/fixtures/topologies.mjs';
import type { LiveContext } from '../src/live/live-context.ts';
import type { LiveMetrics } from '../src/live/stats/live-metrics.ts';
import { followSale, type SaleStream } from '../src/live/stream/sale-stream.ts';
import { createStreamReader, type StreamReader } from '../src/live/stream/stream-reader.ts';
import { createGates } from '../src/passes/gates.ts';

const uncounted = new Proxy({}, { get: () => () => {} });

// A Redis of its own: the connections of all its clients are cut.
describe.each(['single', 'cluster'])('a stream whose last events were lost with their master (%s)', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-lost-events-'));
  let server: RunningProcess;
  /** As the writers of the new master see it. */
  let writer: RedisClient;
  let redis: RedisClient;
  let streams: StreamReader;
  let saleId: string;
  beforeAll(async () => {
    const port = await freePort();
    const bus = await freePort({ from: 20_000, to: 30_000 });
    const asCluster = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-announce-ip', '127.0.0.1'];
    server = await startRedis(folder, port, { args: kind === 'cluster' ? asCluster : [] });
    if (kind === 'cluster') {
      await ask(port, ['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
      await until('the cluster', async () => String(await ask(port, ['CLUSTER', 'INFO'])).includes('cluster_state:ok'));
    }
    const single = `redis://127.0.0.1:${port}`;
    const url = kind === 'cluster' ? `redis+cluster://127.0.0.1:${port}` : single;
    [writer, redis] = [commandConnection(single), commandConnection(url)];
    for (const client of [writer, redis]) {
      client.on('error', () => {});
      await client.connect();
    }
    streams = createStreamReader(url, redis);
  });
  afterAll(async () => {
    streams.stop();
    for (const client of [writer, redis]) client.disconnect();
    const ended = once(server.child, 'exit');
    server.child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await until('the connection is back', () =>
      redis.ping().then(
        () => true,
        () => false,
      ),
    );
    saleId = await newSale(writer);
    await rewrite(1, []);
  });

  /** In one step: the events from this number on are these alone; those before it stay. `cuts`: every other connection is lost. */
  const rewrite = async (from: number, visitors: string[], cuts = false): Promise<void> => {
    const kept = await writer.xrange(keys.events(saleId), '-', `${from - 1}-0`);
    const all = writer.multi().del(keys.events(saleId));
    for (const [id, fields] of kept) all.xadd(keys.events(saleId), id, ...fields);
    for (const [i, visitor] of visitors.entries()) {
      const data = JSON.stringify({ visitor, seq: from + i });
      all.xadd(keys.events(saleId), `${from + i}-0`, 'type', 'purchased', 'at', String(Date.now()), 'data', data);
    }
    all.hset(keys.flow(saleId), 'event', String(from - 1 + visitors.length));
    if (cuts) all.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    for (const [error] of (await all.exec())!) expect(error).toBeNull();
  };

  describe('a sale that is followed', () => {
    let heard: string[];
    let reloads: number;
    let stream: SaleStream;
    const follow = async (): Promise<void> => {
      [heard, reloads] = [[], 0];
      stream = followSale({ service: { redis } as unknown as Service, streams, metrics: uncounted as LiveMetrics } as LiveContext, saleId, {
        onEvent: (event) => heard.push('visitor' in event.data ? event.data.visitor : event.type),
        onBatch: () => {},
        onReload: () => (reloads += 1),
        onGone: () => heard.push('gone'),
      });
      expect(await stream.loaded).toBe(true);
    };
    afterEach(() => stream.stop());

    it('is reloaded when as many events were written as were lost', async () => {
      await follow();
      await rewrite(1, ['a', 'b', 'c']);
      await until('the events', () => heard.length === 3);
      await rewrite(2, ['x', 'y']);
      await until('the reload', () => reloads === 1);
      expect([stream.mirror()!.cursor, stream.recentEvents.eventsFor('x', 0, 9).length]).toEqual([3, 1]);
      expect(stream.recentEvents.eventsFor('b', 0, 9)).toEqual([]);
      // Once, and followed as before.
      await stream.check();
      await rewrite(4, ['d']);
      await until('the next event', () => heard.includes('d'));
      expect(reloads).toBe(1);
    });

    it('is reloaded when more events were written than were lost, before those that follow are applied', async () => {
      await follow();
      await rewrite(1, ['a', 'b', 'c']);
      await until('the events', () => heard.length === 3);
      await rewrite(2, ['x', 'y', 'z', 'last'], true);
      await until('the reload', () => reloads > 0);
      expect(stream.mirror()!.cursor).toBe(5);
      expect(stream.recentEvents.eventsFor('x', 0, 9).length).toBe(1);
      await rewrite(6, ['d']);
      await until('the next event', () => heard.includes('d'));
      expect(heard).toEqual(['a', 'b', 'c', 'd']);
    });

    it('goes on where its connection was cut and no event was lost', async () => {
      await follow();
      await rewrite(1, ['a', 'b', 'c']);
      await until('the events', () => heard.length === 3);
      await rewrite(4, ['d', 'e'], true);
      await until('the next events', () => heard.length === 5);
      expect([heard, reloads]).toEqual([['a', 'b', 'c', 'd', 'e'], 0]);
    });

    it('is reloaded when the number of its last event was left out', async () => {
      await rewrite(1, ['a', 'b', 'c']);
      await follow();
      await writer.xdel(keys.events(saleId), '3-0');
      await stream.check();
      await stream.check();
      expect(reloads).toBe(1);
    });

    it('is not reloaded while it has no event, when it was trimmed, or is empty; and a comparison reads three times', async () => {
      await follow();
      await stream.check();
      await rewrite(1, ['a', 'b', 'c']);
      await until('the events', () => heard.length === 3);
      await stream.check();
      await writer.xtrim(keys.events(saleId), 'MAXLEN', 1);
      await stream.check();
      await writer.xtrim(keys.events(saleId), 'MAXLEN', 0);
      const reads = async (): Promise<number> =>
        [...(await writer.info('commandstats')).matchAll(/cmdstat_(?:hget|xrevrange):calls=(\d+)/g)].reduce(
          (sum, [, calls]) => sum + Number(calls),
          0,
        );
      const before = await reads();
      await stream.check();
      // With the regular one, when it comes at this moment.
      expect([3, 6]).toContain((await reads()) - before);
      await writer.del(keys.events(saleId));
      await stream.check();
      expect(reloads).toBe(0);
    });

    it('is reloaded once when it was deleted and made again, and told of when it is gone', async () => {
      await rewrite(1, ['a', 'b', 'c']);
      await follow();
      await writer.hincrby(keys.sale(saleId), 'createdAt', 1);
      await rewrite(1, ['x', 'y', 'z']);
      await stream.check();
      await stream.check();
      expect([reloads, heard]).toEqual([1, []]);
      await writer.del(keys.sale(saleId), keys.events(saleId));
      await stream.check();
      expect(heard).toEqual(['gone']);
    });
  });

  describe('a sale that guards a shop', () => {
    it('has the events under the lost numbers read', async () => {
      saleId = await newSale(writer, { kind: 'gate', returnUrls: ['https://shop.test/'], stock: undefined as never });
      await rewrite(1, []);
      const applied: string[] = [];
      const ended = { apply: (_: string, { data }: { data: object }) => void applied.push((data as { visitor: string }).visitor) };
      const gates = createGates(redis, streams, { ...ended, isEnded: () => false, size: () => 0 }, () => {});
      const { stop } = gates.start();
      await gates.load(saleId);
      await rewrite(1, ['a', 'b', 'c']);
      await until('the events', () => applied.length === 3);
      await rewrite(2, ['x', 'y']);
      await gates.load(saleId);
      await until('the new ones', () => applied.length === 6);
      await rewrite(2, ['k', 'l', 'm', 'n'], true);
      await until('those after a lost connection', () => applied.includes('n'));
      expect(applied).toEqual(['a', 'b', 'c', 'a', 'x', 'y', 'a', 'k', 'l', 'm', 'n']);
      stop();
    });
  });
});
