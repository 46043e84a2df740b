'use client';

import { useLanguage } from '../../../lib/i18n/language-context.tsx';
import { Ticket } from '../../../ui/ticket.tsx';

export const LoadingScreen = () => {
  const { t } = useLanguage();
  return (
    <Ticket title={t('loading.title')}>
      <div aria-hidden="true" className="flex flex-col gap-4">
        <div className="h-16 w-2/3 rounded-xl bg-sunken" />
        <div className="h-2.5 rounded-full bg-sunken" />
        <div className="h-12 rounded-xl bg-sunken" />
      </div>
    </Ticket>
  );
};
