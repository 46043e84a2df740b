'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';

/** The server cannot confirm this browser's place yet. Joining is not offered: it would make a second place at the back. */
export const CheckingScreen = () => {
  const { t } = useLanguage();
  return (
    <Ticket title={t('checking.title')}>
      <TicketText>{t('checking.body')}</TicketText>
    </Ticket>
  );
};
