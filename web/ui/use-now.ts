'use client';

import { useEffect, useState } from 'react';

/** The time of this device in ms, anew each second while the component is shown; null before the browser has taken over. */
export const useNow = (): number | null => {
  const [nowMs, setNowMs] = useState<number | null>(null);
  useEffect(() => {
    const read = () => setNowMs(Date.now());
    read();
    const timer = setInterval(read, 1_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
};
