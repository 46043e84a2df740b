import { EventEmitter } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { keys, type RpcResponse } from '@sunbeon/contracts';
import type { RedisClient, Service } from '@sunbeon/runtime';
import type { WebSocket } from 'ws';
import { connectionOf } from '../../../tests/fixtures/frames.ts';
import { connectTestRedis, newSale, testRedisUrl, until } from '../../../tests/fixtures/sale.ts';
import type { LiveMetrics } from '../src/live/stats/live-metrics.ts';
import type { LiveContext } from '../src/live/live-context.ts';
import { createLiveSocket } from '../src/live/sockets/live-socket.ts';
import { createSaleChannel, type SaleChannel } from '../src/live/sale-channel.ts';
import { setStatus } from '../../admission/src/scripts/set-status.ts';
import { createStreamReader, type StreamReader } from '../src/live/stream/stream-reader.ts';

let redis: RedisClient;
let streams: StreamReader;
let saleId: string;
let live: SaleChannel;
/** Held answers of the queue service. */
let answers: ((answer: RpcResponse) => void)[];
beforeAll(async () => {
  redis = await connectTestRedis();
  streams = createStreamReader(testRedisUrl(), redis);
});
beforeEach(async () => {
  saleId = await newSale(redis);
  answers = [];
  const context = {
    service: { redis } as unknown as Service,
    streams,
    metrics: uncounted as LiveMetrics,
    gatewayStats: uncounted,
    place: () => new Promise<RpcResponse>((resolve) => answers.push(resolve)),
  } as unknown as LiveContext;
  live = createSaleChannel(context, saleId, () => {});
  expect(await live.loaded).toBe(true);
});
afterEach(() => live.stop());
afterAll(() => {
  streams.stop();
  redis.disconnect();
});

const uncounted = new Proxy({}, { get: () => () => {} });

interface Sent {
  type: string;
  visitor?: { state: string };
  sale?: { status: string };
}
const browser = async () => {
  const sent: Sent[] = [];
  const ws = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (text: string) => sent.push(JSON.parse(text) as never),
    close: () => {},
    terminate: () => {},
    ping: () => {},
  });
  const socket = createLiveSocket(
    ws as unknown as WebSocket,
    connectionOf((text) => sent.push(JSON.parse(text) as never)),
    { saleId, visitorId: 'v', seq: 0, generation: Number(await redis.hget(keys.sale(saleId), 'createdAt')) },
    'token',
    uncounted as LiveMetrics,
  );
  return { socket, sent };
};
const answer = (state: string, event: string): RpcResponse => ({
  status: 200,
  text: JSON.stringify({ saleId, visitorId: 'v', state, pollAfterMs: 2_000 }),
  headers: { 'x-sunbeon-event': event },
});

describe("overlapping reads of a browser's state", () => {
  it('send the newer answer only, in any order: the older one may lack events sent since', async () => {
    const { socket, sent } = await browser();
    const older = live.enter(socket, null);
    await until('the first is on its way', () => answers.length === 1);
    const newer = live.enter(socket, null);
    await until('the second is on its way', () => answers.length === 2);
    answers[1]!(answer('purchased', '1'));
    await newer;
    answers[0]!(answer('admitted', '0'));
    await older;
    expect(sent.filter(({ type }) => type === 'state').map(({ visitor }) => visitor?.state)).toEqual(['purchased']);
    expect([socket.ready, socket.inside]).toEqual([true, false]);
  });
});

describe('a sale that changes while the place of a browser is read', () => {
  it('is told with the place as it is then', async () => {
    const [first, slow] = [await browser(), await browser()];
    const entering = live.enter(first.socket, null);
    await until('the place is asked for', () => answers.length === 1);
    answers[0]!(answer('lobby', '0'));
    await entering;
    const held = live.enter(slow.socket, null);
    await until('the second place is asked for', () => answers.length === 2);
    expect(await setStatus.run(redis, saleId, { verb: 'pause' })).toMatchObject({ outcome: 'changed' });
    // The other browser has heard of it: the channel knows.
    await until('the pause is heard', () => first.sent.some(({ type, sale }) => type === 'sale' && sale?.status === 'paused'));
    answers[1]!(answer('lobby', '0'));
    await held;
    expect(slow.sent.map(({ type, sale }) => [type, sale?.status])).toEqual([['state', 'paused']]);
  });
});

describe('a channel that was stopped', () => {
  it('does not judge a token of a newer sale by its old mirror', async () => {
    const newer = await redis.hincrby(keys.sale(saleId), 'createdAt', 1);
    expect(await live.knows(newer - 1)).toBe(true);
    live.stop();
    await expect(live.knows(newer)).rejects.toThrow('no longer followed');
  });
});
