import type { en } from './en.ts';

export type MessageKey = keyof typeof en;
export type Messages = Record<MessageKey, string>;
export type Language = 'ko' | 'en';
export type Translate = (key: MessageKey, values?: Record<string, string | number>) => string;

export const languages: readonly Language[] = ['ko', 'en'];
export const languageCookie = 'sunbeon-language';
/** Keeps a choice for a year. */
export const languageCookieOf = (language: Language): string => `${languageCookie}=${language}; path=/; max-age=31536000; samesite=lax`;

export const isLanguage = (text: string | undefined): text is Language => text === 'ko' || text === 'en';

/**
 * The supported language with the largest weight in an Accept-Language header; English without any. RFC 9110 §12.5.4: `q=0` excludes,
 * `*` stands for every language that is not named, and an unreadable part is ignored.
 */
export const languageOf = (acceptLanguage: string): Language => {
  const weights = new Map<string, number>();
  for (const part of acceptLanguage.split(',')) {
    const found = /^\s*(\*|[a-z]{1,8})(?:-[a-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(part);
    if (found === null) continue;
    const tag = found[1]!.toLowerCase();
    weights.set(tag, Math.max(weights.get(tag) ?? 0, Number(found[2] ?? 1)));
  }
  const named = [...weights.keys()];
  const weightOf = (language: Language): number => weights.get(language) ?? weights.get('*') ?? 0;
  const placeOf = (language: Language): number => (named.includes(language) ? named.indexOf(language) : Number.POSITIVE_INFINITY);
  const byWish = (['en', 'ko'] as const).toSorted(
    (a, b) => weightOf(b) - weightOf(a) || (placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : 0),
  );
  return weightOf(byWish[0]!) > 0 ? byWish[0]! : 'en';
};

/** Text in one language; numbers are grouped as that language does. */
export const translator = (language: Language, messages: Messages): Translate => {
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) =>
    messages[key].replace(/\{(\w+)\}/g, (hole, name: string) => {
      const value = values[name];
      return value === undefined ? hole : typeof value === 'number' ? numbers.format(value) : value;
    });
};
