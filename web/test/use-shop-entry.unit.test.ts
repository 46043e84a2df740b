/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { Sale, Visitor } from '@sunbeon/contracts';
import { useShopEntry } from '../features/shop/use-shop-entry.ts';
import { reduce } from '../features/waiting/reduce.ts';
import type { View } from '../features/waiting/view.ts';
import { forgetPlace } from '../lib/place-token.ts';
import { shopHostOf } from '../lib/sale-kind.ts';

const serverTime = '2026-01-01T00:00:00.000Z';
const entry = 'https://shop.example/tickets';
const sale: Sale = {
  saleId: 'gate',
  title: 'Gate',
  status: 'open',
  kind: 'gate',
  soldOut: false,
  waiting: 0,
  lobby: 0,
  active: 1,
  admitPerSecond: 1,
  activeLimit: 10,
  sessionSeconds: 300,
  returnUrls: [entry],
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime,
};
const stay = (seq: number, changed: Partial<Visitor> = {}): View =>
  reduce(
    { state: 'loading' },
    {
      type: 'loaded',
      sale,
      visitor: {
        saleId: 'gate',
        visitorId: 'v',
        generation: 1,
        state: 'admitted',
        claimed: true,
        seq,
        admittedUntil: '2026-01-01T00:05:00.000Z',
        pollAfterMs: 1,
        ...changed,
      },
      purchases: [],
      holds: null,
      firstPosition: null,
      nowMs: 0,
    },
  );
const withStatus = (status: Sale['status']): View => reduce(stay(1), { type: 'sale_seen', sale: { ...sale, status }, nowMs: 1 });
const original = globalThis.fetch;
let sent: { path: string; body: unknown }[];
/** What the box office answers next; then always a ticket. */
let answers: { status: number; body: object }[];
const onRefused = jest.fn();
let gone: string[];
const goTo = (url: string): void => void gone.push(url);
const problem = (status: number, code: string) => ({ status, body: { code, status } });

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
  history.replaceState(null, '', '/sales/gate');
  sent = [];
  answers = [];
  gone = [];
  onRefused.mockReset();
  globalThis.fetch = ((path: string, { body }: { body?: string }) => {
    sent.push({ path, body: body === undefined ? undefined : JSON.parse(body) });
    const { status, body: json } = answers.shift() ?? { status: 201, body: { url: `${entry}?sunbeon_ticket=${sent.length}` } };
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    return Promise.resolve({ ok: status < 400, status, headers: new Map([['content-type', type]]), json: () => Promise.resolve(json) });
  }) as unknown as typeof fetch;
});
afterEach(() => {
  cleanup();
  jest.restoreAllMocks();
  globalThis.fetch = original;
  jest.useRealTimers();
});

const start = (view: View = stay(7)) => renderHook((shown: View) => useShopEntry('gate', shown, onRefused, goTo), { initialProps: view });
const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

describe('the way into the shop', () => {
  it('is gone by itself after three seconds, and no ticket is asked for before', async () => {
    const { result } = start();
    expect(result.current).toMatchObject({ phase: 'counting', seconds: 3 });
    await pass(2_700);
    expect([sent, gone, result.current.seconds]).toEqual([[], [], 1]);
    await pass(600);
    expect(sent).toEqual([{ path: '/api/sales/gate/queue/me/pass', body: {} }]);
    expect(gone).toEqual([`${entry}?sunbeon_ticket=1`]);
    expect(result.current.phase).toBe('going');
  });

  it('is gone by itself once a stay: after a refresh, in a second tab and on coming back there is the link alone', async () => {
    start();
    await pass(3_500);
    cleanup();
    const { result } = start();
    expect(result.current.phase).toBe('ready');
    await pass(60_000);
    expect(gone).toHaveLength(1);
    act(() => result.current.go());
    await pass(100);
    expect(gone).toHaveLength(2);
    cleanup();
    // Whoever joins again has another stay.
    expect(start(stay(8)).result.current.phase).toBe('counting');
  });

  it('is gone once by a visitor of the lobby, whose token has no number after a reload', async () => {
    start();
    await pass(3_500);
    cleanup();
    expect(start(stay(7, { seq: undefined })).result.current.phase).toBe('ready');
    await pass(60_000);
    expect(gone).toHaveLength(1);
    cleanup();
    expect(start(stay(8)).result.current.phase).toBe('counting');
  });

  it('is not gone a second time when the history brings the page back as it was', async () => {
    const { result } = start();
    await pass(3_500);
    act(() => void window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })));
    expect(result.current.phase).toBe('ready');
    await pass(60_000);
    expect(gone).toHaveLength(1);
  });

  it('offers the link again when the page is still there long after', async () => {
    const { result } = start();
    await pass(3_500);
    await pass(10_000);
    expect([result.current.phase, gone.length]).toEqual(['ready', 1]);
  });

  it('is never gone by itself in a browser that remembers nothing: it would go round in circles', async () => {
    jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('refused');
    });
    const { result } = start();
    expect(result.current.phase).toBe('ready');
    await pass(60_000);
    expect(gone).toEqual([]);
    act(() => result.current.go());
    await pass(100);
    expect(gone).toHaveLength(1);
  });

  it('stays when the reader wants to, also after a refresh, and opens by a click only', async () => {
    const { result } = start();
    await pass(1_000);
    act(() => result.current.stay());
    await pass(60_000);
    expect([gone, result.current.phase]).toEqual([[], 'ready']);
    cleanup();
    expect(start().result.current.phase).toBe('ready');
  });

  it('stays in this tab when another went', async () => {
    const { result } = start();
    act(() => void window.dispatchEvent(new StorageEvent('storage', { key: 'sunbeon:gone:gate' })));
    expect(result.current.phase).toBe('ready');
    await pass(60_000);
    expect(gone).toEqual([]);
  });

  it('is not gone when the stay ended while the ticket was on its way', async () => {
    const { result, rerender } = start();
    act(() => result.current.go());
    rerender(stay(7, { state: 'completed', outcome: 'abandoned' }));
    await pass(100);
    expect([sent.length, gone]).toEqual([1, []]);
  });

  it('is asked for once, however often it is clicked', async () => {
    const { result } = start();
    act(() => {
      for (let click = 0; click < 20; click += 1) result.current.go();
    });
    await pass(100);
    expect([sent.length, gone.length]).toEqual([1, 1]);
  });

  it('does not begin before the turn, nor where the page itself sells', async () => {
    start(stay(7, { claimed: false }));
    await pass(60_000);
    expect([sent, gone]).toEqual([[], []]);
  });
});

