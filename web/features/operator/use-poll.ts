'use client';

import { useCallback, useEffect, useRef } from 'react';

/**
 * Calls `look` now and each `everyMs` after; never twice at once. A tab that nobody sees does not ask, and asks at once when it is seen
 * again. Returns what asks out of turn: after a look that is running, so that its answer is of after the call; for `eagerMs` after it looks
 * go on four times as often, because what was asked for is seen only after the next tick.
 */
export const usePoll = (look: (signal: AbortSignal) => Promise<void>, everyMs: number, eagerMs = 0): (() => void) => {
  const soon = useRef<() => void>(() => {});
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running = false;
    let again = false;
    let eagerUntilMs = 0;
    const intervalMs = () => (performance.now() < eagerUntilMs ? everyMs / 4 : everyMs);
    const run = async (): Promise<void> => {
      clearTimeout(timer);
      if (running) {
        again = true;
        return;
      }
      if (document.hidden || stop.signal.aborted) return;
      running = true;
      const startedMs = performance.now();
      await look(stop.signal);
      running = false;
      if (stop.signal.aborted) return;
      timer = setTimeout(() => void run(), again ? 0 : Math.max(100, intervalMs() - (performance.now() - startedMs)));
      again = false;
    };
    const seen = () => void run();
    soon.current = () => {
      eagerUntilMs = performance.now() + eagerMs;
      seen();
    };
    document.addEventListener('visibilitychange', seen);
    seen();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [look, everyMs, eagerMs]);
  return useCallback(() => soon.current(), []);
};
