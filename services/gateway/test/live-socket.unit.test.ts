import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { clientMessageLimits, closeCodes, retryAfterMsOf } from '@sunbeon/contracts';
import type { WebSocket } from 'ws';
import { createLiveSocket, socketLimits } from '../src/live/sockets/live-socket.ts';
import { connectionOf } from '../../../tests/fixtures/frames.ts';
import type { LiveMetrics } from '../src/live/stats/live-metrics.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A socket whose reader the test controls; Redis is not involved. */
const fake = () => {
  const reasons: string[] = [];
  const ws = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    sent: [] as string[],
    closed: null as [number, string] | null,
    terminated: false,
    pings: 0,
    send: (text: string) => {
      ws.sent.push(text);
    },
    close: (code: number, reason: string) => {
      ws.closed = [code, reason];
    },
    terminate: () => {
      ws.terminated = true;
    },
    ping: () => {
      ws.pings += 1;
    },
  });
  const metrics = { closed: (reason: string) => reasons.push(reason), sent: () => {} } as unknown as LiveMetrics;
  const socket = createLiveSocket(
    ws as unknown as WebSocket,
    connectionOf((text) => void ws.sent.push(text)),
    { saleId: 's', visitorId: 'v', seq: 1, generation: 1 },
    'token',
    metrics,
  );
  return { ws, socket, reasons };
};

describe('a browser that does not read (F23)', () => {
  it('is closed with 4008 and a delay once too much is unread, and terminated without a closing handshake', () => {
    const { ws, socket, reasons } = fake();
    ws.bufferedAmount = socketLimits.bufferedBytes;
    socket.sendText('sale', 'x');
    expect(ws.sent).toHaveLength(1);
    ws.bufferedAmount = socketLimits.bufferedBytes + 1;
    socket.sendText('sale', 'x');
    expect(ws.sent).toHaveLength(1);
    expect(ws.closed![0]).toBe(closeCodes.tooSlow);
    expect(retryAfterMsOf(ws.closed![1])).toBeGreaterThanOrEqual(0);
    expect(reasons).toEqual(['too_slow']);
    jest.advanceTimersByTime(socketLimits.closeMs);
    expect(ws.terminated).toBe(true);
    socket.sendText('sale', 'x');
    expect(ws.sent).toHaveLength(1);
  });

  it('gets the bytes of a broadcast as the text it is, whatever its length', () => {
    const texts = ['', 'x'.repeat(125), 'x'.repeat(126), '순번'.repeat(100), 'y'.repeat(65_536)];
    for (const text of texts) {
      const { ws, socket } = fake();
      socket.sendText('sale', text);
      socket.sendText('alive', 'short');
      socket.sendText('sale', text);
      expect(ws.sent).toEqual([text, 'short', text]);
    }
  });

  it('is cut when it does not answer a ping', () => {
    const { ws, socket, reasons } = fake();
    jest.advanceTimersByTime(25_000);
    socket.ping(25_000, performance.now());
    ws.emit('pong');
    jest.advanceTimersByTime(15_000);
    socket.ping(25_000, performance.now());
    expect(ws.pings).toBe(1);
    socket.ping(15_000, performance.now());
    expect([ws.pings, ws.terminated]).toEqual([2, false]);
    jest.advanceTimersByTime(25_000);
    socket.ping(25_000, performance.now());
    expect([ws.terminated, ws.pings, reasons]).toEqual([true, 2, ['dead']]);
  });
});

describe('a browser that talks', () => {
  it('is forgiven a little, then closed for good', () => {
    const { ws } = fake();
    for (let i = 0; i < clientMessageLimits.messages; i += 1) ws.emit('message');
    expect(ws.closed).toBeNull();
    ws.emit('message');
    expect(ws.closed).toEqual([closeCodes.policy, '']);
  });
});
