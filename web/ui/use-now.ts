'use client';

import { useEffect, useState } from 'react';
import { monotonicMs } from '../lib/server-clock.ts';

/** The page's monotonic clock in ms, updated each second while the component is shown; null before hydration. */
export const useNow = (): number | null => {
  const [nowMs, setNowMs] = useState<number | null>(null);
  useEffect(() => {
    const read = () => setNowMs(monotonicMs());
    read();
    const timer = setInterval(read, 1_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
};
