'use client';

import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { languageCookie, translator, type Language, type Translate } from './messages.ts';

interface LanguageValue {
  language: Language;
  t: Translate;
  choose: (language: Language) => void;
}
const LanguageContext = createContext<LanguageValue | null>(null);

/** A year, seconds. */
const cookieAge = 31_536_000;

/** Provides the texts to client components, and changes the language without a request: it works offline too. */
export const LanguageProvider = ({ initial, children }: { initial: Language; children: ReactNode }) => {
  const [language, setLanguage] = useState(initial);
  const value = useMemo<LanguageValue>(
    () => ({
      language,
      t: translator(language),
      choose: (next) => {
        document.cookie = `${languageCookie}=${next}; path=/; max-age=${cookieAge}; samesite=lax`;
        document.documentElement.lang = next;
        setLanguage(next);
      },
    }),
    [language],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
};

export const useLanguage = (): LanguageValue => {
  const value = useContext(LanguageContext);
  if (value === null) throw new Error('useLanguage needs a LanguageProvider above it');
  return value;
};
