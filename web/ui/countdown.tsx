'use client';

import { useId } from 'react';
import { clockText } from '../lib/i18n/format.ts';
import { useNow } from './use-now.ts';

interface CountdownProps {
  label: string;
  /** ISO 8601, by the server's clock. */
  until: string;
  /** The server's clock minus this page's monotonic clock, ms. */
  clockOffsetMs: number;
  /** Text instead of 0:00. */
  over: string;
  /** Seconds below which it is shown as urgent. */
  urgentSeconds?: number;
}

/** Counts down by the server's clock, so that a device whose clock is wrong, or is set meanwhile, shows the right time. Not announced by itself. */
export const Countdown = ({ label, until, clockOffsetMs, over, urgentSeconds = 0 }: CountdownProps) => {
  const nowMs = useNow();
  const id = useId();
  const remainingMs = nowMs === null ? null : Date.parse(until) - clockOffsetMs - nowMs;
  const isOver = remainingMs !== null && remainingMs <= 0;
  const isUrgent = remainingMs !== null && remainingMs <= urgentSeconds * 1_000;
  return (
    <div className="flex flex-col gap-1">
      <span id={id} className="text-sm font-medium text-ink-soft">
        {label}
      </span>
      <span
        role="timer"
        aria-labelledby={id}
        data-testid="countdown"
        className={`font-bold tabular-nums ${isOver ? 'text-lg' : 'text-5xl tracking-tight'} ${isUrgent ? 'text-danger' : 'text-ink'}`}
      >
        {remainingMs === null ? '–:––' : isOver ? over : clockText(remainingMs)}
      </span>
    </div>
  );
};
