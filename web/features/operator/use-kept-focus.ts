'use client';

import { useCallback, useEffect, useRef } from 'react';

/** Keeps the focus over a sign-in in between, unless the page takes it. Returns what notes where it is. */
export const useKeptFocus = (isOver: boolean): (() => void) => {
  const focused = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (isOver) return;
    if (document.activeElement === document.body && focused.current?.isConnected) focused.current.focus();
    focused.current = null;
  }, [isOver]);
  return useCallback(() => {
    focused.current ??= document.activeElement as HTMLElement | null;
  }, []);
};
