'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Button } from '../../../ui/button.tsx';
import { Ticket, TicketText } from '../../../ui/ticket.tsx';

export const UnreachableScreen = ({ onRetry }: { onRetry: () => void }) => {
  const { t } = useLanguage();
  return (
    <Ticket title={t('unreachable.title')}>
      <TicketText>{t('unreachable.body')}</TicketText>
      <Button look="quiet" onClick={onRetry}>
        {t('retry.button')}
      </Button>
    </Ticket>
  );
};
