'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { estimateText } from '../../../lib/i18n/format.ts';
import { Notice } from '../../../ui/notice.tsx';
import { NumberTicker } from '../../../ui/number-ticker.tsx';
import { ProgressBar } from '../../../ui/progress-bar.tsx';
import { Ticket } from '../../../ui/ticket.tsx';
import { LeaveButton } from '../leave-button.tsx';
import { ProblemText } from '../problem-text.tsx';
import type { TicketQueue } from '../use-ticket-queue.ts';
import { allHeld, progressOf, type ViewOf } from '../view.ts';

const Count = ({ name, value, testId }: { name: string; value: string; testId?: string }) => (
  <div className="flex min-w-0 flex-col gap-0.5">
    <dt className="text-sm text-ink-soft">{name}</dt>
    <dd data-testid={testId} className="font-semibold tabular-nums">
      {value}
    </dd>
  </div>
);

/** Waiting, and waiting while the sale is paused: the same place, only nothing moves. */
export const WaitingScreen = ({ view, queue }: { view: ViewOf<'waiting' | 'paused'>; queue: TicketQueue }) => {
  const { language, t } = useLanguage();
  const { position = 1, waiting = view.sale.waiting, etaSeconds } = view.visitor;
  const paused = view.state === 'paused';
  const people = (count: number): string => t('facts.people', { count });
  const eta = paused ? t('paused.eta') : etaSeconds === undefined ? t('waiting.eta.unknown') : estimateText(t, etaSeconds);
  return (
    <Ticket
      title={paused ? t('paused.title') : position === 1 ? t('waiting.next') : t('waiting.title')}
      stub={
        <>
          <p className="text-sm leading-relaxed text-ink-soft">{t('waiting.keep')}</p>
          <LeaveButton queue={queue} />
        </>
      }
    >
      <div className="number-ticker-box flex flex-col gap-1">
        <span className="text-sm font-medium text-ink-soft">{t('waiting.position')}</span>
        <span data-testid="position" data-position={position} className="font-bold tracking-tight text-accent">
          <NumberTicker value={position} language={language} />
        </span>
      </div>
      <ProgressBar label={t('waiting.progress')} share={progressOf(view)} />
      <dl className="grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-3">
        <Count name={t('waiting.ahead')} value={people(position - 1)} />
        <Count name={t('waiting.behind')} value={people(Math.max(0, waiting - position))} />
        <Count name={t('waiting.eta')} value={eta} testId="eta" />
      </dl>
      {paused && <Notice tone="warn">{t('paused.body')}</Notice>}
      {allHeld(view.sale) && <Notice tone="warn">{t('held.notice')}</Notice>}
      <ProblemText failure={queue.failure} />
    </Ticket>
  );
};
