import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { RpcItem, RpcResponse } from '@sunbeon/contracts';
import { startStatsReporter } from '../src/live/stats/stats-reporter.ts';
import { createGatewayStats } from '../src/live/stats/gateway-stats.ts';

let said: RpcItem[] = [];
let refused = 0;
let answer: RpcResponse = { status: 200, text: '{}' };
const send = async (item: RpcItem): Promise<RpcResponse> => {
  said.push(structuredClone(item));
  return answer;
};
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  said = [];
  refused = 0;
  answer = { status: 200, text: '{}' };
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the reports of a gateway', () => {
  it('come within half a second of a change, and each second while sockets are open', async () => {
    const gatewayStats = createGatewayStats();
    const reporter = startStatsReporter('g1', gatewayStats, () => refused, send);
    gatewayStats.browsers('s', 3);
    gatewayStats.estimated('s', 1.5);
    gatewayStats.estimated('s', 0);
    await pass(500);
    expect(said).toEqual([{ saleId: 's', report: { gateway: 'g1', browsers: 3, estimates: 2, errorSeconds: 1.5, refused: 0 } }]);
    await pass(3_000);
    expect(said).toHaveLength(4);
    gatewayStats.browsers('s', 2);
    await pass(500);
    expect(said.at(-1)?.report?.browsers).toBe(2);
    reporter.stop();
    await pass(5_000);
    expect(said).toHaveLength(5);
  });

  it('tell the refusals of the last minute, each second at the most, of sales with browsers', async () => {
    const gatewayStats = createGatewayStats();
    const reporter = startStatsReporter('g1', gatewayStats, () => refused, send);
    gatewayStats.browsers('s', 3);
    gatewayStats.browsers('t', 0);
    await pass(500);
    for (refused = 1; refused <= 20; refused += 1) await pass(100);
    expect(said.map(({ saleId, report }) => [saleId, report?.refused])).toEqual([
      ['s', 0],
      ['t', 0],
      ['s', 10],
      ['s', 20],
    ]);
    reporter.stop();
  });

  it('ends when the last one has left, and is of no sale that is gone', async () => {
    const gatewayStats = createGatewayStats();
    const reporter = startStatsReporter('g1', gatewayStats, () => refused, send);
    gatewayStats.browsers('s', 1);
    gatewayStats.browsers('t', 1);
    await pass(500);
    gatewayStats.browsers('s', 0);
    gatewayStats.forget('t');
    await pass(5_000);
    expect(said.slice(2)).toEqual([{ saleId: 's', report: { gateway: 'g1', browsers: 0, estimates: 0, errorSeconds: 0, refused: 0 } }]);
    reporter.stop();
  });

  it('is not said any more of a sale that is no more, until a browser comes to a new one of its name', async () => {
    const gatewayStats = createGatewayStats();
    answer = { status: 404, text: '{}' };
    const reporter = startStatsReporter('g1', gatewayStats, () => refused, send);
    gatewayStats.browsers('s', 1);
    await pass(10_000);
    expect(said).toHaveLength(1);
    answer = { status: 200, text: '{}' };
    gatewayStats.browsers('s', 1);
    await pass(500);
    expect(said).toHaveLength(2);
    reporter.stop();
  });

  it('is said again when it was not noted', async () => {
    const gatewayStats = createGatewayStats();
    answer = { status: 503, text: '{}' };
    const reporter = startStatsReporter('g1', gatewayStats, () => refused, send);
    gatewayStats.browsers('s', 1);
    await pass(1_500);
    expect(said).toHaveLength(3);
    answer = { status: 200, text: '{}' };
    gatewayStats.browsers('s', 0);
    await pass(3_000);
    expect(said).toHaveLength(4);
    reporter.stop();
  });
});
