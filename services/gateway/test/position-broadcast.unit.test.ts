import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aliveWithinMs, cadence } from '@sunbeon/contracts';
import type { WebSocket } from 'ws';
import { createLiveSocket, type LiveSocket } from '../src/live/sockets/live-socket.ts';
import { connectionOf } from '../../../tests/fixtures/frames.ts';
import type { LiveMetrics } from '../src/live/stats/live-metrics.ts';
import { createMirror } from '../src/live/stream/mirror.ts';
import { startPositionBroadcast } from '../src/live/broadcast/position-broadcast.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const uncounted = new Proxy({}, { get: () => () => {} }) as LiveMetrics;

/** An idle line; records every write of every socket, with its time. */
const quietLine = (size: number) => {
  const sent: { type: string; atMs: number }[][] = [];
  const pings: number[] = [];
  const all = new Set<LiveSocket>();
  for (let i = 0; i < size; i += 1) {
    const frames: { type: string; atMs: number }[] = [{ type: 'state', atMs: performance.now() }];
    sent.push(frames);
    const take = (text: string): void => {
      frames.push({ type: (JSON.parse(text) as { type: string }).type, atMs: performance.now() });
    };
    const ws = Object.assign(new EventEmitter(), {
      OPEN: 1,
      readyState: 1,
      bufferedAmount: 0,
      close: () => {},
      terminate: () => {},
      send: take,
      ping: () => {
        pings.push(performance.now());
        ws.emit('pong');
      },
    });
    const socket = createLiveSocket(
      ws as unknown as WebSocket,
      connectionOf(take),
      { saleId: 's', visitorId: `v${i}`, seq: i + 1, generation: 1 },
      'token',
      uncounted,
    );
    Object.assign(socket, { ready: true, seq: i + 1, sentAtMs: performance.now() });
    socket.setLastSent({ position: i + 1, atMs: performance.now(), advanced: 0 });
    all.add(socket);
  }
  const mirror = createMirror({
    event: 1,
    frontier: 0,
    pace: 1,
    generation: 1,
    status: 'paused',
    waiting: size,
    active: 0,
    lastSeq: 0,
    bitmap: new Uint8Array(),
  });
  const broadcast = startPositionBroadcast({
    all,
    mirror: () => mirror,
    sale: () => ({}) as never,
    chances: () => [],
    sendSale: () => false,
    alive: () => '{"type":"alive"}',
  });
  return { sent, pings, stop: broadcast.stop };
};

describe('a line in which nothing happens', () => {
  it('sends alive to every socket at least every 10 s, spread, with pings', async () => {
    const { sent, pings, stop } = quietLine(300);
    await jest.advanceTimersByTimeAsync(60_000);
    stop();
    for (const frames of sent) {
      const gaps = frames.slice(1).map(({ atMs }, i) => atMs - frames[i]!.atMs);
      expect(Math.max(...gaps)).toBeLessThan(aliveWithinMs);
      // Upper bound of the cost: 20,000 sockets are 2,300 writes a second.
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(cadence.aliveMs);
    }
    const firsts = new Set(sent.map(([, first]) => Math.round(first!.atMs - sent[0]![0]!.atMs)));
    expect(firsts.size).toBeGreaterThan(1);
    // Two to four of each in a minute, each within the write of a frame.
    expect(pings.length).toBeGreaterThanOrEqual(300 * 2);
    const written = new Set(sent.flat().map(({ atMs }) => atMs));
    expect(pings.filter((atMs) => !written.has(atMs))).toEqual([]);
  });
});
