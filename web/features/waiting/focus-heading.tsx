'use client';

import { useEffect, useRef, type ReactNode, type RefObject } from 'react';

interface FocusHeadingProps {
  /** Whether the focus was in the previous screen. */
  when: RefObject<boolean>;
  children: ReactNode;
}

/** A focused button disappears with its screen; the focus then moves to the heading of the new one. */
export const FocusHeading = ({ when, children }: FocusHeadingProps) => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (when.current && isLost) box.current?.querySelector<HTMLElement>('[data-screen-heading]')?.focus({ preventScroll: true });
  }, [when]);
  return <div ref={box}>{children}</div>;
};
