import type { PlannedChange } from '@sunbeon/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../session.tsx';
import { usePoll } from '../use-poll.ts';

/** The plan is read with each new version of the sale, which a change of the plan is, and at this interval, ms. */
const lookEveryMs = 10_000;

/** The planned changes of a sale, next first; null until the first answer. */
export const usePlanned = (saleId: string, version: number): { planned: readonly PlannedChange[] | null; lookNow: () => void } => {
  const { api, check } = useSession();
  const [planned, setPlanned] = useState<readonly PlannedChange[] | null>(null);
  const look = useCallback(
    async (signal: AbortSignal) => {
      const answer = await api.planned(saleId, signal);
      if (signal.aborted) return;
      if (answer.ok) setPlanned(answer.value.planned);
      else check(answer.failure);
    },
    [api, check, saleId],
  );
  const lookNow = usePoll(look, lookEveryMs);
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current !== version) lookNow();
    seen.current = version;
  }, [version, lookNow]);
  return { planned, lookNow };
};
