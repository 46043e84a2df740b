import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Line, Sale, Visitor } from '@sunbeon/contracts';
import { createPoll } from '../features/waiting/line-poll.ts';
import { reduce } from '../features/waiting/reduce.ts';
import { isKnown, type KnownView, type View } from '../features/waiting/view.ts';

const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const seq = 10_000;
const generation = 7;
const original = globalThis.fetch;
/** What the server has: who left, and everything that the line says. */
let left: Set<number>;
let line: Partial<Line>;
let place: Partial<Visitor>;
let title: string;
/** Answers other than 200, by the end of the address. */
let refused: Record<string, { status: number; code: string }>;
let asked: { path: string; init: RequestInit }[];
let view: View;
/** The page's monotonic clock when the server's is `startMs`. */
let originMs: number;
const serverMs = (): number => startMs + performance.now() - originMs;
const iso = (ms: number): string => new Date(ms).toISOString();

const sale = (): Sale => ({
  saleId: 'concert',
  title,
  status: 'open',
  kind: 'shop',
  soldOut: false,
  message: 'Welcome',
  stock: { total: 40, left: 40, held: 0, sold: 0 },
  waiting: 10_000,
  lobby: 0,
  active: 0,
  admitPerSecond: 10,
  activeLimit: 10,
  sessionSeconds: 300,
  perVisitorLimit: 4,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime: iso(serverMs()),
});
const visitor = (): Visitor => ({
  saleId: 'concert',
  visitorId: 'v',
  generation,
  state: 'waiting',
  seq,
  position: seq,
  waiting: 10_000,
  pollAfterMs: 1_000,
  ...place,
});
const countOf = (block: number): number => [...left].filter((one) => Math.floor(one / 4_096) === block).length;
const lineNow = (): Line => {
  const frontier = line.frontier ?? 0;
  const from = Math.floor(frontier / 4_096);
  return {
    version: 1,
    saleId: 'concert',
    generation,
    status: 'open',
    at: iso(serverMs()),
    lastSeq: 12_000,
    frontier,
    waiting: 12_000 - frontier - left.size,
    admitPerSecond: 10,
    pace: 10,
    stock: { total: 40, left: 30, held: 4 },
    departures: { block: 4_096, from, counts: [0, 1, 2].slice(from).map(countOf) },
    next: 1_000,
    ...line,
  };
};
const bitmapOf = (block: number): Uint8Array<ArrayBuffer> => {
  const bits = new Uint8Array(512);
  for (const one of left) if (Math.floor(one / 4_096) === block) bits[(one % 4_096) >> 3]! |= 1 << (one & 7);
  return bits;
};

const answerOf = (path: string): Response => {
  const refusal = Object.entries(refused).find(([end]) => path.endsWith(end))?.[1];
  if (refusal !== undefined)
    return new Response(JSON.stringify(refusal), { status: refusal.status, headers: { 'content-type': 'application/problem+json' } });
  const block = /departures\/(\d+)\//.exec(path)?.[1];
  if (block !== undefined) return new Response(bitmapOf(Number(block)), { headers: { 'content-type': 'application/octet-stream' } });
  return Response.json(path.endsWith('/line') ? lineNow() : path.endsWith('/queue/me') ? visitor() : sale());
};

beforeEach(() => {
  jest.useFakeTimers();
  originMs = performance.now();
  left = new Set([3, 5_000, 9_000, 9_999, 11_000]);
  line = {};
  place = {};
  title = 'Concert';
  refused = {};
  asked = [];
  globalThis.fetch = (async (path: string, init: RequestInit) => {
    asked.push({ path, init });
    return answerOf(path);
  }) as typeof fetch;
  // `api` takes the gateway's address outside a browser.
  process.env['GATEWAY_URL'] = 'http://gateway';
  view = reduce(
    { state: 'loading' },
    { type: 'loaded', sale: sale(), visitor: visitor(), purchases: [], holds: null, firstPosition: null, nowMs: performance.now() },
  );
});
afterEach(() => {
  globalThis.fetch = original;
  jest.useRealTimers();
});

const start = () => {
  const poll = createPoll(
    'concert',
    (event) => {
      view = reduce(view, event);
    },
    () => view,
  );
  return () => poll(new AbortController().signal);
};
const known = (): KnownView => {
  if (!isKnown(view)) throw new Error(view.state);
  return view;
};
const position = (): number | undefined => known().visitor?.position;
const pathsAsked = (): string[] => asked.splice(0).map(({ path }) => path.replace(/^.*\/api\/sales\/concert/, ''));

