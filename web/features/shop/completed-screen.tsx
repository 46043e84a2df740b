'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { RejoinButton } from '../waiting/rejoin-button.tsx';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import { mayJoin, type ViewOf } from '../waiting/view.ts';

/** The shop ended the stay: thanks for an order, else the way back to the end of the line. */
export const CompletedScreen = ({ view, queue }: { view: ViewOf<'completed'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const bought = view.outcome === 'purchased';
  const again = mayJoin(view) && (
    <>
      <TicketText>{t('expired.again')}</TicketText>
      <RejoinButton view={view} queue={queue} look={bought ? 'quiet' : 'primary'} />
    </>
  );
  return (
    <div data-testid="completed" data-outcome={view.outcome}>
      <Ticket
        title={t(`completed.${view.outcome}.title`)}
        label={
          bought ? (
            <span aria-hidden="true" className="flex size-12 items-center justify-center rounded-full bg-accent text-2xl text-on-accent">
              ✓
            </span>
          ) : undefined
        }
        stub={bought && again ? again : undefined}
      >
        <TicketText>{t(`completed.${view.outcome}.body`)}</TicketText>
        {!bought && again}
      </Ticket>
    </div>
  );
};
