'use client';

import { useCallback, useEffect, useRef } from 'react';

/**
 * Calls `look` now and each `everyMs` after, never concurrently. A hidden tab does not poll, and polls at once when it is shown
 * again. Returns a function that polls out of turn, after a running call, so that its answer is of after the request; for `eagerMs` after it, polls
 * are four times as frequent, because the effect of an action is visible only after the next tick.
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