describe('a page without a WebSocket', () => {
  it('takes its exact place and all figures from the line, without cookie and token, and each bitmap once', async () => {
    const poll = start();
    expect(await poll()).toBeGreaterThan(12_000);
    expect(asked.map(({ init }) => [init.credentials, new Headers(init.headers).has('authorization')])).toEqual([
      ['omit', false],
      ['omit', false],
      ['omit', false],
    ]);
    expect(pathsAsked()).toEqual(['/line', `/line/${generation}/departures/0/1`, `/line/${generation}/departures/2/3`]);
    // 10,000 less the departures at 3, 5,000, 9,000 and 9,999.
    expect(position()).toBe(9_996);
    expect(known().sale).toMatchObject({ stock: { left: 30, held: 4, sold: 6 }, waiting: 11_995, admitPerSecond: 10 });
    expect(known().sale.message).toBeUndefined();
    expect(known().visitor?.etaSeconds).toEqual({ low: 999, high: 1_150 });

    jest.advanceTimersByTime(1_000);
    left.add(9_500);
    line = { frontier: 4_096, status: 'paused' };
    await poll();
    expect(pathsAsked()).toEqual(['/line', `/line/${generation}/departures/1/1`, `/line/${generation}/departures/2/4`]);
    expect(position()).toBe(10_000 - 4_096 - 4);
    expect(view.state).toBe('paused');

    await poll();
    expect(pathsAsked()).toEqual(['/line']);
  });

  it('asks for its place at the turn, again with backoff while it still waits, and at once when it is admitted', async () => {
    const poll = start();
    line = { frontier: seq };
    const pauses = [await poll(), await poll(), await poll(), await poll()];
    expect(pathsAsked().filter((path) => path === '/queue/me')).toHaveLength(4);
    expect(Math.max(...pauses.map(Number))).toBeLessThanOrEqual(16_000);
    expect(Math.min(...pauses.map(Number))).toBeGreaterThanOrEqual(1_000);
    place = { state: 'admitted', claimed: false, admittedUntil: iso(startMs + 60_000) };
    await poll();
    expect(view.state).toBe('admitted');
    pathsAsked();
    await poll();
    expect(pathsAsked()).not.toContain('/line');
  });

  it.each([
    ['left the line', () => void left.add(seq)],
    ['is of another generation', () => void (line = { generation: 8 })],
  ])('asks for its place when the line says that it %s', async (_, change) => {
    const poll = start();
    change();
    place = { state: 'left' };
    await poll();
    expect(pathsAsked()).toContain('/queue/me');
    expect(view.state).toBe('left');
  });

  it('shows no higher place because of an older line, however often a cache repeats it', async () => {
    const poll = start();
    jest.advanceTimersByTime(5_000);
    const older = lineNow();
    jest.advanceTimersByTime(5_000);
    line = { frontier: 100 };
    await poll();
    expect(position()).toBe(9_897);
    line = older;
    for (let second = 0; second < 10; second += 1) {
      jest.advanceTimersByTime(1_000);
      expect(await poll()).not.toBeNull();
      expect(position()).toBe(9_897);
    }
  });

  it('keeps the place when a block is not there yet, and takes it from the next line', async () => {
    const poll = start();
    refused = { '/departures/2/3': { status: 404, code: 'no_departures' } };
    expect(await poll()).toBeGreaterThan(1_000);
    expect(position()).toBe(seq);
    expect(known().sale.stock?.left).toBe(30);
    refused = {};
    await poll();
    expect(position()).toBe(9_996);
  });

  it('counts a line that is gone or older than 25 s as no answer, and keeps the place; a turn in it is heard', async () => {
    const poll = start();
    await poll();
    refused = { '/line': { status: 503, code: 'unavailable' } };
    expect(await poll()).toMatchObject({ code: 'unavailable' });
    refused = {};
    line = { at: iso(serverMs()), frontier: 50 };
    jest.advanceTimersByTime(24_000);
    expect(await poll()).not.toBeNull();
    line = { ...line, frontier: 60 };
    jest.advanceTimersByTime(2_000);
    expect(await poll()).toBeNull();
    expect(position()).toBe(9_947);
    expect(view.state).toBe('waiting');
    place = { state: 'admitted', claimed: false, admittedUntil: iso(startMs + 60_000) };
    line = { ...line, frontier: seq };
    await poll();
    expect(view.state).toBe('admitted');
  });

  it.each([30_000, 60_000, 3_600_000])('goes on when the clock of the server is set back by %d ms', async (backMs) => {
    const poll = start();
    await poll();
    originMs += backMs;
    const answers: boolean[] = [];
    for (let frontier = 100; frontier <= 400; frontier += 100) {
      jest.advanceTimersByTime(15_000);
      line = { frontier, status: frontier === 400 ? 'paused' : 'open' };
      answers.push((await poll()) !== null);
    }
    expect(answers.slice(1)).toEqual([true, true, true]);
    expect(position()).toBe(10_000 - 400 - 3);
    if (backMs > 120_000) expect([view.state, known().sale.waiting]).toEqual(['paused', 12_000 - 400 - 5]);
    // A place that is higher by the new clock is shown: Redis has lost the last admissions, for example.
    if (backMs < 120_000) return;
    for (let second = 0; second < 30; second += 1) {
      jest.advanceTimersByTime(1_000);
      line = { frontier: 300, at: iso(serverMs()) };
      await poll();
    }
    expect(position()).toBe(10_000 - 300 - 3);
  });

  it('takes a line that a cache repeats for old, by the page clock, although another cache is fresh', async () => {
    const poll = start();
    jest.advanceTimersByTime(1_000);
    const repeated = { at: iso(serverMs()), status: 'paused' as const };
    jest.advanceTimersByTime(1_000);
    for (let at = 0; at < 10; at += 1) {
      line = {};
      expect(await poll()).not.toBeNull();
      jest.advanceTimersByTime(5_000);
      line = repeated;
      expect((await poll()) === null).toBe(at >= 4);
      expect(view.state).toBe('waiting');
    }
  });

  it('reads the sale every 30 to 60 s, for what a line does not have', async () => {
    const poll = start();
    const readAtS: number[] = [];
    for (let second = 1; second <= 300; second += 1) {
      jest.advanceTimersByTime(1_000);
      title = `Concert ${second}`;
      expect(await poll()).not.toBeNull();
      if (!pathsAsked().includes('')) continue;
      readAtS.push(second);
      expect(known().sale.title).toBe(title);
      // Figures stay those of the line.
      expect(known().sale.stock?.left).toBe(30);
    }
    expect(readAtS.length).toBeGreaterThanOrEqual(4);
    const pauses = readAtS.map((at, i) => at - (readAtS[i - 1] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(61);
  });

  it('reads its place in the lobby, which has no number, and from a gateway without the line', async () => {
    const poll = start();
    refused = { '/line': { status: 404, code: 'route_not_found' } };
    await poll();
    expect(pathsAsked()).toEqual(['/line', '/queue/me', '']);
    view = reduce(view, { type: 'visitor_seen', visitor: { ...visitor(), visitorId: 'w', state: 'lobby' }, nowMs: performance.now() });
    await poll();
    expect(pathsAsked()).toEqual(['/queue/me']);
  });

  it('asks for its place while there is no line, so that its turn is heard, and follows the line when it is back', async () => {
    const poll = start();
    await poll();
    asked = [];
    refused = { '/line': { status: 503, code: 'unavailable' } };
    await poll();
    expect(pathsAsked()).toEqual(['/line']);
    await poll();
    expect(pathsAsked()).toEqual(['/line', '/queue/me', '']);
    refused = {};
    await poll();
    await poll();
    expect(pathsAsked()).toEqual(['/line', '/line']);
    // A cache that repeats one line for ever.
    line = { at: iso(serverMs()) };
    jest.advanceTimersByTime(30_000);
    await poll();
    place = { state: 'admitted', claimed: false, admittedUntil: iso(startMs + 60_000) };
    await poll();
    expect(view.state).toBe('admitted');
  });

  it('forgets the bitmaps of a sale that was made anew', async () => {
    const poll = start();
    await poll();
    expect(position()).toBe(9_996);
    line = { generation: 8 };
    place = { generation: 8, visitorId: 'w' };
    // The same numbers of departures at other places.
    left = new Set([4, 6_000, 11_000, 11_001, 11_002]);
    view = reduce(view, { type: 'visitor_seen', visitor: visitor(), nowMs: performance.now() });
    pathsAsked();
    await poll();
    expect(pathsAsked()).toEqual(['/line', '/line/8/departures/0/1', '/line/8/departures/2/3']);
    expect(position()).toBe(9_998);
  });

  it('hears that the sale was deleted', async () => {
    const poll = start();
    refused = { '/line': { status: 404, code: 'sale_not_found' } };
    await poll();
    expect(view.state).toBe('not_found');
  });
});
