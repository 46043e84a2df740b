import { translatorOf } from '../lib/i18n/dictionaries.ts';
import { requestLanguage } from '../lib/i18n/request-language.ts';
import { Ticket, TicketText } from '../ui/ticket.tsx';

/** Rendered by the server alone: nothing of it is sent as a script with every page. */
const NotFoundPage = async () => {
  const t = translatorOf(await requestLanguage());
  return (
    <div className="mx-auto max-w-md">
      <Ticket title={t('not_found.title')}>
        <TicketText>{t('not_found.body')}</TicketText>
        <a href="/" className="self-start font-semibold text-accent underline underline-offset-4">
          {t('sales.all')}
        </a>
      </Ticket>
    </div>
  );
};

export default NotFoundPage;
