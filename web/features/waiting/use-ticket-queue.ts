'use client';

import type { Hold, Purchase } from '@sunbeon/contracts';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { api, type Failure } from '../../lib/api.ts';
import type { Connection } from '../../lib/live.ts';
import { rememberFirstPosition } from '../../lib/remembered-position.ts';
import { retrying } from '../../lib/retry.ts';
import { lookUp } from './look-up.ts';
import { reduce } from './reduce.ts';
import { useFollowing } from './use-following.ts';
import { isKnown, type View } from './view.ts';

export interface TicketQueue {
  view: View;
  connection: Connection;
  /** What the reader asked for and has not been answered. */
  busy: 'join' | 'leave' | null;
  /** Why the last thing asked for was refused; cleared by the next. */
  failure: Failure | null;
  join: () => void;
  leave: () => void;
  /** Asks the server for everything anew. True when it answered. */
  refresh: () => Promise<boolean>;
  bought: (purchase: Purchase) => void;
  held: (hold: Hold) => void;
  released: (hold: Hold) => void;
}

const joinAttempts = 4;
const leaveAttempts = 3;

/**
 * One visitor's way through one sale: looks up the place, follows it live, claims the admission by itself and goes on
 * after every lost connection. The view is decided by `reduce` alone; this hook only carries events to it.
 */
export const useTicketQueue = (saleId: string): TicketQueue => {
  const [view, dispatch] = useReducer(reduce, { state: 'loading' });
  const [connection, onConnection] = useState<Connection>('polling');
  const [generation, setGeneration] = useState(0);
  const [busy, setBusy] = useState<TicketQueue['busy']>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const asking = useRef(false);
  const round = useRef(0);

  const refresh = useCallback(async () => {
    const mine = (round.current += 1);
    const event = await lookUp(saleId);
    if (mine === round.current) dispatch(event);
    return event.type !== 'unreachable';
  }, [saleId]);

  useFollowing({ saleId, view, generation, dispatch, onConnection, refresh });

  const once = useCallback(async (what: 'join' | 'leave', act: () => Promise<Failure | null>) => {
    if (asking.current) return;
    asking.current = true;
    round.current += 1;
    setBusy(what);
    setFailure(null);
    try {
      setFailure(await act());
    } finally {
      asking.current = false;
      setBusy(null);
    }
  }, []);

  const join = useCallback(
    () =>
      void once('join', async () => {
        const answer = await retrying(() => api.join(saleId), { attempts: joinAttempts });
        if (!answer.ok) {
          void refresh();
          return answer.failure;
        }
        dispatch({ type: 'joined', visitor: answer.value.visitor, nowMs: Date.now() });
        setGeneration((before) => before + 1);
        return null;
      }),
    [saleId, once, refresh],
  );

  const leave = useCallback(
    () =>
      void once('leave', async () => {
        const answer = await retrying(() => api.leave(saleId), { attempts: leaveAttempts });
        if (!answer.ok && answer.failure.code !== 'not_in_queue') return answer.failure;
        dispatch({ type: 'left' });
        return null;
      }),
    [saleId, once],
  );

  const bought = useCallback((purchase: Purchase) => {
    round.current += 1;
    dispatch({ type: 'bought', purchase });
  }, []);

  const held = useCallback((hold: Hold) => {
    round.current += 1;
    dispatch({ type: 'held', hold });
  }, []);
  const released = useCallback((hold: Hold) => {
    round.current += 1;
    dispatch({ type: 'released', hold, nowMs: Date.now() });
  }, []);

  const seq = isKnown(view) ? view.visitor?.seq : undefined;
  const firstPosition = isKnown(view) ? view.firstPosition : null;
  useEffect(() => {
    if (firstPosition !== null) rememberFirstPosition(saleId, seq, firstPosition);
  }, [saleId, seq, firstPosition]);

  return { view, connection, busy, failure, join, leave, refresh, bought, held, released };
};
