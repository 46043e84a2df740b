import { describe, expect, it } from '@jest/globals';
import type { Order } from '@sunbeon/contracts';
import { conflictOf, stockAfter } from '../features/operator/orders/cancel-words.ts';
import {
  mostPages,
  noOrders,
  queryOf,
  readPages,
  reduceOrders,
  rowsPerPage,
  searchOf,
  shortOf,
  type OrdersBatch,
  type OrdersQuery,
} from '../features/operator/orders/orders-view.ts';

const order = (purchaseId: string): Order => ({
  purchaseId,
  saleId: 'concert',
  visitorId: 'v',
  quantity: 1,
  state: 'paid',
  purchasedAt: '2026-05-01T10:00:00.000Z',
});
const lost = { code: 'network', status: 0, reason: 'timeout' } as const;
const ok = (value: OrdersBatch) => ({ ok: true as const, status: 200, value });

describe('the list of orders', () => {
  const older: OrdersQuery = { q: 'a', state: 'all' };
  const newer: OrdersQuery = { q: 'ab', state: 'all' };
  const asked = reduceOrders(noOrders, { type: 'asked', query: older });
  const first = (query: OrdersQuery, ids: string[], next?: string) =>
    ({
      type: 'page',
      query,
      isFirst: true,
      page: { orders: ids.map(order), ...(next === undefined ? {} : { next }) },
      goesOn: false,
      nowMs: 5,
    }) as const;

  it('shows no answer to an older question, and keeps the rows of before until the newer one is answered', () => {
    const shown = reduceOrders(asked, first(older, ['p_1']));
    const again = reduceOrders(shown, { type: 'asked', query: newer });
    expect(again).toMatchObject({ phase: 'loading', orders: [{ purchaseId: 'p_1' }] });
    for (const late of [first(older, ['p_2']), { type: 'failed', query: older, failure: lost } as const])
      expect(reduceOrders(again, late)).toBe(again);
    expect(reduceOrders(again, first(newer, ['p_3']))).toMatchObject({ phase: 'ready', orders: [{ purchaseId: 'p_3' }], readAtMs: 5 });
    // Also not of the same words that were asked again.
    const repeated = reduceOrders(asked, { type: 'asked', query: { ...older } });
    expect(reduceOrders(repeated, first(older, ['p_4']))).toBe(repeated);
  });

  it('grows by pages, each order once', () => {
    const one = reduceOrders(asked, first(older, ['p_3', 'p_2'], '2'));
    const more = reduceOrders(reduceOrders(one, { type: 'asked_more' }), { ...first(older, ['p_2', 'p_1']), isFirst: false, nowMs: 9 });
    expect(more.orders.map(({ purchaseId }) => purchaseId)).toEqual(['p_3', 'p_2', 'p_1']);
    expect(more).toMatchObject({ phase: 'ready', readAtMs: 5, next: undefined });
    const failed = reduceOrders(one, { type: 'failed', query: older, failure: lost });
    expect(failed).toMatchObject({ phase: 'failed', next: '2', orders: [{}, {}] });
  });

  it('reads on over short and empty pages, a bounded number of times', async () => {
    const read = async (pages: OrdersBatch[]) => {
      const cursors: (string | undefined)[] = [];
      const seen: boolean[][] = [];
      const failure = await readPages(
        async (cursor) => {
          cursors.push(cursor);
          const page = pages[cursors.length - 1];
          return page === undefined ? { ok: false, failure: lost } : ok(page);
        },
        undefined,
        (_, isFirst, goesOn) => seen.push([isFirst, goesOn]),
      );
      return { cursors, seen, failure };
    };
    const full = Array.from({ length: rowsPerPage }, (_, i) => order(`p_${i}`));
    expect(await read([{ orders: full, next: '9' }])).toMatchObject({ cursors: [undefined], seen: [[true, false]] });
    expect(await read([{ orders: [], next: '9' }, { orders: [order('p')] }])).toEqual({
      cursors: [undefined, '9'],
      seen: [
        [true, true],
        [false, false],
      ],
      failure: null,
    });
    const empty = Array.from({ length: 20 }, () => ({ orders: [], next: '9' }));
    const bounded = await read(empty);
    expect(bounded.cursors).toHaveLength(mostPages);
    expect(bounded.seen.at(-1)).toEqual([false, false]);
    expect((await read([{ orders: [], next: '9' }])).failure).toEqual(lost);
  });

  it('has its question in the address', () => {
    for (const [search, query] of [
      ['', { q: '', state: 'all' }],
      ['?q=A-1+%26+b&state=cancelled', { q: 'A-1 & b', state: 'cancelled' }],
    ] as const) {
      expect(queryOf(new URLSearchParams(search))).toEqual(query);
      expect(searchOf(query)).toBe(search);
    }
    expect(queryOf(new URLSearchParams('q=%20&state=stolen'))).toEqual({ q: '', state: 'all' });
    expect([shortOf('p_Q0mXx3oB2Zc7VbQ9aK1dTg'), shortOf('Yk3v0pVQmJm1n2q7cE4x8A')]).toEqual(['p_Q0mXx3', 'Yk3v0p']);
  });
});

describe('a cancellation', () => {
  it('says what it will make of the figures', () => {
    const stock = { total: 10, left: 3, held: 2, sold: 5 };
    expect(stockAfter(stock, 2, true)).toEqual({ total: 10, left: 5, sold: 3 });
    expect(stockAfter(stock, 2, false)).toEqual({ total: 8, left: 3, sold: 3 });
  });

  it('knows of a conflict what the other did: the opposite', () => {
    expect(conflictOf('already_cancelled', true)).toBe('order.conflict.out');
    expect(conflictOf('already_cancelled', false)).toBe('order.conflict.back');
    expect(conflictOf('already_checked_in', true)).toBe('order.conflict.checked_in');
    expect(conflictOf('network', true)).toBeNull();
  });
});
