'use client';

import { useSyncExternalStore } from 'react';
import { momentText } from '../lib/i18n/format.ts';
import { useLanguage } from '../lib/i18n/language-context.tsx';

const never = () => () => undefined;

/** A time in the local time zone, which only the browser knows; in UTC until hydration. The zone is always named. */
export const DateTime = ({ iso }: { iso: string }) => {
  const { language } = useLanguage();
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return <time dateTime={iso}>{momentText(language, iso, inBrowser ? undefined : 'UTC')}</time>;
};
