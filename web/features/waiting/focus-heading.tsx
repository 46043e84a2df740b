'use client';

import { useEffect, useRef, type ReactNode, type RefObject } from 'react';

interface FocusHeadingProps {
  /** Whether the focus was in the screen before this one. */
  when: RefObject<boolean>;
  children: ReactNode;
}

/** The button that had the focus goes with its screen; keyboard readers then go on at the heading of the new one. */
export const FocusHeading = ({ when, children }: FocusHeadingProps) => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (when.current && isLost) box.current?.querySelector<HTMLElement>('[data-screen-heading]')?.focus({ preventScroll: true });
  }, [when]);
  return <div ref={box}>{children}</div>;
};
