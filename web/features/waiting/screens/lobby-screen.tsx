'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Countdown } from '../../../ui/countdown.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { LeaveButton } from '../leave-button.tsx';
import type { TicketQueue } from '../use-ticket-queue.ts';
import type { ViewOf } from '../view.ts';

export const LobbyScreen = ({ view, queue }: { view: ViewOf<'lobby'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const { opensAt, status } = view.sale;
  return (
    <Ticket title={t('lobby.title')} stub={<LeaveButton queue={queue} />}>
      {status !== 'scheduled' ? (
        <Notice>{t('lobby.drawing')}</Notice>
      ) : (
        opensAt !== undefined && (
          <Countdown label={t('scheduled.until')} until={opensAt} clockOffsetMs={view.clockOffsetMs} over={t('lobby.drawing')} />
        )
      )}
      <TicketText>{t('lobby.body')}</TicketText>
    </Ticket>
  );
};
