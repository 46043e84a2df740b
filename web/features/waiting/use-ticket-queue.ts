'use client';

import type { Hold, Place, Purchase } from '@sunbeon/contracts';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { api, type Answer, type Failure } from '../../lib/api.ts';
import type { Connection } from '../../lib/live.ts';
import { forgetPlace, keepsCookies, rememberPlace, speakingToken } from '../../lib/place-token.ts';
import { rememberFirstPosition } from '../../lib/remembered-position.ts';
import { retrying } from '../../lib/retry.ts';
import { monotonicMs } from '../../lib/server-clock.ts';
import { useTokenRenewal } from '../draw/use-token-renewal.ts';
import { enter, isSignInNeeded, isWorthAnotherTry } from '../entrance/enter.ts';
import { useEntrance, type Entrance } from '../entrance/use-entrance.ts';
import { loadSale } from './load-sale.ts';
import { reduce } from './reduce.ts';
import { useLiveUpdates } from './use-live-updates.ts';
import { isKnown, type View } from './view.ts';

export interface TicketQueue {
  view: View;
  connection: Connection;
  /** The request in flight, if any. */
  busy: 'join' | 'leave' | null;
  /** Failure of the last request; cleared by the next. */
  failure: Failure | null;
  /** The browser keeps no cookie: only this tab has the place. */
  tabOnly: boolean;
  /** What this visitor shows at the entrance. */
  entrance: Entrance;
  join: () => void;
  /** Joins with what a link brought; `isAnew`: as another visitor than the one whose place this browser has. */
  joinAs: (isAnew: boolean) => void;
  /** Takes the place of another device, by the code of a link. */
  takeTransfer: (code: string) => void;
  leave: () => void;
  /** Reads everything from the server again. True when it answered. */
  refresh: () => Promise<boolean>;
  bought: (purchase: Purchase) => void;
  held: (hold: Hold) => void;
  released: (hold: Hold) => void;
}

const leaveAttempts = 3;

/**
 * One visitor in one sale: reads the place, follows it live, claims the admission automatically and recovers from
 * lost connections. `reduce` alone decides the view; this hook only sends events to it. `cookieSeen`: the page's own request
 * carried the sale's cookie, so there is a place to read.
 */
export const useTicketQueue = (saleId: string, cookieSeen: boolean): TicketQueue => {
  const [view, dispatch] = useReducer(reduce, { state: 'loading' });
  const [connection, onConnection] = useState<Connection>('polling');
  const [generation, setGeneration] = useState(0);
  const [busy, setBusy] = useState<TicketQueue['busy']>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const asking = useRef(false);
  const round = useRef(0);
  const [cookiesKept, setCookiesKept] = useState(true);
  useEffect(() => setCookiesKept(keepsCookies()), []);
  const entrance = useEntrance();
  const shownAt = useRef({ entrance, proofWanted: false, needsCode: false });
  shownAt.current = {
    entrance,
    proofWanted: isKnown(view) && view.sale.proofWanted,
    needsCode: isKnown(view) && view.sale.access === 'code' && view.visitor === null,
  };
  const placeShown = useRef(false);
  placeShown.current = isKnown(view) && view.visitor !== null;

  const refresh = useCallback(async () => {
    const mine = (round.current += 1);
    const event = await loadSale(saleId, { cookieSeen, placeShown: placeShown.current });
    if (mine === round.current) dispatch(event);
    return event.type !== 'unreachable';
  }, [saleId, cookieSeen]);

  useTokenRenewal(saleId, view, connection);
  useLiveUpdates({ saleId, view, generation, dispatch, onConnection, refresh });

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

  const placed = useCallback(
    (answer: Answer<Place>): Failure | null => {
      if (!answer.ok) {
        void refresh();
        return answer.failure;
      }
      rememberPlace(saleId, answer.value.token);
      dispatch({ type: 'joined', visitor: answer.value.visitor, nowMs: monotonicMs() });
      setGeneration((before) => before + 1);
      return null;
    },
    [saleId, refresh],
  );

  const joinAs = useCallback(
    (isAnew: boolean) =>
      void once('join', async () => {
        const { code: text, setProof, setCodeMissing, brought, drop } = shownAt.current.entrance;
        const { member } = brought;
        const code = text.trim();
        if (code === '' && shownAt.current.needsCode) {
          setCodeMissing(true);
          return null;
        }
        const shown = { ...(code === '' ? {} : { code }), ...(member === undefined ? {} : { member }) };
        const answer = await enter(saleId, { proofWanted: shownAt.current.proofWanted, isAnew }, shown, setProof);
        // Before the place is shown: else the page would ask about the member's own link. Whether it can be loaded decides nothing else.
        if (member !== undefined && answer.ok)
          await import('../../lib/member-token.ts').then(
            ({ rememberMember }) => rememberMember(saleId, member),
            () => undefined,
          );
        if (!answer.ok && isSignInNeeded(answer.failure)) drop('member');
        return placed(answer);
      }),
    [saleId, once, placed],
  );
  const join = useCallback(() => joinAs(false), [joinAs]);

  const takeTransfer = useCallback(
    (code: string) =>
      void once('join', async () => {
        const answer = await api.takeTransfer(saleId, code);
        shownAt.current.entrance.drop('transfer');
        return placed(answer);
      }),
    [saleId, once, placed],
  );

  const leave = useCallback(
    () =>
      void once('leave', async () => {
        const answer = await retrying(() => api.leave(saleId), { attempts: leaveAttempts, isWorthIt: isWorthAnotherTry });
        if (!answer.ok && answer.failure.code !== 'not_in_queue') return answer.failure;
        dispatch({ type: 'left', nowMs: monotonicMs() });
        return null;
      }),
    [saleId, once],
  );

  const bought = useCallback((purchase: Purchase) => {
    round.current += 1;
    dispatch({ type: 'bought', purchase, nowMs: monotonicMs() });
  }, []);

  const held = useCallback((hold: Hold) => {
    round.current += 1;
    dispatch({ type: 'held', hold, nowMs: monotonicMs() });
  }, []);
  const released = useCallback((hold: Hold) => {
    round.current += 1;
    dispatch({ type: 'released', hold, nowMs: monotonicMs() });
  }, []);

  const seq = isKnown(view) ? view.visitor?.seq : undefined;
  const firstPosition = isKnown(view) ? view.firstPosition : null;
  useEffect(() => {
    if (firstPosition !== null) rememberFirstPosition(saleId, seq, firstPosition);
  }, [saleId, seq, firstPosition]);

  // A token that the server rejected must not be sent with the next join.
  const placeLost = isKnown(view) && view.placeLost;
  useEffect(() => {
    if (placeLost) forgetPlace(saleId);
  }, [saleId, placeLost]);

  return {
    view,
    connection,
    busy,
    failure,
    tabOnly: !cookiesKept || speakingToken(saleId) !== undefined,
    entrance,
    join,
    joinAs,
    takeTransfer,
    leave,
    refresh,
    bought,
    held,
    released,
  };
};
