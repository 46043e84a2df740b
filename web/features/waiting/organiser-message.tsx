'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';

/** The organiser's message. `Announcement` reads it out. */
export const OrganiserMessage = ({ text, className = '' }: { text: string | undefined; className?: string }) => {
  const { t } = useLanguage();
  if (text === undefined || text === '') return null;
  return (
    <div
      data-testid="message"
      className={`rounded-2xl border border-line border-l-4 border-l-sun bg-paper px-5 py-4 print:hidden ${className}`}
    >
      <p className="text-sm font-medium text-ink-soft">{t('facts.message')}</p>
      <p className="mt-1 leading-relaxed whitespace-pre-line">{text}</p>
    </div>
  );
};
