'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Alerts } from './use-alerts.ts';

const link = '-mx-1 min-h-11 px-1 font-semibold text-accent underline decoration-line underline-offset-4 hover:text-accent-strong';

const Bell = () => (
  <svg
    aria-hidden="true"
    viewBox="0 0 24 24"
    className="mt-3 size-5 shrink-0 text-sun"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinecap="round"
    strokeLinejoin="round"
  >
    <path d="M6 16V11a6 6 0 1 1 12 0v5l1.5 2h-15L6 16Zm4 5h4" />
  </svg>
);

/** Opt-in to sound and notification. */
export const AlertSwitch = ({ alerts, question }: { alerts: Alerts; question: string }) => {
  const { t } = useLanguage();
  const { status } = alerts;
  return (
    <div data-testid="alerts" data-status={status} className="flex gap-3 text-sm leading-relaxed">
      <Bell />
      <div className="flex min-w-0 grow flex-wrap items-center justify-between gap-x-4">
        <span className="text-ink-soft">{status === 'off' ? question : t(status === 'both' ? 'alerts.both' : 'alerts.sound')}</span>
        <button type="button" className={link} onClick={status === 'off' ? alerts.turnOn : alerts.turnOff}>
          {t(status === 'off' ? 'alerts.on' : 'alerts.off')}
        </button>
      </div>
    </div>
  );
};
