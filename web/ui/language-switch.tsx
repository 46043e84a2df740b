'use client';

import { useLanguage } from '../lib/i18n/language-context.tsx';
import { languages, type Language } from '../lib/i18n/messages.ts';

const names: Record<Language, string> = { ko: '한국어', en: 'English' };

/** A form, for a browser without scripts. */
export const LanguageSwitch = () => {
  const { language, t, choose } = useLanguage();
  return (
    <form
      action="/language"
      aria-label={t('app.language')}
      className="flex rounded-full border border-line bg-paper p-1 text-sm print:hidden"
    >
      {languages.map((one) => (
        <button
          key={one}
          name="to"
          value={one}
          lang={one}
          aria-pressed={one === language}
          onClick={(event) => {
            event.preventDefault();
            choose(one);
          }}
          className="min-h-9 rounded-full px-3 text-ink-soft aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent"
        >
          {names[one]}
        </button>
      ))}
    </form>
  );
};
