import { translatorOf } from '../lib/i18n/dictionaries.ts';
import { requestLanguage } from '../lib/i18n/request-language.ts';
import { NotFoundTicket } from '../ui/not-found-ticket.tsx';

/** Rendered by the server alone: nothing of it is sent as a script with every page. */
const NotFoundPage = async () => (
  <div data-server-text="" className="mx-auto max-w-md">
    <NotFoundTicket t={translatorOf(await requestLanguage())} />
  </div>
);

export default NotFoundPage;
