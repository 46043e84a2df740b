import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { WebSocket } from 'ws';
import type { Service } from '@sunbeon/runtime';
import { connectionOf } from '../../../tests/fixtures/frames.ts';
import { gatewayOfTests, type TestSocket } from '../../../tests/fixtures/gateway.ts';
import { newSale, testRedisUrl, until } from '../../../tests/fixtures/sale.ts';
import { join } from '../../queue/src/scripts/join.ts';
import type { LiveContext } from '../src/live/live-context.ts';
import { createHub, hubLimits } from '../src/live/sockets/hub.ts';
import { createLiveSocket } from '../src/live/sockets/live-socket.ts';
import type { LiveMetrics } from '../src/live/stats/live-metrics.ts';
import { createStreamReader } from '../src/live/stream/stream-reader.ts';
import { lineLimits } from '../src/routes/line.ts';

const sales = 5_000;
const { redis, gateway } = await gatewayOfTests({ TRUST_PROXY: '127.0.0.1' });
const ids: string[] = [];
beforeAll(async () => {
  for (let at = 0; at < sales; at += 250) ids.push(...(await Promise.all(Array.from({ length: 250 }, () => newSale(redis)))));
}, 60_000);

const lineOf = (saleId: string, address: string): Promise<Response> =>
  fetch(`${gateway.base}/api/sales/${saleId}/line`, { headers: { 'x-forwarded-for': address } });
const followed = async (): Promise<number> =>
  Number(/^sunbeon_followed_sales(?:\{.*\})? (\d+)$/m.exec(await gateway.service.metrics.registry.metrics())![1]);

describe('a stranger who walks through 5,000 sales by their lines', () => {
  // As their creation by the admission service does: they are known, and no request for one counts as a look-up.
  beforeAll(async () => void (await redis.zadd(keys.currentSales, ...ids.flatMap((saleId) => [0, saleId]))));
  afterAll(async () => void (await redis.zrem(keys.currentSales, ...ids)));

  it('makes a gateway follow a bounded number a second, and delays neither another reader nor a sale with a browser', async () => {
    const [watched, polled, ...others] = ids as [string, string, ...string[]];
    await join.run(redis, watched, ['v']);
    const generation = Number(await redis.hget(keys.sale(watched), 'createdAt'));
    const socket = (await gateway.open(watched, gateway.token({ saleId: watched, visitorId: 'v', seq: 1, generation }))) as TestSocket;
    await until('the socket has its state', () => socket.frames.length > 0);
    expect((await lineOf(polled, '10.0.0.1')).status).toBe(200);

    const before = await followed();
    const startedMs = performance.now();
    const refused: Response[] = [];
    let served = 0;
    for (let at = 0; at < others.length; at += 50) {
      const answers = await Promise.all(others.slice(at, at + 50).map((saleId) => lineOf(saleId, '10.0.0.66')));
      for (const answer of answers) {
        if (answer.status === 200) served += 1;
        else refused.push(answer);
      }
      // Its readers go on asking; a line that nobody asks for may give way to others.
      expect((await lineOf(polled, '10.0.0.1')).status).toBe(200);
    }
    const seconds = Math.floor((performance.now() - startedMs) / 1_000) + 2;
    expect(served).toBeGreaterThanOrEqual(lineLimits.follows.perAddress);
    expect(served).toBeLessThanOrEqual(lineLimits.follows.perAddress * seconds);
    expect((await followed()) - before).toBeLessThanOrEqual(served);
    expect(refused.length).toBe(others.length - served);
    for (const answer of refused.slice(0, 100)) {
      expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('cache-control')]).toEqual([429, '1', 'no-store']);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
    expect(await refused[0]!.json()).toMatchObject({ code: 'rate_limited' });
    const departures = await fetch(`${gateway.base}/api/sales/${others.at(-1)!}/line/1/departures/0/0`, {
      headers: { 'x-forwarded-for': '10.0.0.66' },
    });
    // A second later the stranger may ask again.
    expect([404, 429]).toContain(departures.status);

    expect((await lineOf(polled, '10.0.0.66')).status).toBe(200);
    expect((await lineOf(others.at(-2)!, '10.0.0.2')).status).toBe(200);
    expect([socket.closed, (await lineOf(watched, '10.0.0.2')).status]).toEqual([null, 200]);
  }, 60_000);
});

describe('a gateway that follows as many sales as it may', () => {
  const uncounted = new Proxy({}, { get: () => () => {} });
  const streams = createStreamReader(testRedisUrl(), redis);
  const context = { service: { redis } as unknown as Service, streams, metrics: uncounted as LiveMetrics, gatewayStats: uncounted };
  const hub = createHub({ ...context, refusals: uncounted, socketsPerAddress: 0 } as unknown as LiveContext);
  afterAll(async () => {
    await hub.stop();
    streams.stop();
  });

  it('evicts the one that was asked for least recently, and none with a browser', async () => {
    const [watched, polled, ...others] = ids as [string, string, ...string[]];
    const ws = Object.assign(new EventEmitter(), {
      OPEN: 1,
      readyState: 1,
      bufferedAmount: 0,
      send: () => {},
      close: () => {},
      terminate: () => {},
      ping: () => {},
    });
    const generation = Number(await redis.hget(keys.sale(watched), 'createdAt'));
    const socket = createLiveSocket(
      ws as unknown as WebSocket,
      connectionOf(() => {}),
      { saleId: watched, visitorId: 'v', seq: 1, generation },
      'token',
      uncounted as LiveMetrics,
    );
    const live = await hub.open(watched);
    await hub.enter(watched, socket, null);
    const line = await hub.open(polled);
    const beyond = 500;
    const walked = others.slice(0, hubLimits.sales + beyond);
    for (let at = 0; at < walked.length; at += 50) {
      await Promise.all(walked.slice(at, at + 50).map((saleId) => hub.open(saleId)));
      await hub.open(polled);
    }
    // Never followed anew.
    expect([(await hub.open(watched)) === live, (await hub.open(polled)) === line]).toEqual([true, true]);
    const kept = walked.filter((saleId) => hub.isFollowed(saleId));
    expect(kept).toEqual(walked.slice(-(hubLimits.sales - 2)));
    hub.leave(watched, socket);
  }, 60_000);
});
