'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { LeaveButton } from '../leave-button.tsx';
import type { TicketQueue } from '../use-ticket-queue.ts';
import { isInLine, type ViewOf } from '../view.ts';

export const ClosedScreen = ({ view, queue }: { view: ViewOf<'closed'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const inLine = isInLine(view);
  return (
    <Ticket title={t('closed.title')} stub={inLine ? <LeaveButton queue={queue} /> : undefined}>
      <TicketText>{t('closed.body')}</TicketText>
      {view.undrawn && <TicketText>{t('closed.undrawn')}</TicketText>}
      {inLine && <TicketText>{t('closed.kept')}</TicketText>}
    </Ticket>
  );
};
