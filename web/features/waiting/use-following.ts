import { useEffect, type Dispatch, type SetStateAction } from 'react';
import { api, liveAddress } from '../../lib/api.ts';
import { backoffMs } from '../../lib/backoff.ts';
import { openLive, type Connection } from '../../lib/live.ts';
import { retrying } from '../../lib/retry.ts';
import { createPoll } from './look-up.ts';
import type { ViewEvent } from './reduce.ts';
import { isInLine, isKnown, type View } from './view.ts';

interface Following {
  saleId: string;
  view: View;
  /** Grows with each new token: the old socket speaks for the old place. */
  generation: number;
  dispatch: Dispatch<ViewEvent>;
  onConnection: Dispatch<SetStateAction<Connection>>;
  refresh: () => Promise<boolean>;
}

/** Pause between two looks at a sale without a place in line, ms; between this and twice as much. */
const watchEveryMs = 4_000;
/** After a deadline the server needs up to two ticks to act on it, ms. */
const deadlineGraceMs = 1_500;
/** A crowd that waits for the same opening asks within so many ms, not at once. */
const openingSpreadMs = 1_500;
/** The claim is tried until it is answered or the turn is over: somebody may come back in the last second. */
const claimAttempts = Number.POSITIVE_INFINITY;

const nextMomentMs = (view: View): number | null => {
  if (!isKnown(view)) return null;
  const iso =
    view.state === 'holding' ? view.hold.expiresAt
    : view.state === 'admitted' || view.state === 'buying' ? view.admittedUntil
    : view.sale.status === 'scheduled' ? view.sale.opensAt
    : view.sale.closesAt;
  const at = iso === undefined ? Number.NaN : Date.parse(iso) - view.clockOffsetMs;
  return Number.isNaN(at) ? null : at;
};

/** Keeps the view up to date: the live stream for those in line, an occasional look for everyone else. */
export const useFollowing = ({ saleId, view, generation, dispatch, onConnection, refresh }: Following): void => {
  const inLine = isInLine(view);
  const watching = view.state !== 'not_found' && !inLine;
  const settled = isKnown(view) && (view.state !== 'purchased' || view.purchases.length > 0);
  const claiming = view.state === 'admitted';
  const momentMs = nextMomentMs(view);

  useEffect(() => {
    if (!inLine) return;
    const live = openLive({
      address: (after) => liveAddress(saleId, after),
      onMessage: (message) => dispatch({ type: 'message', message, nowMs: Date.now() }),
      onConnection,
      poll: createPoll(saleId, dispatch),
    });
    return live.close;
  }, [saleId, inLine, generation, dispatch, onConnection]);

  useEffect(() => {
    if (!watching) return;
    onConnection((before) => (before === 'live' ? 'polling' : before));
    let failures = 0;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    let looking = false;
    const look = async (): Promise<void> => {
      looking = true;
      let seen = true;
      if (document.visibilityState === 'visible') {
        if (settled) {
          const sale = await api.sale(saleId);
          if (stopped) return;
          if (sale.ok) dispatch({ type: 'sale_seen', sale: sale.value, nowMs: Date.now() });
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
      timer = setTimeout(() => void look(), seen ? watchEveryMs * (1 + Math.random()) : backoffMs(failures, Math.random()));
    };
    timer = setTimeout(() => void look(), settled ? watchEveryMs * (1 + Math.random()) : 0);
    const onVisible = () => document.visibilityState === 'visible' && void refresh();
    const onOnline = () => {
      if (looking) return;
      clearTimeout(timer);
      void look();
    };
    const onOffline = () => onConnection('offline');
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('online', onOnline);
    window.addEventListener('offline', onOffline);
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', onOnline);
      window.removeEventListener('offline', onOffline);
    };
  }, [saleId, watching, settled, generation, dispatch, onConnection, refresh]);

  useEffect(() => {
    if (!claiming) return;
    const abort = new AbortController();
    void retrying(() => api.claim(saleId), { attempts: claimAttempts, signal: abort.signal }).then((answer) => {
      if (abort.signal.aborted) return;
      if (answer.ok) dispatch({ type: 'visitor_seen', visitor: answer.value, nowMs: Date.now() });
      else void refresh();
    });
    return () => abort.abort();
  }, [saleId, claiming, generation, dispatch, refresh]);

  useEffect(() => {
    if (momentMs === null || momentMs < Date.now() - 60_000) return;
    const delayMs = Math.max(0, momentMs - Date.now()) + deadlineGraceMs * 0.3 + Math.random() * openingSpreadMs;
    if (delayMs > 2 ** 31 - 1) return;
    const timer = setTimeout(() => void refresh(), delayMs);
    return () => clearTimeout(timer);
  }, [momentMs, refresh]);
};
