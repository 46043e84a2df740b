'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';

export const NotFoundScreen = () => {
  const { t } = useLanguage();
  return (
    <Ticket title={t('not_found.title')}>
      <TicketText>{t('not_found.body')}</TicketText>
      <a href="/" className="self-start font-semibold text-accent underline underline-offset-4">
        {t('sales.all')}
      </a>
    </Ticket>
  );
};
