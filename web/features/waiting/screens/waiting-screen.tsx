'use client';

import { lazy, Suspense } from 'react';
import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { NumberTicker } from '../../../ui/number-ticker.tsx';
import { ProgressTrack } from '../../../ui/progress-track.tsx';
import { Ticket } from '../../../ui/ticket.tsx';
import { useGradual } from '../../../ui/use-gradual.ts';
import { CheckButton } from '../../draw/check-button.tsx';
import type { CheckControl } from '../../draw/use-draw-check.ts';
import { TransferButton } from '../../entrance/transfer-button.tsx';
import { AlertSwitch } from '../alert-switch.tsx';
import { etaText } from '../eta-text.ts';
import { saleNumbersOf } from '../sale-numbers.ts';
import { LeaveButton } from '../leave-button.tsx';
import { ProblemText } from '../problem-text.tsx';
import type { Alerts } from '../use-alerts.ts';
import type { TicketQueue } from '../use-ticket-queue.ts';
import { allHeld, progressOf, type ViewOf } from '../view.ts';
import { LobbyUntil } from './lobby-screen.tsx';

const Count = ({ name, value, testId }: { name: string; value: string; testId: string }) => (
  <div className="flex min-w-0 flex-col justify-between gap-0.5">
    <dt className="text-sm text-ink-soft">{name}</dt>
    <dd data-testid={testId} className="font-semibold tabular-nums">
      {value}
    </dd>
  </div>
);

/** Loaded for those with a chance below this. */
const ChanceNotice = lazy(async () => ({ default: (await import('../chance-notice.tsx')).ChanceNotice }));
const unlikely = 0.8;

interface WaitingScreenProps {
  view: ViewOf<'waiting' | 'paused'>;
  queue: TicketQueue;
  alerts: Alerts;
  check: CheckControl;
}

/** Waiting, also while the sale is paused: the same place, without movement. */
export const WaitingScreen = ({ view, queue, alerts, check }: WaitingScreenProps) => {
  const { language, t } = useLanguage();
  const { position = 1, chance = 1 } = view.visitor;
  const shown = useGradual(position);
  const numbers = saleNumbersOf(view, shown);
  const paused = view.state === 'paused';
  const held = allHeld(view.sale);
  const people = (count: number): string => t('facts.people', { count });
  const why = paused || held ? null : view.note;
  return (
    <Ticket
      title={paused ? t('paused.title') : position === 1 ? t('waiting.next') : t('waiting.title')}
      stub={
        <>
          <AlertSwitch alerts={alerts} question={t('alerts.title')} />
          <p className="text-sm leading-relaxed text-ink-soft">{t('waiting.keep')}</p>
          <CheckButton view={view} control={check} />
          {view.sale.identity === 'none' && <TransferButton saleId={view.sale.saleId} clockOffsetMs={view.clockOffsetMs} />}
          <LeaveButton queue={queue} />
        </>
      }
    >
      {view.sale.status === 'lobby' && <LobbyUntil view={view} />}
      <div className="number-ticker-box flex flex-col gap-1">
        <span className="text-sm font-medium text-ink-soft">{t('waiting.position')}</span>
        <span data-testid="position" data-position={position} className="font-bold tracking-tight text-accent">
          <NumberTicker value={shown} language={language} />
        </span>
      </div>
      <ProgressTrack
        label={t('waiting.progress')}
        share={progressOf(view)}
        from={t('waiting.from', { position: view.firstPosition ?? position })}
        to={t('waiting.goal')}
      />
      <dl className="grid grid-cols-3 gap-x-3 gap-y-4">
        <div className="col-span-3 flex flex-col gap-0.5">
          <dt className="text-sm text-ink-soft">{t('waiting.eta')}</dt>
          <dd data-testid="eta" className="text-2xl font-bold tracking-tight tabular-nums">
            {etaText(t, view)}
          </dd>
          <dd data-testid="note" data-why={why?.why} className="min-h-[1.625em] text-sm leading-relaxed text-ink-soft">
            {why !== null && t(`note.${why.why}`)}
          </dd>
        </div>
        <Count name={t('waiting.ahead')} value={people(numbers.ahead)} testId="ahead" />
        <Count name={t('waiting.behind')} value={people(numbers.behind)} testId="behind" />
        {numbers.stock !== null && <Count name={t('facts.left')} value={t('facts.tickets', { count: numbers.stock.left })} testId="left" />}
      </dl>
      {view.sale.status === 'lobby' && <Notice>{t('waiting.early')}</Notice>}
      {view.sale.status === 'drawing' && <Notice>{t('waiting.drawing')}</Notice>}
      {paused && <Notice tone="warn">{t('paused.body')}</Notice>}
      {chance < unlikely && !held && (
        <Suspense>
          <ChanceNotice chance={chance} />
        </Suspense>
      )}
      {held && <Notice tone="warn">{t('held.notice')}</Notice>}
      <ProblemText failure={queue.failure} />
    </Ticket>
  );
};
