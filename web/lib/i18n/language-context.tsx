'use client';

import { createContext, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { languageCookieOf, translator, type Language, type MessageKey, type Messages, type Translate } from './messages.ts';

interface LanguageValue {
  language: Language;
  t: Translate;
  isMessageKey: (key: string) => key is MessageKey;
  choose: (language: Language) => void;
}
const LanguageContext = createContext<LanguageValue | null>(null);

/** Each language is a chunk of its own. */
const loaders: Record<Language, () => Promise<Messages>> = {
  ko: async () => (await import('./ko.ts')).ko,
  en: async () => (await import('./en.ts')).en,
};

/**
 * Provides the texts to client components. Another language is loaded when it is chosen, and shown when it has arrived: without a
 * connection the page keeps the present one, and the next choice tries again.
 */
export const LanguageProvider = ({ initial, messages, children }: { initial: Language; messages: Messages; children: ReactNode }) => {
  const [shown, setShown] = useState({ language: initial, messages });
  const chosen = useRef(initial);
  const known = useRef<Partial<Record<Language, Messages>>>({ [initial]: messages });
  const value = useMemo<LanguageValue>(
    () => ({
      language: shown.language,
      t: translator(shown.language, shown.messages),
      isMessageKey: (key): key is MessageKey => Object.hasOwn(shown.messages, key),
      choose: (next) => {
        chosen.current = next;
        const show = (found: Messages): void => {
          if (chosen.current !== next) return;
          document.cookie = languageCookieOf(next);
          document.documentElement.lang = next;
          // Texts that the server rendered come in the other language from it.
          const { pathname, search } = window.location;
          if (document.querySelector('[data-server-text]')) return window.location.assign(pathname + search);
          setShown({ language: next, messages: found });
        };
        const load = async (): Promise<Messages> => (known.current[next] ??= await loaders[next]());
        load().then(show, () => undefined);
      },
    }),
    [shown],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
};

export const useLanguage = (): LanguageValue => {
  const value = useContext(LanguageContext);
  if (value === null) throw new Error('useLanguage needs a LanguageProvider above it');
  return value;
};
