import { nextClockOf } from '@sunbeon/contracts/sale-status';
import { useEffect, useRef, type Dispatch, type SetStateAction } from 'react';
import { api, liveAddress, liveProtocols, type Failure } from '../../lib/api.ts';
import { backoffMs } from '../../lib/backoff.ts';
import { openLive, type Connection } from '../../lib/live.ts';
import { cookieSpoke, onPlaceElsewhere, speakingToken } from '../../lib/place-token.ts';
import { isUnknown, retrying } from '../../lib/retry.ts';
import { monotonicMs, watchSleep } from '../../lib/server-clock.ts';
import { createPoll } from './line-poll.ts';
import type { ViewEvent } from './reduce.ts';
import { followsLine, isInLine, isKnown, type View } from './view.ts';

interface Following {
  saleId: string;
  view: View;
  /** Incremented with each new token: the old socket belongs to the old place. */
  generation: number;
  dispatch: Dispatch<ViewEvent>;
  onConnection: Dispatch<SetStateAction<Connection>>;
  refresh: () => Promise<boolean>;
}

/** Interval between two reads of a sale without a place in line, ms; between this and twice as much. */
const watchEveryMs = 4_000;
/** The same for a sale that does not exist: a stopping gateway may have said so, or it is made anew. The first read comes as early as of another. */
const missingEveryMs = 20_000;
/** Every so many reads include the place: an ended stay may have begun again in another tab whose message was lost. */
const looksForPlace = 5;
/** Time after a deadline until the server acts on it, ms: up to two ticks. */
const deadlineGraceMs = 500;
/** Spread of the reads of a crowd with the same deadline, ms. */
const deadlineSpreadMs = 1_500;
/** The same for an opening: joins are accepted at once, so only the spread of the crowd follows it. */
const openingSpreadMs = 1_200;
/** After an answer from just before the opening: pause until the next read, up to twice as much, ms; for this long, ms, then as usual. */
const openingAgainMs = 250;
const openingPatienceMs = 20_000;
/** `setTimeout` takes at most 2^31 ms: the timer is set again each hour. */
const longestTimerMs = 3_600_000;
/** Corrections of a moment below this, ms, are ignored. */
const momentGrainMs = 250;
/** The claim is repeated until it succeeds or the place is no longer admitted: the connection may return in the last second, and a key rotation must not use it up. */
const claimAttempts = Number.POSITIVE_INFINITY;

/** The next moment at which the server acts by itself, on the page's monotonic clock. */
const nextMomentMs = (view: View): number | null => {
  if (!isKnown(view)) return null;
  const clock = nextClockOf(view.sale.status, view.sale.lobbyOpensAt !== undefined);
  // Lobby and line hear of it by the stream or their polls: a crowd must not ask at one moment.
  if (followsLine(view) || (clock === 'opensAt' && isInLine(view))) return null;
  const iso =
    view.state === 'holding' || view.state === 'paying'
      ? view.hold.expiresAt
      : view.state === 'admitted' || view.state === 'buying' || view.state === 'entering'
        ? view.admittedUntil
        : clock !== null
          ? view.sale[clock]
          : undefined;
  const at = iso === undefined ? Number.NaN : Date.parse(iso) - view.clockOffsetMs;
  return Number.isNaN(at) ? null : Math.ceil(at / momentGrainMs) * momentGrainMs;
};

