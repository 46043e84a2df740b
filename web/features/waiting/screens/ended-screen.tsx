'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { RejoinButton } from '../rejoin-button.tsx';
import type { TicketQueue } from '../use-ticket-queue.ts';
import { mayJoin, type ViewOf } from '../view.ts';

/** Expired or left: the reason, and a button to join again. */
export const EndedScreen = ({ view, queue }: { view: ViewOf<'expired' | 'left'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const expired = view.state === 'expired';
  return (
    <Ticket title={t(expired ? 'expired.title' : 'left.title')}>
      <TicketText>{t(expired ? `expired.${view.expiredReason ?? 'unknown'}` : 'left.body')}</TicketText>
      {expired && mayJoin(view) && <TicketText>{t('expired.again')}</TicketText>}
      <RejoinButton view={view} queue={queue} />
    </Ticket>
  );
};
