'use client';

import { useSyncExternalStore } from 'react';
import { momentText, zonedText } from '../lib/i18n/format.ts';
import { useLanguage } from '../lib/i18n/language-context.tsx';

const never = () => () => undefined;

/** A time in the local time zone, which only the browser knows; in UTC until hydration. The zone is always named. `zone`: that of the sale, beside it where it differs. */
export const DateTime = ({ iso, zone }: { iso: string; zone?: string }) => {
  const { language } = useLanguage();
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const own = momentText(language, iso, inBrowser ? undefined : 'UTC');
  const there = zone === undefined ? own : zonedText(language, iso, zone);
  return (
    <time dateTime={iso}>
      {own}
      {there !== own && <span className="text-ink-soft"> ({there})</span>}
    </time>
  );
};
