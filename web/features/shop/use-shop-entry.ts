'use client';

import type { Ticket } from '@sunbeon/contracts';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { api, type Answer, type Failure } from '../../lib/api.ts';
import { forgetReturnAddress, rememberReturnAddress, returnAddressIn, returnAddressOf } from '../../lib/return-address.ts';
import { isUnknown, retrying } from '../../lib/retry.ts';
import { monotonicMs } from '../../lib/server-clock.ts';
import { hasGone, onVisitElsewhere, remembersVisits, takeVisit } from '../../lib/shop-visits.ts';
import { isKnown, type View } from '../waiting/view.ts';

/** counting: goes by itself soon. ready: the link alone. going: a ticket is asked for, or the shop is being opened. */
export type EntryPhase = 'counting' | 'ready' | 'going';

export interface ShopEntry {
  phase: EntryPhase;
  /** Until the page goes by itself; meaningful while counting. */
  seconds: number;
  /** Why the last ticket was refused. */
  failure: Failure | null;
  go: () => void;
  /** The reader does not want the page to go by itself. */
  stay: () => void;
}

/** How long the page says whose turn it is before it goes by itself, ms. */
export const goAfterMs = 3_000;
const countEveryMs = 250;
/** Still shown so long after it went, ms: the reader stopped it, or the shop does not answer. The link is offered again. */
export const stillHereMs = 10_000;
const attempts = 4;

const isFaultOfAddress = ({ code }: Failure): boolean =>
  code === 'return_url_not_allowed' || code === 'invalid_request' || code === 'payload_too_large';

/** An address that the sale does not allow is dropped: the server then takes the first of its own. Safe to run twice: the last ticket counts. */
const askTicket = async (saleId: string): Promise<Answer<Ticket>> => {
  const ask = (returnUrl?: string) => retrying(() => api.ticket(saleId, returnUrl), { attempts, isWorthIt: isUnknown });
  const wanted = returnAddressOf(saleId);
  if (wanted === null) return ask();
  const answer = await ask(wanted);
  return answer.ok || !isFaultOfAddress(answer.failure) ? answer : ask();
};

/** Names a stay: a visitor who joins again has another number. Null while the way does not lead into the shop: a closed sale has no new tickets. */
export const stayOf = (view: View): string | null =>
  (view.state === 'entering' || view.state === 'paying') && view.sale.status !== 'closed'
    ? `${view.visitor.visitorId}:${view.visitor.seq ?? ''}`
    : null;

/** Leaves this page. */
const leaveFor = (url: string): void => window.location.assign(url);

/**
 * The way into the shop: by itself once a stay, and by a click whenever the reader wants. A ticket is good for a minute and one use, so it is asked for at
 * the moment of going and never before.
 */
export const useShopEntry = (saleId: string, view: View, onRefused: () => void, goTo = leaveFor): ShopEntry => {
  const stay = stayOf(view);
  const [phase, setPhase] = useState<EntryPhase>('ready');
  const [seconds, setSeconds] = useState(goAfterMs / 1_000);
  const [failure, setFailure] = useState<Failure | null>(null);
  const current = useRef(stay);
  const inFlight = useRef(false);

  // Before it is painted: the link alone must not flash up first.
  useLayoutEffect(() => {
    current.current = stay;
    setFailure(null);
    setPhase(stay === null || hasGone(saleId, stay) || !remembersVisits() ? 'ready' : 'counting');
    return () => {
      current.current = null;
    };
  }, [saleId, stay]);

  const open = useCallback(
    async (mine: string) => {
      if (inFlight.current) return;
      inFlight.current = true;
      setPhase('going');
      setFailure(null);
      const answer = await askTicket(saleId);
      inFlight.current = false;
      // The stay ended while the ticket was on its way.
      if (current.current !== mine) return;
      if (answer.ok) {
        goTo(answer.value.url);
        setTimeout(() => setPhase((now) => (now === 'going' ? 'ready' : now)), stillHereMs);
        return;
      }
      setPhase('ready');
      setFailure(answer.failure);
      if (!isUnknown(answer.failure)) onRefused();
    },
    [saleId, goTo, onRefused],
  );

  useEffect(() => {
    if (phase !== 'counting' || stay === null) return;
    const dueMs = monotonicMs() + goAfterMs;
    setSeconds(goAfterMs / 1_000);
    let ended = false;
    const timer = setInterval(() => {
      const remainingMs = dueMs - monotonicMs();
      setSeconds(Math.max(1, Math.ceil(remainingMs / 1_000)));
      if (remainingMs > 0) return;
      clearInterval(timer);
      void takeVisit(saleId, stay).then((isFirst) => {
        if (ended) return;
        if (isFirst) void open(stay);
        else setPhase('ready');
      });
    }, countEveryMs);
    const still = onVisitElsewhere(saleId, () => setPhase('ready'));
    return () => {
      ended = true;
      clearInterval(timer);
      still();
    };
  }, [phase, saleId, stay, open]);

  // Back from the shop by the history, as the page was left.
  useEffect(() => {
    const onShow = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) setPhase('ready');
    };
    window.addEventListener('pageshow', onShow);
    return () => window.removeEventListener('pageshow', onShow);
  }, []);

  // Kept until the visit has ended: a place that is lost or given up may be followed by another on the same way to the shop.
  const isOver = isKnown(view) && (view.state === 'completed' || view.state === 'purchased');
  useEffect(() => {
    const own = returnAddressIn(window.location.search);
    if (isOver) forgetReturnAddress(saleId);
    else if (own !== null) rememberReturnAddress(saleId, own);
  }, [saleId, isOver]);

  return {
    phase,
    seconds,
    failure,
    go: () => {
      if (stay === null) return;
      void takeVisit(saleId, stay);
      void open(stay);
    },
    stay: () => {
      if (stay === null) return;
      void takeVisit(saleId, stay);
      setPhase('ready');
    },
  };
};
