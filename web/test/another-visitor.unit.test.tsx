/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Purchase, Sale, Visitor } from '@sunbeon/contracts';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { useTicketQueue, type TicketQueue } from '../features/waiting/use-ticket-queue.ts';

const original = globalThis.fetch;
const visitorOf = (visitorId: string): Visitor => ({
  saleId: 'concert',
  visitorId,
  generation: 1,
  state: 'waiting',
  seq: 7,
  position: 6,
  waiting: 7,
  pollAfterMs: 60_000,
});
const purchaseOf = (visitorId: string): Purchase => ({
  purchaseId: `p_${visitorId}`,
  saleId: 'concert',
  visitorId,
  quantity: 1,
  state: 'paid',
  purchasedAt: '2026-05-01T10:00:00.000Z',
});
let sale: Partial<Sale>;
/** Whose place the cookie is. */
let owner: string | null;
/** Who the next join or transfer makes of this browser. */
let next: string;
/** Holds the answers to reads back; that of the purchases may be lost. */
let gates: Record<string, Promise<void>>;
let isLost: boolean;
let asked: string[];

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  [sale, owner, next, gates, isLost, asked] = [{}, null, 'v', {}, false, []];
  globalThis.WebSocket = class {
    close(): void {}
  } as never;
  globalThis.fetch = (async (url: string, { method = 'GET' }: RequestInit = {}) => {
    const path = url.replace('/api/sales/concert', '');
    asked.push(path);
    if (path === '/transfer' || (path === '/queue' && method === 'POST')) {
      await gates[path];
      owner = next;
      return { ok: true, status: 201, headers: new Map(), json: async () => ({ visitor: visitorOf(next), token: 'a.b.c' }) };
    }
    const whose = owner;
    await gates[path];
    if (path === '/purchases/me' && isLost) throw new TypeError('no network');
    const answers: Record<string, object | null> = {
      '': {
        saleId: 'concert',
        title: 'Concert',
        status: 'open',
        kind: 'shop',
        soldOut: false,
        stock: { total: 40, left: 39, held: 0, sold: 1 },
        waiting: 7,
        lobby: 0,
        active: 0,
        admitPerSecond: 1,
        activeLimit: 10,
        sessionSeconds: 300,
        perVisitorLimit: 2,
        identity: 'none',
        access: 'open',
        proofOfWork: 'off',
        timeZone: 'UTC',
        proofWanted: false,
        serverTime: new Date().toISOString(),
        ...sale,
      },
      '/queue/me': whose === null ? null : visitorOf(whose),
      '/purchases/me': whose === null ? null : { purchases: [purchaseOf(whose)] },
    };
    const body = answers[path];
    if (body === undefined) return new Promise(() => {});
    const refusal = { code: 'not_in_queue', status: 404 };
    return {
      ok: body !== null,
      status: body === null ? 404 : 200,
      headers: new Map([['content-type', body === null ? 'application/problem+json' : 'application/json']]),
      json: async () => body ?? refusal,
      text: async () => JSON.stringify(body ?? refusal),
    };
  }) as unknown as typeof fetch;
});
afterEach(() => {
  cleanup();
  globalThis.fetch = original;
  window.location.hash = '';
});

const open = async (cookieSeen: boolean, state: string) => {
  const { result } = renderHook(() => useTicketQueue('concert', { sale: null, cookieSeen, intent: 'i' }));
  await waitFor(() => expect(result.current.view.state).toBe(state));
  return result;
};
const shown = ({ view }: TicketQueue) =>
  'purchases' in view ? [view.visitor?.visitorId, view.purchases.map(({ purchaseId }) => purchaseId)] : view.state;
const gate = (path: string): (() => void) => {
  let letGo = (): void => {};
  gates[path] = new Promise((resolve) => (letGo = resolve));
  return letGo;
};
const soon = () => act(async () => void (await new Promise((resolve) => setTimeout(resolve, 50))));

it('a read that began while the place of another device was taken over shows no receipt of the visitor before', async () => {
  owner = 'v';
  next = 'w';
  const queue = await open(true, 'waiting');
  expect(shown(queue.current)).toEqual(['v', ['p_v']]);
  const transferred = gate('/transfer');
  act(() => queue.current.takeTransfer('code'));
  // The place of before, and what was bought with it.
  const read = gate('/purchases/me');
  const late = queue.current.refresh();
  await soon();
  gates['/purchases/me'] = Promise.resolve();
  const healed = gate('/queue/me');
  transferred();
  await soon();
  expect(shown(queue.current)).toEqual(['w', []]);
  read();
  await act(async () => void (await late));
  expect(shown(queue.current)).toEqual(['w', []]);
  isLost = true;
  healed();
  await soon();
  expect(shown(queue.current)).toEqual(['w', []]);
});

it('a member whose place another device has brings the own receipts to a browser without one', async () => {
  sale = { identity: 'member' };
  window.location.hash = '#member=e30.e30.e30';
  const queue = await open(false, 'join');
  await act(async () => queue.current.joinAs(false));
  await waitFor(() => expect(shown(queue.current)).toEqual(['v', ['p_v']]));
});

it('a place that another tab took meanwhile brings its receipts; a first join reads nothing more', async () => {
  const queue = await open(false, 'join');
  asked.length = 0;
  await act(async () => queue.current.join());
  await waitFor(() => expect(queue.current.view.state).toBe('waiting'));
  await soon();
  expect(asked.filter((path) => path === '' || path === '/purchases/me')).toEqual([]);
  cleanup();
  owner = null;
  localStorage.clear();
  const second = await open(true, 'join');
  await act(async () => second.current.join());
  await waitFor(() => expect(shown(second.current)).toEqual(['v', ['p_v']]));
});
