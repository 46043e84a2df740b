'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { AlertSwitch } from '../alert-switch.tsx';
import { LeaveButton } from '../leave-button.tsx';
import { ProblemText } from '../problem-text.tsx';
import type { Alerts } from '../use-alerts.ts';
import type { TicketQueue } from '../use-ticket-queue.ts';
import type { ViewOf } from '../view.ts';

/** Tickets that change places, by transform alone; they stand still where motion is unwanted. */
const Shuffle = () => (
  <div aria-hidden="true" className="flex h-20 items-center justify-center gap-3">
    {[0, 1, 2, 3, 4].map((i) => (
      <span
        key={i}
        className="shuffle h-12 w-7 rounded-md border-2 border-accent bg-accent-soft"
        style={{ animationDelay: `${i * -0.9}s` }}
      />
    ))}
  </div>
);

/** The lobby is closed, and its order is not known yet. The number comes by the stream. */
export const DrawingScreen = ({ view, queue, alerts }: { view: ViewOf<'drawing'>; queue: TicketQueue; alerts: Alerts }) => {
  const { t } = useLanguage();
  const { draw, lobby } = view.sale;
  return (
    <Ticket
      title={t('drawing.title')}
      stub={
        <>
          <AlertSwitch alerts={alerts} question={t('alerts.title')} />
          <LeaveButton queue={queue} />
        </>
      }
    >
      <Shuffle />
      <TicketText>{t('drawing.body')}</TicketText>
      {draw?.beacon === 'drand' && <TicketText>{t('drawing.beacon')}</TicketText>}
      <p className="flex justify-between gap-4 text-ink-soft">
        {t('drawing.people')} <b className="font-semibold text-ink tabular-nums">{t('facts.people', { count: Math.max(1, lobby) })}</b>
      </p>
      <ProblemText failure={queue.failure} />
    </Ticket>
  );
};
