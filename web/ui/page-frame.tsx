'use client';

import { useEffect, type ReactNode } from 'react';
import { useLanguage } from '../lib/i18n/language-context.tsx';
import { loadMissingFont } from './korean-font.ts';
import { LanguageSwitch } from './language-switch.tsx';

/** Common frame of every page: link home, language, margins. */
export const PageFrame = ({ children }: { children: ReactNode }) => {
  const { t } = useLanguage();
  useEffect(loadMissingFont, []);
  return (
    <div className="mx-auto flex min-h-dvh max-w-5xl flex-col px-4 sm:px-8">
      <a
        href="#content"
        className="sr-only rounded-b-lg bg-accent px-4 py-3 text-on-accent focus:not-sr-only focus:fixed focus:top-0 focus:z-10"
      >
        {t('app.skip')}
      </a>
      <header className="flex items-center justify-between gap-4 py-4 sm:py-6">
        <a href="/" className="-m-2 flex items-center gap-2.5 rounded-lg p-2 font-bold tracking-tight">
          <svg viewBox="0 0 32 32" className="size-7 text-accent" aria-hidden="true">
            <path
              fill="currentColor"
              d="M5 5h22a2 2 0 0 1 2 2v5a4 4 0 0 0 0 8v5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-5a4 4 0 0 0 0-8V7a2 2 0 0 1 2-2Z"
            />
            <path
              className="stroke-on-accent"
              fill="none"
              strokeWidth="2.6"
              strokeLinecap="round"
              strokeLinejoin="round"
              d="m12.5 12.5 4-2.500v12"
            />
          </svg>
          <span className="text-lg">{t('app.name')}</span>
        </a>
        <LanguageSwitch />
      </header>
      <main id="content" tabIndex={-1} className="flex-1 pt-2 pb-28 sm:pt-8">
        {children}
      </main>
    </div>
  );
};
