'use client';

import type { OperatorIdentity } from '@sunbeon/contracts';
import { useCallback, useEffect, useState } from 'react';
import type { OperatorApi, OperatorFailure } from '../../lib/operator-api.ts';

/** Pause before a question that had no answer is asked again, ms. */
const askAgainMs = 2_000;

/** Who is signed in: undefined until it is known, null for nobody. Without an answer it is asked again: an outage signs nobody out. */
export const useIdentity = (api: OperatorApi) => {
  const [identity, setIdentity] = useState<OperatorIdentity | null | undefined>();
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const answer = await api.session(stop.signal);
      if (stop.signal.aborted) return;
      if (answer.ok) {
        setFailure(null);
        setIdentity(answer.value ?? null);
      } else if (answer.failure.code === 'invalid_token') setIdentity(null);
      else {
        setFailure(answer.failure);
        timer = setTimeout(() => void ask(), askAgainMs);
      }
    };
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [api]);
  const set = useCallback((next: OperatorIdentity | null): void => {
    setFailure(null);
    setIdentity(next);
  }, []);
  return { identity, failure, set, again: setFailure };
};
