'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { LeaveButton } from '../leave-button.tsx';
import type { TicketQueue } from '../use-ticket-queue.ts';
import { isInLine, type ViewOf } from '../view.ts';

export const SoldOutScreen = ({ view, queue }: { view: ViewOf<'sold_out'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const inLine = isInLine(view);
  return (
    <Ticket title={t('sold_out.title')} stub={inLine ? <LeaveButton queue={queue} /> : undefined}>
      <TicketText>{t('sold_out.body')}</TicketText>
      {inLine && <TicketText>{t('sold_out.kept')}</TicketText>}
    </Ticket>
  );
};
