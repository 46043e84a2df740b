'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useCallback, useState } from 'react';
import { useSession } from './session.tsx';
import { usePoll } from './use-poll.ts';

/** The sale for pages beside its console: title, status, stock. Null until it was read, and when it cannot be. */
export const useSaleFacts = (saleId: string, everyMs: number): OperatorSale | null => {
  const { api, check } = useSession();
  const [sale, setSale] = useState<OperatorSale | null>(null);
  const look = useCallback(
    async (signal: AbortSignal) => {
      const answer = await api.sale(saleId);
      if (signal.aborted) return;
      if (answer.ok) setSale(answer.value);
      else check(answer.failure);
    },
    [api, check, saleId],
  );
  usePoll(look, everyMs);
  return sale;
};
