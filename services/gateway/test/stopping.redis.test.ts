import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { startGateway, type TestGateway } from '../../../tests/fixtures/gateway.ts';
import { connectTestRedis, newSale, until } from '../../../tests/fixtures/sale.ts';

let redis: RedisClient;
let gateway: TestGateway;
beforeAll(async () => {
  redis = await connectTestRedis();
  gateway = await startGateway();
});
afterAll(() => redis.disconnect());

/** Commands of the gateway that name this sale wait until they are let through. */
const hold = (saleId: string): { count: () => number; letAll: () => void } => {
  const held: (() => void)[] = [];
  const { redis: client } = gateway.service;
  const send = client.sendCommand.bind(client);
  client.sendCommand = (...[command, ...rest]: Parameters<RedisClient['sendCommand']>) => {
    if (
      !command
        .getKeys()
        .map(String)
        .some((key) => key.includes(saleId))
    )
      return send(command, ...rest);
    held.push(() => void send(command, ...rest));
    return command.promise;
  };
  return {
    count: () => held.length,
    letAll: () => {
      client.sendCommand = send;
      for (const go of held) go();
    },
  };
};
const followed = async (): Promise<number> =>
  Number(/^sunbeon_followed_sales(?:\{.*\})? (\d+)$/m.exec(await gateway.service.metrics.registry.metrics())![1]);

describe('a gateway that stops while the line of a sale is read', () => {
  it('answers 503: the sale is not gone', async () => {
    const saleId = await newSale(redis);
    const held = hold(saleId);
    // Its connection ends with the answer, so that the stop does not wait for it.
    const answer = once(get(`${gateway.base}/api/sales/${saleId}/line`, { agent: false }), 'response') as Promise<[IncomingMessage]>;
    await until('the sale is being read', () => held.count() > 0);
    const stopped = gateway.stop();
    await until('it follows nothing', async () => (await followed()) === 0);
    held.letAll();
    const [refusal] = await answer;
    expect([refusal.statusCode, refusal.headers['retry-after'] !== undefined]).toEqual([503, true]);
    refusal.resume();
    await stopped;
    expect(await redis.exists(keys.sale(saleId))).toBe(1);
  });
});
