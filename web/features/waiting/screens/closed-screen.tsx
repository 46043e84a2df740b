'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';
import { boughtBy, type ViewOf } from '../view.ts';

export const ClosedScreen = ({ view }: { view: ViewOf<'closed'> }) => {
  const { t } = useLanguage();
  const bought = boughtBy(view);
  return (
    <Ticket title={t('closed.title')}>
      <TicketText>{t('closed.body')}</TicketText>
      {bought > 0 && <TicketText>{t('purchased.already', { count: bought })}</TicketText>}
    </Ticket>
  );
};
