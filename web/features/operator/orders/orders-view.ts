import type { Order } from '@sunbeon/contracts';
import type { OperatorAnswer, OperatorFailure } from '../../../lib/operator-api.ts';

/** A page of orders as the API answers. */
export interface OrdersBatch {
  orders: Order[];
  next?: string;
}
export interface OrdersQuery {
  /** '' for all. */
  q: string;
  state: 'all' | Order['state'];
}

/** Rows of one request, and about how many one press of "show more" brings. */
export const rowsPerPage = 50;
/** Short or empty pages that are read in a row before the reader is asked. */
export const mostPages = 6;

export interface OrdersView {
  /** What was asked for last: the answers to an older question are dropped. */
  query: OrdersQuery | null;
  orders: readonly Order[];
  next: string | undefined;
  /** `loading`: the first rows of the question; until they are here, those of the question before are shown. */
  phase: 'loading' | 'more' | 'ready' | 'failed';
  failure: OperatorFailure | null;
  /** When the first page was read, by the clock that judges the times of a sale. */
  readAtMs: number | null;
}

export const noOrders: OrdersView = { query: null, orders: [], next: undefined, phase: 'loading', failure: null, readAtMs: null };

export type OrdersEvent =
  /** A new question, or the same one again: another object in each case. */
  | { type: 'asked'; query: OrdersQuery }
  | { type: 'asked_more' }
  /** `goesOn`: the next page is being read already. */
  | { type: 'page'; query: OrdersQuery; isFirst: boolean; page: OrdersBatch; goesOn: boolean; nowMs: number }
  | { type: 'failed'; query: OrdersQuery; failure: OperatorFailure };

/** The list of orders: a pure function of events. */
export const reduceOrders = (view: OrdersView, event: OrdersEvent): OrdersView => {
  switch (event.type) {
    case 'asked':
      return { ...view, query: event.query, phase: 'loading', failure: null };
    case 'asked_more':
      return { ...view, phase: 'more', failure: null };
    case 'page': {
      if (event.query !== view.query) return view;
      const before = event.isFirst ? [] : view.orders;
      const known = new Set(before.map(({ purchaseId }) => purchaseId));
      return {
        ...view,
        orders: [...before, ...event.page.orders.filter(({ purchaseId }) => !known.has(purchaseId))],
        next: event.page.next,
        phase: event.goesOn ? view.phase : 'ready',
        failure: null,
        readAtMs: event.isFirst ? event.nowMs : view.readAtMs,
      };
    }
    case 'failed':
      return event.query === view.query ? { ...view, phase: 'failed', failure: event.failure } : view;
  }
};

/** Reads a page, and further ones while they are short: a page of a search may be empty though there is more. */
export const readPages = async (
  read: (cursor: string | undefined) => Promise<OperatorAnswer<OrdersBatch>>,
  from: string | undefined,
  onPage: (page: OrdersBatch, isFirst: boolean, goesOn: boolean) => void,
): Promise<OperatorFailure | null> => {
  let cursor = from;
  let found = 0;
  for (let pages = 1; pages <= mostPages; pages += 1) {
    const answer = await read(cursor);
    if (!answer.ok) return answer.failure;
    found += answer.value.orders.length;
    const goesOn = answer.value.next !== undefined && found < rowsPerPage && pages < mostPages;
    onPage(answer.value, from === undefined && pages === 1, goesOn);
    if (!goesOn) return null;
    cursor = answer.value.next;
  }
  return null;
};

/** The question of an address, and the address of a question. */
export const queryOf = (search: { get: (name: string) => string | null }): OrdersQuery => {
  const state = search.get('state');
  return { q: (search.get('q') ?? '').trim(), state: state === 'paid' || state === 'cancelled' ? state : 'all' };
};
export const searchOf = ({ q, state }: OrdersQuery): string => {
  const search = new URLSearchParams({ ...(q === '' ? {} : { q }), ...(state === 'all' ? {} : { state }) }).toString();
  return search === '' ? '' : `?${search}`;
};

/** The part of an id that people compare: `p_` and six characters, as the search takes them. */
export const shortOf = (id: string): string => id.slice(0, id.startsWith('p_') ? 8 : 6);
