'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useCallback, useReducer, useRef } from 'react';
import type { OperatorAnswer } from '../../lib/operator-api.ts';
import { askAfter } from './history.ts';
import { useSession } from './session.tsx';
import { usePoll } from './use-poll.ts';
import { lookEveryMs } from './use-sales.ts';
import { noView, reduceSale, type SaleView } from './view.ts';

/** Runs an action on the sale; `said`: the notice after its success. */
export type Act = (
  call: () => Promise<OperatorAnswer<OperatorSale>>,
  said: (sale: OperatorSale) => string,
) => Promise<OperatorAnswer<OperatorSale>>;

/** One sale with its stats and the last hour, polled each second, and more often for three seconds after an action. */
export const useSale = (saleId: string): { view: SaleView; act: Act } => {
  const { api, check } = useSession();
  const [view, dispatch] = useReducer(reduceSale, noView);
  const lastMs = useRef<number | null>(null);
  const look = useCallback(
    async (signal: AbortSignal) => {
      const answer = await api.stats(saleId, lastMs.current, signal);
      if (signal.aborted) return;
      if (answer.ok) {
        const { sale, samples } = answer.value;
        lastMs.current = askAfter(lastMs.current, samples, Date.parse(sale.serverTime));
        dispatch({ type: 'stats', stats: answer.value, nowMs: Date.now() });
        return;
      }
      check(answer.failure);
      dispatch({ type: 'failed', failure: answer.failure });
    },
    [api, check, saleId],
  );
  const lookNow = usePoll(look, lookEveryMs, 3 * lookEveryMs);
  const act = useCallback<Act>(
    async (call, said) => {
      const atMs = Date.now();
      const answer = await call();
      if (answer.ok) dispatch({ type: 'acted', sale: answer.value, text: said(answer.value), atMs });
      else {
        check(answer.failure);
        if (answer.failure.code === 'version_conflict') {
          const fresh = await api.sale(saleId);
          if (fresh.ok) dispatch({ type: 'sale', sale: fresh.value });
        }
      }
      lookNow();
      return answer;
    },
    [api, check, lookNow, saleId],
  );
  return { view, act };
};
