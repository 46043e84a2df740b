'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { NotFoundTicket } from '../../../ui/not-found-ticket.tsx';

export const NotFoundScreen = () => <NotFoundTicket t={useLanguage().t} />;
