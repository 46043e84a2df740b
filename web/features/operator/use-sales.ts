'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useCallback, useState } from 'react';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { useSession } from './session.tsx';
import { usePoll } from './use-poll.ts';

/** Between two looks, ms. */
export const lookEveryMs = 1_000;

export interface SalesView {
  sales: readonly OperatorSale[] | null;
  receivedAtMs: number | null;
  failure: OperatorFailure | null;
}

/** All sales, looked at each second. */
export const useSales = (): SalesView => {
  const { api, check } = useSession();
  const [view, setView] = useState<SalesView>({ sales: null, receivedAtMs: null, failure: null });
  const look = useCallback(
    async (signal: AbortSignal) => {
      const answer = await api.sales(signal);
      if (signal.aborted) return;
      if (answer.ok) return setView({ sales: answer.value.sales, receivedAtMs: Date.now(), failure: null });
      check(answer.failure);
      setView((before) => ({ ...before, failure: answer.failure }));
    },
    [api, check],
  );
  usePoll(look, lookEveryMs);
  return view;
};
