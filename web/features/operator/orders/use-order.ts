'use client';

import type { Order } from '@sunbeon/contracts';
import { useCallback, useState } from 'react';
import type { OperatorFailure } from '../../../lib/operator-api.ts';
import { useSession } from '../session.tsx';
import { usePoll } from '../use-poll.ts';

/** An order is read this often, ms: the door and another operator change it too. */
const lookEveryMs = 5_000;

interface OrderState {
  order: Order | null;
  failure: OperatorFailure | null;
}
/** A cancelled or checked-in order never becomes an open one again: an answer that says so is from before. */
const isOlder = (before: Order | null, order: Order): boolean =>
  (before?.state === 'cancelled' && order.state === 'paid') || (before?.checkedInAt !== undefined && order.checkedInAt === undefined);

/** One order, kept up to date; `show`: an answer that is newer. */
export const useOrder = (saleId: string, purchaseId: string) => {
  const { api, check } = useSession();
  const [{ order, failure }, set] = useState<OrderState>({ order: null, failure: null });
  const show = useCallback((next: Order) => set((before) => (isOlder(before.order, next) ? before : { order: next, failure: null })), []);
  const look = useCallback(
    async (signal: AbortSignal) => {
      const answer = await api.order(saleId, purchaseId, signal);
      if (signal.aborted) return;
      if (answer.ok) return show(answer.value);
      check(answer.failure);
      set((before) => ({ ...before, failure: answer.failure }));
    },
    [api, check, saleId, purchaseId, show],
  );
  const lookNow = usePoll(look, lookEveryMs);
  return { order, failure, show, lookNow };
};