describe('the address that the shop wants its visitor at', () => {
  const wanted = 'https://shop.example/tickets/seat?row=3&a=%20b';
  const from = (search: string) => history.replaceState(null, '', `/sales/gate${search}`);
  const bodies = async () => {
    const { result } = start();
    act(() => result.current.go());
    await pass(100);
    return sent.map(({ body }) => body);
  };

  it('is sent with the question for a ticket, and is remembered for a tab that was opened without it', async () => {
    from(`?returnUrl=${encodeURIComponent(wanted)}`);
    expect(await bodies()).toEqual([{ returnUrl: wanted }]);
    cleanup();
    sent = [];
    from('');
    expect(await bodies()).toEqual([{ returnUrl: wanted }]);
    cleanup();
    sent = [];
    // The visit is over: it belonged to that visit.
    start(stay(7, { state: 'completed', outcome: 'purchased' }));
    cleanup();
    expect(await bodies()).toEqual([{}]);
  });

  it('outlives a place that was lost or has ended: the next one is on the same way', async () => {
    from(`?returnUrl=${encodeURIComponent(wanted)}`);
    start();
    forgetPlace('gate');
    cleanup();
    from('');
    expect(await bodies()).toEqual([{ returnUrl: wanted }]);
    cleanup();
    from(`?returnUrl=${encodeURIComponent(wanted)}`);
    const { rerender } = start(stay(7, { state: 'completed', outcome: 'abandoned' }));
    rerender(stay(8));
    cleanup();
    sent = [];
    from('');
    expect(await bodies()).toEqual([{ returnUrl: wanted }]);
  });

  it.each(['https://evil.example/', 'javascript:alert(1)', '//evil.example', ''])(
    '%s is dropped when the sale does not allow it',
    async (address) => {
      answers = [problem(400, 'return_url_not_allowed')];
      from(`?returnUrl=${encodeURIComponent(address)}`);
      expect(await bodies()).toEqual([{ returnUrl: address }, {}]);
      expect(gone).toEqual([`${entry}?sunbeon_ticket=2`]);
    },
  );
});

describe('the host that the reader is told', () => {
  const hostFor = (wanted: string | null) =>
    shopHostOf({ returnUrls: ['https://shop.example/tickets', 'https://m.shop.example/tickets'] }, wanted);
  it('is that of the address the page was opened with, where the sale allows it', () => {
    expect(hostFor('https://m.shop.example/tickets/7?a=b')).toBe('m.shop.example');
    expect(shopHostOf({}, null)).toBeNull();
  });

  it.each([
    null,
    '',
    'https://m.shop.example/admin',
    'https://m.shop.example/tickets/../admin',
    'https://evil.example/tickets',
    'nonsense',
  ])('is that of the first entry for %p', (wanted) => {
    expect(hostFor(wanted)).toBe('shop.example');
  });
});

describe('a closed sale', () => {
  it('is not entered, by itself or by a click, until it is open again', async () => {
    const { result, rerender } = renderHook(({ view }) => useShopEntry('gate', view, onRefused, goTo), {
      initialProps: { view: withStatus('closed') },
    });
    await pass(5_000);
    act(() => result.current.go());
    await pass(5_000);
    expect([sent, gone, result.current.phase]).toEqual([[], [], 'ready']);
    rerender({ view: withStatus('open') });
    await pass(3_500);
    expect(gone).toHaveLength(1);
  });
});

describe('a refused ticket', () => {
  it('is told, leads nowhere, and the place is asked for anew', async () => {
    const { result } = start();
    answers = [problem(409, 'limit_exceeded')];
    await pass(3_500);
    expect(result.current).toMatchObject({ phase: 'ready', failure: { code: 'limit_exceeded' } });
    expect([gone, onRefused.mock.calls.length]).toEqual([[], 1]);
  });

  it('is asked for again while no answer came', async () => {
    const { result } = start();
    answers = [problem(503, 'unavailable'), problem(503, 'unavailable')];
    act(() => result.current.go());
    await pass(30_000);
    expect([sent.length, gone.length, onRefused.mock.calls.length]).toEqual([3, 1, 0]);
  });
});
