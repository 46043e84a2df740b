'use client';

import type { ErrorCode, Hold, Place, Purchase, Sale } from '@sunbeon/contracts';
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { api, type Answer, type Failure } from '../../lib/api.ts';
import type { Connection } from '../../lib/live.ts';
import { forgetPlace, keepsCookies, mayHavePlace, rememberPlace, speakingToken } from '../../lib/place-token.ts';
import { rememberFirstPosition } from '../../lib/remembered-position.ts';
import { isUnknown, retrying } from '../../lib/retry.ts';
import { monotonicMs } from '../../lib/server-clock.ts';
import { useTokenRenewal } from '../draw/use-token-renewal.ts';
import { enter, isSignInNeeded } from '../entrance/enter.ts';
import { useEntrance, type Entrance } from '../entrance/use-entrance.ts';
import { loadSale } from './load-sale.ts';
import { firstView, reduce } from './reduce.ts';
import { useLiveUpdates } from './use-live-updates.ts';
import { isKnown, type View } from './view.ts';

export interface TicketQueue {
  view: View;
  connection: Connection;
  /** The request in flight, if any. */
  busy: 'join' | 'leave' | null;
  /** Failure of the last request; cleared by the next. */
  failure: Failure | null;
  /** The page's script runs: until then the browser sends the join, as a form. */
  ready: boolean;
  /** Key of the first join of this page, by the browser or by the script. */
  intent: string;
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

/** What the web server read for the page. */
export interface Seen {
  /** Null when that failed. */
  sale: Sale | null;
  /** The page's own request carried the sale's cookie, so there is a place to read. */
  cookieSeen: boolean;
  intent: string;
  /** Code of the refusal of a join that the browser sent as a form. */
  refusal?: ErrorCode | undefined;
}

const failureBy = (code: ErrorCode | undefined): Failure | null =>
  code === undefined ? null : ({ code, status: 0, isProblem: true } as Failure);

/**
 * One visitor in one sale: reads the place, follows it live, claims the admission automatically and recovers from
 * lost connections. `reduce` alone decides the view; this hook only sends events to it. Without a cookie the first view is the sale as the server
 * read it, so that the page can be used before it has asked for anything.
 */
export const useTicketQueue = (saleId: string, { sale: seen, cookieSeen, intent, refusal }: Seen): TicketQueue => {
  const [view, dispatch] = useReducer(reduce, null, () => firstView(cookieSeen ? null : seen));
  const [ready, setReady] = useState(false);
  const [connection, onConnection] = useState<Connection>('polling');
  const [generation, setGeneration] = useState(0);
  const [busy, setBusy] = useState<TicketQueue['busy']>(null);
  const [failure, setFailure] = useState<Failure | null>(() => failureBy(refusal));
  const asking = useRef(false);
  // Number of the last read begun, and of the last whose answer is shown or older than an act of this page.
  const lastRead = useRef(0);
  const shownRead = useRef(0);
  const [cookiesKept, setCookiesKept] = useState(true);
  useEffect(() => setCookiesKept(keepsCookies()), []);
  const entrance = useEntrance();
  const shownAt = useRef({ entrance, intent, proofWanted: false, needsCode: false });
  shownAt.current = {
    entrance,
    intent,
    proofWanted: isKnown(view) && view.sale.proofWanted,
    needsCode: isKnown(view) && view.sale.access === 'code' && view.visitor === null,
  };
  const visitorShown = useRef<string | undefined>(undefined);
  visitorShown.current = isKnown(view) ? view.visitor?.visitorId : undefined;

  // Before the first paint by the script: a tab without cookies may have a place that the server cannot know.
  useLayoutEffect(() => {
    if (mayHavePlace(saleId, cookieSeen)) dispatch({ type: 'place_possible' });
    // A reload is no refusal.
    if (refusal !== undefined) window.history.replaceState(null, '', window.location.pathname + window.location.hash);
    setReady(true);
  }, [saleId, cookieSeen, refusal]);

  const refresh = useCallback(async () => {
    const mine = (lastRead.current += 1);
    const event = await loadSale(saleId, { cookieSeen, placeShown: visitorShown.current !== undefined });
    // Older than one shown: dropped. A later one on its way is no reason to, or reads in quick succession on a slow line would all be dropped.
    if (mine > shownRead.current) {
      // Without an answer it replaces none.
      if (event.type !== 'unreachable') shownRead.current = mine;
      dispatch(event);
    }
    return event.type !== 'unreachable';
  }, [saleId, cookieSeen]);

  useTokenRenewal(saleId, view, connection);
  useLiveUpdates({ saleId, view, generation, dispatch, onConnection, refresh });

  const once = useCallback(async (what: 'join' | 'leave', act: () => Promise<Failure | null>) => {
    if (asking.current) return;
    asking.current = true;
    shownRead.current = lastRead.current;
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
    (answer: Answer<Place>, isAnother = false): Failure | null => {
      if (!answer.ok) {
        void refresh();
        return answer.failure;
      }
      const { visitor, token } = answer.value;
      // That visitor may have bought before: elsewhere, or in another tab. A first visit asks for nothing.
      const mayOwn = isAnother || (visitor.visitorId !== visitorShown.current && mayHavePlace(saleId, cookieSeen));
      rememberPlace(saleId, token);
      // The reads under way are of the place before.
      shownRead.current = lastRead.current;
      dispatch({ type: 'joined', visitor, nowMs: monotonicMs() });
      setGeneration((before) => before + 1);
      if (mayOwn) void refresh();
      return null;
    },
    [saleId, cookieSeen, refresh],
  );

  const joinAs = useCallback(
    (isAnew: boolean) =>
      void once('join', async () => {
        const { intent, proofWanted, entrance } = shownAt.current;
        const { code: text, setProof, setCodeMissing, brought, drop } = entrance;
        const { member } = brought;
        const code = text.trim();
        if (code === '' && shownAt.current.needsCode) {
          setCodeMissing(true);
          return null;
        }
        const shown = { ...(code === '' ? {} : { code }), ...(member === undefined ? {} : { member }) };
        const answer = await enter(saleId, { proofWanted, intent, isAnew }, shown, setProof);
        // Before the place is shown: else the page would ask about the member's own link. Whether it can be loaded decides nothing else.
        if (member !== undefined && answer.ok)
          await import('../../lib/member-token.ts').then(
            ({ rememberMember }) => rememberMember(saleId, member),
            () => undefined,
          );
        if (!answer.ok && isSignInNeeded(answer.failure)) drop('member');
        return placed(answer, isAnew || member !== undefined);
      }),
    [saleId, once, placed],
  );
  const join = useCallback(() => joinAs(false), [joinAs]);

  const takeTransfer = useCallback(
    (code: string) =>
      void once('join', async () => {
        const answer = await api.takeTransfer(saleId, code);
        shownAt.current.entrance.drop('transfer');
        return placed(answer, true);
      }),
    [saleId, once, placed],
  );

  const leave = useCallback(
    () =>
      void once('leave', async () => {
        const answer = await retrying(() => api.leave(saleId), { attempts: leaveAttempts, isWorthIt: isUnknown });
        if (!answer.ok && answer.failure.code !== 'not_in_queue') return answer.failure;
        dispatch({ type: 'left', nowMs: monotonicMs() });
        return null;
      }),
    [saleId, once],
  );

  const bought = useCallback((purchase: Purchase) => {
    shownRead.current = lastRead.current;
    dispatch({ type: 'bought', purchase, nowMs: monotonicMs() });
  }, []);

  const held = useCallback((hold: Hold) => {
    shownRead.current = lastRead.current;
    dispatch({ type: 'held', hold, nowMs: monotonicMs() });
  }, []);
  const released = useCallback((hold: Hold) => {
    shownRead.current = lastRead.current;
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
    ready,
    intent,
    // The server knows nothing of it: the first rendering of both is the same.
    tabOnly: ready && (!cookiesKept || speakingToken(saleId) !== undefined),
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
