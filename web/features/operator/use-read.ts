'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import type { OperatorAnswer } from '../../lib/operator-api.ts';
import type { Reading } from './read-note.tsx';
import { useSession } from './session.tsx';
import { usePoll } from './use-poll.ts';

interface Read<T> extends Reading {
  /** Null until the first answer. */
  value: T | null;
}

/** What `read` answers: now, each `everyMs` while the page is visible, and with each new `version`. The last answer stays while reads fail. */
export const useRead = <T>(read: (signal: AbortSignal) => Promise<OperatorAnswer<T>>, everyMs: number, version: number): Read<T> => {
  const { api, check } = useSession();
  const [state, set] = useState<Read<T>>({ value: null, readAtMs: null, failure: null });
  const look = useCallback(
    async (signal: AbortSignal) => {
      const answer = await read(signal);
      if (signal.aborted) return;
      if (answer.ok) return set({ value: answer.value, readAtMs: api.nowMs(), failure: null });
      check(answer.failure);
      set((before) => ({ ...before, failure: answer.failure }));
    },
    [api, check, read],
  );
  const lookNow = usePoll(look, everyMs);
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current !== version) lookNow();
    seen.current = version;
  }, [version, lookNow]);
  return state;
};
