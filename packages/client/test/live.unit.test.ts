/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { ServerMessage } from '../src/contracts.ts';
import { openLive, type Connection, type Live, type PollResult } from '../src/live.ts';

class FakeSocket {
  static all: FakeSocket[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;
  address: string;
  constructor(address: string) {
    this.address = address;
    FakeSocket.all.push(this);
  }
  close(): void {
    this.closed = true;
  }
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  breaks(code: number): void {
    this.onclose?.({ code });
  }
}

const latest = (): FakeSocket => FakeSocket.all[FakeSocket.all.length - 1]!;
const position = { type: 'position', position: 3, waiting: 9 };
const original = globalThis.WebSocket;
let live: Live;
let connections: Connection[];
let messages: ServerMessage[];
const poll = jest.fn<() => Promise<PollResult>>();

const open = (): Live =>
  openLive({
    address: (after) => `ws://here/live${after === undefined ? '' : `?after=${after}`}`,
    protocols: () => ['sunbeon.v1'],
    onMessage: (message) => messages.push(message),
    onConnection: (connection) => connections.push(connection),
    poll,
    random: () => 0.5,
  });

beforeEach(() => {
  jest.useFakeTimers();
  FakeSocket.all = [];
  connections = [];
  messages = [];
  poll.mockReset().mockResolvedValue(1_000);
  globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
  live = open();
});
afterEach(() => {
  live.close();
  globalThis.WebSocket = original;
  jest.useRealTimers();
});

describe('the live connection', () => {
  it('does not poll while the socket speaks', async () => {
    latest().says(position);
    await jest.advanceTimersByTimeAsync(10_000);
    latest().says({ type: 'alive', serverTime: '2026-01-01T00:00:10Z' });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(poll).not.toHaveBeenCalled();
    expect(connections).toEqual(['live']);
    expect(messages).toEqual([position, { type: 'alive', serverTime: '2026-01-01T00:00:10Z' }]);
  });

  it('treats a socket that is silent for 13 s as dead: polls, and opens another', async () => {
    const old = latest();
    old.says(position);
    await jest.advanceTimersByTimeAsync(12_900);
    expect(poll).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1_200);
    expect(poll).toHaveBeenCalled();
    expect(old.closed).toBe(true);
    expect(FakeSocket.all).toHaveLength(2);
    old.onmessage?.({ data: JSON.stringify(position) });
    expect(messages).toHaveLength(1);
    latest().says(position);
    expect(connections.at(-1)).toBe('live');
  });

  it("polls while there is no socket, at the server's interval", async () => {
    latest().breaks(1006);
    await jest.advanceTimersByTimeAsync(5_400);
    expect(poll).toHaveBeenCalledTimes(4);
    expect(connections[0]).toBe('polling');
  });

  it('is offline when polls fail too, and live again when a socket speaks', async () => {
    poll.mockResolvedValue(null);
    await jest.advanceTimersByTimeAsync(4_000);
    latest().says(position);
    expect(connections[0]).toBe('offline');
    expect(connections.at(-1)).toBe('live');
  });

  it('reconnects after a restart and resumes after the last event received', async () => {
    latest().says({ type: 'claimed', id: '17-3', admittedUntil: '2026-01-01T00:00:00Z' });
    latest().breaks(1012);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(latest().address).toContain('after=17-3');
  });

  it.each([1008, 4009])('does not come back by itself after %i, but polls', async (code) => {
    latest().says(position);
    latest().breaks(code);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(poll.mock.calls.length).toBeGreaterThan(10);
  });

  it('reconnects at once when the tab becomes visible', async () => {
    for (let attempt = 0; attempt < 6; attempt += 1) {
      latest().breaks(1006);
      await jest.advanceTimersByTimeAsync(8_000);
    }
    const before = FakeSocket.all.length;
    latest().breaks(1006);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(FakeSocket.all).toHaveLength(before + 1);
  });

  it('replaces the socket when the network returns: the old one may be half-open', () => {
    const old = latest();
    old.says(position);
    window.dispatchEvent(new Event('online'));
    expect(old.closed).toBe(true);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each([
    ['resume', document],
    ['pageshow', window],
  ] as const)('replaces the socket on %s: what was frozen may be dead', (name, target) => {
    latest().says(position);
    target.dispatchEvent(Object.assign(new Event(name), { persisted: true }));
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('does nothing more once closed', async () => {
    live.close();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(poll).not.toHaveBeenCalled();
  });

  it.each([undefined, null])('polls at once where WebSocket is %s', async (missing) => {
    live.close();
    globalThis.WebSocket = missing as never;
    live = open();
    await jest.advanceTimersByTimeAsync(9_500);
    expect(poll).toHaveBeenCalledTimes(10);
    expect(new Set(connections)).toEqual(new Set(['polling']));
  });

  it('never polls more often than each 450 ms, whatever the answer says', async () => {
    live.close();
    globalThis.WebSocket = undefined as never;
    poll.mockResolvedValue(0);
    live = open();
    await jest.advanceTimersByTimeAsync(4_500);
    expect(poll.mock.calls.length).toBeLessThanOrEqual(10);
  });

  it('polls where the browser forbids the socket, and tries it again', async () => {
    live.close();
    let attempts = 0;
    globalThis.WebSocket = function forbidden() {
      attempts += 1;
      throw new DOMException('The operation is insecure.', 'SecurityError');
    } as never;
    live = open();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(connections.at(-1)).toBe('polling');
    expect(attempts).toBeGreaterThan(2);
  });

  it('tries a socket that does not speak five times within seconds, then once a minute; after it spoke, again so', async () => {
    const attempts = async (ms: number): Promise<number> => {
      const before = FakeSocket.all.length;
      for (let passed = 0; passed < ms; passed += 250) {
        if (!latest().closed) latest().breaks(1006);
        latest().closed = true;
        await jest.advanceTimersByTimeAsync(250);
      }
      return FakeSocket.all.length - before;
    };
    await attempts(30_000);
    expect(await attempts(240_000)).toBeLessThanOrEqual(5);
    expect(poll.mock.calls.length).toBeGreaterThan(200);
    for (let waited = 0; latest().closed && waited < 100; waited += 1) await jest.advanceTimersByTimeAsync(1_000);
    latest().says(position);
    expect(connections.at(-1)).toBe('live');
    expect(await attempts(30_000)).toBeGreaterThanOrEqual(5);
    expect(await attempts(240_000)).toBeLessThanOrEqual(5);
  });

  it('waits with the next poll as long as Retry-After of a failed one says, 15 s at most', async () => {
    live.close();
    globalThis.WebSocket = undefined as never;
    const refused = (retryAfterMs: number) => ({ code: 'rate_limited', status: 429, isProblem: true, retryAfterMs }) as const;
    poll.mockResolvedValue(refused(12_000));
    live = open();
    await jest.advanceTimersByTimeAsync(11_900);
    expect(poll).toHaveBeenCalledTimes(1);
    expect(connections).toEqual(['offline']);
    poll.mockResolvedValue(refused(3_600_000));
    await jest.advanceTimersByTimeAsync(200);
    expect(poll).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(15_000);
    expect(poll).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['visibilitychange', document],
    ['resume', document],
    ['online', window],
  ] as const)('polls at once on %s while it polls, whatever the pause is, and once', async (name, target) => {
    poll.mockResolvedValue(12_000);
    latest().breaks(1006);
    await jest.advanceTimersByTimeAsync(4_000);
    expect(poll).toHaveBeenCalledTimes(1);
    target.dispatchEvent(new Event(name));
    await jest.advanceTimersByTimeAsync(100);
    expect(poll).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(poll).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(4_000);
    expect(poll).toHaveBeenCalledTimes(3);
  });

  it('goes on polling after an exception', async () => {
    live.close();
    globalThis.WebSocket = undefined as never;
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    poll.mockRejectedValueOnce(new TypeError('no'));
    live = open();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(poll.mock.calls.length).toBeGreaterThan(3);
    expect(connections.at(-1)).toBe('polling');
    expect(told).toHaveBeenCalledTimes(1);
    told.mockRestore();
  });

  it('ignores what it cannot read', () => {
    latest().onmessage?.({ data: 'not json' });
    latest().says({ no: 'type' });
    expect(messages).toEqual([]);
  });
});