/** Keeps the view up to date: the live stream for places in line, occasional reads for all others. */
export const useLiveUpdates = ({ saleId, view, generation, dispatch, onConnection, refresh }: Following): void => {
  const inLine = isInLine(view);
  const missing = view.state === 'not_found';
  const settled = isKnown(view) && view.state !== 'checking' && (view.state !== 'purchased' || view.purchases.length > 0);
  const ended = isKnown(view) && view.visitor !== null;
  const claiming = view.state === 'admitted';
  const opening = isKnown(view) && (view.state === 'scheduled' || view.state === 'lobby_open');
  const momentMs = nextMomentMs(view);
  const shown = useRef(view);
  shown.current = view;

  useEffect(() => {
    if (!inLine) return;
    const live = openLive({
      address: (after) => liveAddress(saleId, after),
      protocols: () => liveProtocols(saleId),
      onMessage: (message) => {
        if (message.type === 'state' && speakingToken(saleId) === undefined) cookieSpoke(saleId);
        dispatch({ type: 'message', message, nowMs: monotonicMs() });
      },
      onConnection,
      poll: createPoll(saleId, dispatch, () => shown.current),
    });
    const awake = watchSleep(live.wake);
    return () => {
      awake();
      live.close();
    };
  }, [saleId, inLine, generation, dispatch, onConnection]);

  useEffect(() => {
    if (inLine) return;
    onConnection((before) => (before === 'live' ? 'polling' : before));
    let failures = 0;
    let looks = 0;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    let looking = false;
    const look = async (): Promise<void> => {
      looking = true;
      let seen = true;
      if (document.visibilityState === 'visible') {
        looks += 1;
        if (settled && !(ended && looks % looksForPlace === 0)) {
          const sale = await api.sale(saleId);
          if (stopped) return;
          if (sale.ok) dispatch({ type: 'sale_seen', sale: sale.value, nowMs: monotonicMs() });
          else if (sale.failure.code === 'sale_not_found') dispatch({ type: 'sale_missing' });
          seen = sale.ok;
        } else {
          seen = await refresh();
        }
      }
      looking = false;
      if (stopped) return;
      failures = seen ? 0 : failures + 1;
      onConnection(seen ? 'polling' : 'offline');
      timer = setTimeout(
        () => void look(),
        seen ? (missing ? missingEveryMs : watchEveryMs) * (1 + Math.random()) : backoffMs(failures, Math.random()),
      );
    };
    timer = setTimeout(() => void look(), settled || missing ? watchEveryMs * (1 + Math.random()) : 0);
    const onVisible = () => document.visibilityState === 'visible' && void refresh();
    const onOnline = () => {
      if (looking) return;
      clearTimeout(timer);
      void look();
    };
    const onOffline = () => onConnection('offline');
    const awake = watchSleep(() => void refresh());
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('online', onOnline);
    window.addEventListener('offline', onOffline);
    return () => {
      stopped = true;
      clearTimeout(timer);
      awake();
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', onOnline);
      window.removeEventListener('offline', onOffline);
    };
  }, [saleId, inLine, missing, settled, ended, generation, dispatch, onConnection, refresh]);

  useEffect(() => {
    if (!claiming) return;
    const abort = new AbortController();
    // A refusal: the place is read, and while it is still admitted, the claim goes on. No problem document: an answer of a proxy.
    const isWorthIt = (failure: Failure): boolean => {
      if (failure.isProblem && !isUnknown(failure) && !abort.signal.aborted) void refresh();
      return true;
    };
    void retrying(() => api.claim(saleId), { attempts: claimAttempts, signal: abort.signal, isWorthIt }).then((answer) => {
      if (answer.ok && !abort.signal.aborted) dispatch({ type: 'visitor_seen', visitor: answer.value, nowMs: monotonicMs() });
    });
    return () => abort.abort();
  }, [saleId, claiming, generation, dispatch, refresh]);

  useEffect(() => onPlaceElsewhere(saleId, () => void refresh()), [saleId, refresh]);

  // Drawn once per page: a corrected moment must not draw again.
  const share = useRef(0);
  useEffect(() => {
    share.current = Math.random();
  }, []);
  useEffect(() => {
    if (momentMs === null || momentMs < monotonicMs() - openingPatienceMs) return;
    const dueMs = momentMs + (opening ? 0 : deadlineGraceMs) + share.current * (opening ? openingSpreadMs : deadlineSpreadMs);
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const act = async (): Promise<void> => {
      let inMs = dueMs - monotonicMs();
      if (inMs <= 0) {
        // One read at a time, however slow: the pause begins with its end.
        await refresh();
        // An answer with another state ends this effect; while the sale is still scheduled, it goes on.
        if (stopped || !opening || monotonicMs() >= momentMs + openingPatienceMs) return;
        inMs = openingAgainMs * (1 + Math.random());
      }
      timer = setTimeout(() => void act(), Math.min(inMs, longestTimerMs));
    };
    void act();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [momentMs, opening, refresh]);
};
