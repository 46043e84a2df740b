'use client';

import { useEffect, useState } from 'react';
import { Notice } from '../../ui/notice.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';
import { staleAfterMs } from './view.ts';

/** Age of the data received at `receivedAtMs`, ms, updated four times a second; null before any arrived. */
export const useAge = (receivedAtMs: number | null): number | null => {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return receivedAtMs === null ? null : Math.max(0, nowMs - receivedAtMs);
};

/** Age of the figures, in a few words. */
export const FreshnessBadge = ({ receivedAtMs }: { receivedAtMs: number | null }) => {
  const { w, number } = useOperatorI18n();
  const ageMs = useAge(receivedAtMs);
  const isStale = ageMs !== null && ageMs > staleAfterMs;
  return (
    <span data-testid="freshness" data-age-ms={ageMs ?? ''} className="inline-flex items-center gap-2 text-xs text-ink-soft">
      <span aria-hidden="true" className={`size-2 rounded-full ${ageMs === null ? 'bg-ink-soft' : isStale ? 'bg-danger' : 'bg-accent'}`} />
      {ageMs === null ? w('fresh.loading') : isStale ? w('fresh.age', { seconds: number(ageMs / 1_000) }) : w('fresh.live')}
    </span>
  );
};

/** Warns, and announces once to screen readers, that the figures are stale. */
export const StaleNotice = ({ receivedAtMs, reason }: { receivedAtMs: number | null; reason: string | null }) => {
  const { w, number } = useOperatorI18n();
  const ageMs = useAge(receivedAtMs);
  const isStale = ageMs !== null && ageMs > staleAfterMs;
  return (
    <div role="status" data-testid="stale" className="empty:hidden">
      {isStale && (
        <Notice tone="danger">
          <span aria-hidden="true">{w('fresh.stale', { seconds: number(ageMs / 1_000) })}</span>
          <span className="sr-only">{w('fresh.stale', { seconds: number(staleAfterMs / 1_000) })}</span> {reason}
        </Notice>
      )}
    </div>
  );
};
