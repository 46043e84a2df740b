import { useEffect, useRef } from 'react';
import { api } from '../../lib/api.ts';
import type { Connection } from '../../lib/live.ts';
import { isKnown, type View } from '../waiting/view.ts';

/** The renewals of a crowd whose numbers were drawn at one moment are spread over this, ms. */
const spreadMs = 30_000;

/** The token of the lobby has no number: one read of the place renews it. A page that polls reads the line, which is nobody's place. */
export const useTokenRenewal = (saleId: string, view: View, connection: Connection): void => {
  const state = isKnown(view) ? view.visitor?.state : undefined;
  const isDue = useRef(false);
  useEffect(() => {
    if (state === 'lobby') isDue.current = true;
    if (state !== 'waiting' || !isDue.current || connection === 'offline') return;
    const timer = setTimeout(() => {
      isDue.current = false;
      void api.place(saleId);
    }, Math.random() * spreadMs);
    return () => clearTimeout(timer);
  }, [saleId, state, connection]);
};
