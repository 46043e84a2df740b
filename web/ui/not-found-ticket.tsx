import type { Translate } from '../lib/i18n/messages.ts';
import { Ticket, TicketText } from './ticket.tsx';

/** What a page or a sale that does not exist shows, rendered by the server or by the browser. */
export const NotFoundTicket = ({ t }: { t: Translate }) => (
  <Ticket title={t('not_found.title')}>
    <TicketText>{t('not_found.body')}</TicketText>
    <a href="/" className="self-start font-semibold text-accent underline underline-offset-4">
      {t('sales.all')}
    </a>
  </Ticket>
);
