import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createClient, liveProtocolsOf, liveUrlOf, visitorAfter, type Connection, type ServerMessage, type Visitor } from '../src/index.ts';

class FakeSocket {
  static all: FakeSocket[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason?: string }) => void) | null = null;
  onerror: unknown = null;
  closed = false;
  url: string;
  protocols: string[];
  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.all.push(this);
  }
  close(): void {
    this.closed = true;
  }
  says(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}
const latest = (): FakeSocket => FakeSocket.all.at(-1)!;
const waiting: Visitor = {
  saleId: 'sale',
  visitorId: 'v',
  state: 'waiting',
  generation: 1,
  seq: 9,
  position: 4,
  waiting: 7,
  pollAfterMs: 1_000,
};
const state = (visitor: Visitor): ServerMessage => ({ type: 'state', id: '5-0', visitor, sale: {} as never });
const until = '2026-01-01T00:00:00Z';

/** A server of places; `answer` may be changed between polls. */
const server = { answer: { status: 200, body: waiting as unknown }, asked: 0 };
const refuse = (status: number, code: string): void => void (server.answer = { status, body: { code } });
const fetch = async (): Promise<Response> => {
  server.asked += 1;
  const { status, body } = server.answer;
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': status < 300 ? 'application/json' : 'application/problem+json' },
  });
};
const client = createClient({ baseUrl: 'https://api', token: 'secret', fetch, WebSocket: FakeSocket });

beforeEach(() => {
  jest.useFakeTimers();
  FakeSocket.all = [];
  server.answer = { status: 200, body: waiting };
  server.asked = 0;
});
afterEach(() => {
  jest.useRealTimers();
});

describe('following a place', () => {
  it('opens the stream with the subprotocols of the contract', () => {
    const live = client.followPlace('a b', {});
    expect(latest()).toMatchObject({ url: 'wss://api/api/sales/a%20b/live', protocols: ['sunbeon.v1', 'bearer.secret'] });
    live.close();
    expect(latest().closed).toBe(true);
    expect(liveUrlOf({ baseUrl: 'http://api' }, 'sale', '7-0')).toBe('ws://api/api/sales/sale/live?after=7-0');
    expect(liveProtocolsOf(undefined)).toEqual(['sunbeon.v1']);
  });

  it('reduces the frames of the stream to one visitor', () => {
    const { position: _, ...rest } = waiting;
    expect(visitorAfter(null, { type: 'position', position: 1, waiting: 2 })).toBeNull();
    expect(visitorAfter(waiting, { type: 'position', position: 2, waiting: 5 })).toEqual({ ...waiting, position: 2, waiting: 5 });
    const likely = visitorAfter(waiting, { type: 'position', position: 2, waiting: 5, chance: 0.4 });
    expect(likely).toEqual({ ...waiting, position: 2, waiting: 5, chance: 0.4 });
    // A chance is of one position: the next one comes with its own, or with none.
    expect(visitorAfter(likely, { type: 'position', position: 1, waiting: 5 })).not.toHaveProperty('chance');
    expect(visitorAfter(likely, { type: 'admitted', id: '6-0', admittedUntil: until })).not.toHaveProperty('chance');
    const admitted = visitorAfter(waiting, { type: 'admitted', id: '6-0', admittedUntil: until });
    expect(admitted).toEqual({ ...rest, state: 'admitted', admittedUntil: until, claimed: false });
    expect(visitorAfter(admitted, { type: 'claimed', id: '7-0', admittedUntil: until })).toMatchObject({
      state: 'admitted',
      claimed: true,
    });
    expect(visitorAfter(admitted, { type: 'expired', id: '8-0', reason: 'claim_missed' })).toEqual({ ...rest, state: 'expired' });
    expect(visitorAfter(admitted, { type: 'alive', serverTime: until })).toBe(admitted);
  });

  it('reports each change once, from stream or poll', async () => {
    const seen: (number | undefined)[] = [];
    const connections: Connection[] = [];
    const live = client.followPlace('sale', {
      onVisitor: ({ position }) => seen.push(position),
      onConnection: (connection) => connections.push(connection),
    });
    latest().says(state(waiting));
    latest().says({ type: 'alive', serverTime: until });
    latest().says({ type: 'position', position: 3, waiting: 7 });
    latest().onclose?.({ code: 4009 });
    await jest.advanceTimersByTimeAsync(10);
    live.close();
    expect(seen).toEqual([4, 3, 4]);
    expect(connections).toEqual(['live', 'polling']);
  });

  it('reconnects at the time of the close reason, after the last event received', async () => {
    const live = client.followPlace('sale', {});
    latest().says(state(waiting));
    latest().onclose?.({ code: 1012, reason: 'retry-after-ms=2000' });
    await jest.advanceTimersByTimeAsync(1_990);
    expect(FakeSocket.all).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(20);
    expect(latest().url).toMatch(/live\?after=5-0$/);
    live.close();
  });

  it('polls at the pace of the server where there is no WebSocket', async () => {
    const original = globalThis.WebSocket;
    Reflect.deleteProperty(globalThis, 'WebSocket');
    const live = createClient({ baseUrl: 'https://api', fetch }).followPlace('sale', {});
    await jest.advanceTimersByTimeAsync(10_000);
    live.close();
    await jest.advanceTimersByTimeAsync(10_000);
    if (original !== undefined) globalThis.WebSocket = original;
    expect(FakeSocket.all).toHaveLength(0);
    expect(server.asked).toBeGreaterThan(8);
    expect(server.asked).toBeLessThan(13);
  });
});

describe('waiting for the turn', () => {
  it('ends with the admission, and closes the stream', async () => {
    const turn = client.waitForTurn('sale');
    latest().says(state(waiting));
    latest().says({ type: 'admitted', id: '6-0', admittedUntil: until });
    expect(await turn).toMatchObject({ ok: true, value: { state: 'admitted', admittedUntil: until } });
    expect(latest().closed).toBe(true);
  });

  it('ends when the place or the sale is not known', async () => {
    refuse(404, 'not_in_queue');
    const turn = client.waitForTurn('sale');
    await jest.advanceTimersByTimeAsync(4_000);
    expect(await turn).toMatchObject({ ok: false, failure: { code: 'not_in_queue' } });
  });

  it('ignores a 401 for 45 s, because of key rotations, and ends with it then', async () => {
    refuse(401, 'invalid_token');
    let ended = false;
    const turn = client.waitForTurn('sale').finally(() => (ended = true));
    await jest.advanceTimersByTimeAsync(40_000);
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(40_000);
    expect(await turn).toMatchObject({ ok: false, failure: { code: 'invalid_token' } });
  });

  it('goes on over transient failures, and ends when it is aborted', async () => {
    refuse(503, 'unavailable');
    const abort = new AbortController();
    const turn = client.waitForTurn('sale', { signal: abort.signal });
    await jest.advanceTimersByTimeAsync(120_000);
    abort.abort();
    expect(await turn).toMatchObject({ ok: false, failure: { code: 'network', reason: 'aborted' } });
    expect(await client.waitForTurn('sale', { signal: AbortSignal.abort() })).toMatchObject({ ok: false, failure: { reason: 'aborted' } });
  });
});
