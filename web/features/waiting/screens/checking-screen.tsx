'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';

/** The browser has a place that the server cannot confirm yet. Joining is not offered: it would make a second place at the back. */
export const CheckingScreen = () => {
  const { t } = useLanguage();
  return (
    <Ticket title={t('checking.title')}>
      <TicketText>{t('checking.body')}</TicketText>
    </Ticket>
  );
};
