'use client';

import type { BrokenSale, OperatorSale } from '@sunbeon/contracts';
import { useCallback, useRef, useState } from 'react';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { useSession } from './session.tsx';
import { usePoll } from './use-poll.ts';

/** Interval of polls, ms. */
export const lookEveryMs = 1_000;

interface Page {
  sales: readonly OperatorSale[];
  broken: readonly BrokenSale[];
}
export interface SalesView {
  sales: readonly OperatorSale[] | null;
  broken: readonly BrokenSale[];
  receivedAtMs: number | null;
  failure: OperatorFailure | null;
}

/** All sales: first every page, then one page each second in turn, so that thousands of sales cost the server at most 500 a second. */
export const useSales = (): SalesView => {
  const { api, check } = useSession();
  const [view, setView] = useState<SalesView>({ sales: null, broken: [], receivedAtMs: null, failure: null });
  const pages = useRef<Page[]>([]);
  const turn = useRef<{ page: number; cursor: string | undefined; complete: boolean }>({ page: 0, cursor: undefined, complete: false });
  const look = useCallback(
    async (signal: AbortSignal) => {
      for (let isFirst = true; isFirst || !turn.current.complete; isFirst = false) {
        const { page, cursor, complete } = turn.current;
        const answer = await api.sales({ cursor, signal });
        if (signal.aborted) return;
        if (!answer.ok) {
          check(answer.failure);
          return setView((before) => ({ ...before, failure: answer.failure }));
        }
        const { sales, broken, next } = answer.value;
        pages.current[page] = { sales, broken };
        if (next === undefined) pages.current.length = page + 1;
        turn.current = next === undefined ? { page: 0, cursor: undefined, complete: true } : { page: page + 1, cursor: next, complete };
        const seen = new Map(pages.current.flatMap((one) => one.sales.map((sale) => [sale.saleId, sale] as const)));
        setView({ sales: [...seen.values()], broken: pages.current.flatMap((one) => one.broken), receivedAtMs: Date.now(), failure: null });
      }
    },
    [api, check],
  );
  usePoll(look, lookEveryMs);
  return view;
};
