import type { Estimate } from '@sunbeon/contracts';
import type { Language, Translate } from './messages.ts';

const minute = 60;
const hour = 3_600;
const day = 86_400;

/**
 * An estimate in words without false precision: never in seconds, hours only as whole numbers. The bounds are rounded outwards, because somebody who is
 * told "at least an hour" goes away for an hour: a lower one below an hour is told in minutes, and one below a minute not at all.
 */
export const estimateText = (t: Translate, { low, high }: Estimate): string => {
  if (low >= day) return t('time.days');
  if (high < minute) return t('time.seconds');
  const [unit, name] = high >= 2 * hour ? ([hour, 'hours'] as const) : ([minute, 'minutes'] as const);
  const [from, to] = [Math.floor(low / unit), Math.ceil(high / unit)];
  if (low < minute || from === to) return t(`time.${name}.most`, { high: to });
  return from > 0 ? t(`time.${name}.range`, { low: from, high: to }) : t('time.mixed', { low: Math.floor(low / minute), high: to });
};

/** A duration in words: whole hours or minutes if exact, else seconds. */
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

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Minutes east of UTC, as zones are written: `GMT+9`, `GMT-3:30`; `UTC` at zero, and the common name of Korea's. */
const zoneText = (zone: string, minutesEast: number): string => {
  if (zone === 'Asia/Seoul') return 'KST';
  if (minutesEast === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(minutesEast) / 60), Math.abs(minutesEast) % 60];
  return `GMT${minutesEast < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`}`;
};

/**
 * Date and time with the name of the zone; seconds only where they are not zero. Composed from numbers, because the words of
 * `Intl` differ between Node and browsers and hydration needs equal text. `zone`: IANA name, the local one by default.
 */
export const momentText = (language: Language, iso: string, zone = new Intl.DateTimeFormat().resolvedOptions().timeZone): string => {
  const at = new Date(iso);
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)])) as Record<
    Intl.DateTimeFormatPartTypes,
    number
  >;
  const { year, month, day, hour, minute, second } = parts;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutesEast = Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - at.getTime()) / 60_000);
  const date = language === 'ko' ? `${year}년 ${month}월 ${day}일` : `${day} ${months[month - 1]} ${year},`;
  return `${date} ${two(hour)}:${two(minute)}${second === 0 ? '' : `:${two(second)}`} ${zoneText(zone, minutesEast)}`;
};

/** The same in the zone of a sale; the local one where this browser does not know it. */
export const zonedText = (language: Language, iso: string, zone: string): string => {
  try {
    return momentText(language, iso, zone);
  } catch {
    return momentText(language, iso);
  }
};
