'use client';

import { useCallback, useEffect, useReducer, useRef } from 'react';
import { useSession } from '../session.tsx';
import { noOrders, readPages, reduceOrders, rowsPerPage, type OrdersQuery, type OrdersView } from './orders-view.ts';

/** The orders that `query` asks for, newest first. Another query object, even an equal one, reads anew and aborts what is under way. */
export const useOrders = (saleId: string, query: OrdersQuery): { view: OrdersView; more: () => void } => {
  const { api, check } = useSession();
  const [view, dispatch] = useReducer(reduceOrders, noOrders);
  const stop = useRef(new AbortController());
  const read = useCallback(
    async (from: string | undefined): Promise<void> => {
      const { signal } = stop.current;
      const { q, state } = query;
      const failure = await readPages(
        (cursor) =>
          api.orders(saleId, {
            cursor,
            limit: rowsPerPage,
            q: q === '' ? undefined : q,
            state: state === 'all' ? undefined : state,
            signal,
          }),
        from,
        (page, isFirst, goesOn) => dispatch({ type: 'page', query, page, isFirst, goesOn, nowMs: api.nowMs() }),
      );
      if (failure === null || signal.aborted) return;
      check(failure);
      dispatch({ type: 'failed', query, failure });
    },
    [api, check, saleId, query],
  );
  useEffect(() => {
    const mine = new AbortController();
    stop.current = mine;
    dispatch({ type: 'asked', query });
    void read(undefined);
    return () => mine.abort();
  }, [read, query]);
  const more = (): void => {
    if (view.phase === 'loading' || view.phase === 'more') return;
    dispatch({ type: 'asked_more' });
    void read(view.next);
  };
  return { view, more };
};
