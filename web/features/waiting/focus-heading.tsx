'use client';

import { useEffect, useRef, type ReactNode, type RefObject } from 'react';

interface FocusHeadingProps {
  /** Where the focus of the previous screen goes, as a selector; empty when it was not there. */
  when: RefObject<string>;
  children: ReactNode;
}

/** What the focus of a lost button goes to. */
export const screenHeading = '[data-screen-heading]';

/** A focused button disappears with its screen; the focus then moves to the heading of the new one, or to what is there again. */
export const FocusHeading = ({ when, children }: FocusHeadingProps) => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    const find = (selector: string) => box.current?.querySelector<HTMLElement>(selector);
    if (when.current && isLost) (find(when.current) ?? find(screenHeading))?.focus({ preventScroll: true });
  }, [when]);
  return <div ref={box}>{children}</div>;
};
