import type { Estimate } from '@sunbeon/contracts';
import type { Language, Translate } from './messages.ts';

const minute = 60;
const hour = 3_600;
const day = 86_400;

/** An estimate in words no more exact than it is: seconds are never promised, hours only in whole ones. */
export const estimateText = (t: Translate, { low, high }: Estimate): string => {
  if (low >= day) return t('time.days');
  if (high < minute) return t('time.seconds');
  const [unit, name] = high >= 2 * hour ? ([hour, 'hours'] as const) : ([minute, 'minutes'] as const);
  const from = Math.max(1, Math.floor(low / unit));
  const to = Math.max(1, Math.ceil(high / unit));
  return from === to ? t(`time.${name}`, { low: from }) : t(`time.${name}.range`, { low: from, high: to });
};

/** A setting in words: whole hours or minutes where it is one, else seconds. */
export const durationText = (t: Translate, seconds: number): string => {
  if (seconds >= 2 * hour && seconds % hour === 0) return t('time.duration.hours', { hours: seconds / hour });
  if (seconds === minute) return t('time.duration.minute');
  if (seconds > minute && seconds % minute === 0) return t('time.duration.minutes', { minutes: seconds / minute });
  return t('time.duration.seconds', { seconds });
};

/** `4:05`, `1:02:03`, `51:02:03`; never below zero. */
export const clockText = (remainingMs: number): string => {
  const seconds = Math.max(0, Math.ceil(remainingMs / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / minute) % 60;
  if (seconds >= hour) return `${Math.floor(seconds / hour)}:${two(minutes)}:${two(seconds % minute)}`;
  return `${minutes}:${two(seconds % minute)}`;
};

/** Date and time in the reader's language and time zone. */
export const momentText = (language: Language, iso: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));

/** The same for a page that does not know the reader's time zone yet. */
export const utcMomentText = (language: Language, iso: string): string =>
  `${new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(iso))} UTC`;
