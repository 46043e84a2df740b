'use client';

import { useLanguage } from '../lib/i18n/language-context.tsx';
import { Button } from '../ui/button.tsx';
import { Ticket, TicketText } from '../ui/ticket.tsx';

/** Shown after an uncaught error in the browser: an apology and a reload. */
const ErrorPage = ({ reset }: { reset: () => void }) => {
  const { t } = useLanguage();
  return (
    <div className="mx-auto max-w-md">
      <Ticket title={t('problem.internal_error')}>
        <TicketText>{t('waiting.keep')}</TicketText>
        <Button onClick={reset}>{t('retry.button')}</Button>
      </Ticket>
    </div>
  );
};

export default ErrorPage;
