'use client';

import { useEffect, useRef, type ReactNode } from 'react';
import { useArrival } from './motion.tsx';

const Arriving = ({ arrives, children }: { arrives: boolean; children: ReactNode }) => {
  const element = useArrival<HTMLDivElement>(
    { opacity: [0, 1], transform: ['translateY(12px)', 'translateY(0px)'] },
    { duration: 0.35 },
    arrives,
  );
  return (
    <div ref={element} data-screen="" className="flex flex-col gap-4">
      {children}
    </div>
  );
};

/** Shows one screen at a time, keyed by its name, with an entry animation; the first without one. */
export const ScreenChange = ({ name, children }: { name: string; children: ReactNode }) => {
  const isFirst = useRef(true);
  useEffect(() => {
    isFirst.current = false;
  }, []);
  return (
    <Arriving key={name} arrives={!isFirst.current}>
      {children}
    </Arriving>
  );
};
