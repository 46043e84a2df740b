'use client';

import { useSyncExternalStore } from 'react';
import { momentText, utcMomentText } from '../lib/i18n/format.ts';
import { useLanguage } from '../lib/i18n/language-context.tsx';

const never = () => () => undefined;

/** A time in the reader's own time zone, which only the browser knows. */
export const Moment = ({ iso }: { iso: string }) => {
  const { language } = useLanguage();
  const inBrowser = useSyncExternalStore(never, () => true, () => false);
  return <time dateTime={iso}>{inBrowser ? momentText(language, iso) : utcMomentText(language, iso)}</time>;
};
