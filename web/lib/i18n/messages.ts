import { en } from './en.ts';
import { ko } from './ko.ts';

export type MessageKey = keyof typeof en;
export type Messages = Record<MessageKey, string>;
export type Language = 'ko' | 'en';
export type Translate = (key: MessageKey, values?: Record<string, string | number>) => string;

export const languages: readonly Language[] = ['ko', 'en'];
export const languageCookie = 'sunbeon-language';
export const dictionaries: Record<Language, Messages> = { ko, en };

export const isLanguage = (text: string | undefined): text is Language => text === 'ko' || text === 'en';

/** The first language of an Accept-Language header that is spoken here; English otherwise. */
export const languageOf = (acceptLanguage: string): Language => {
  const wanted = acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const quality = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find((text) => text !== undefined);
      return { tag: tag.toLowerCase().split('-')[0], quality: Number(quality ?? 1) };
    })
    .sort((a, b) => b.quality - a.quality);
  return wanted.map(({ tag }) => tag).find(isLanguage) ?? 'en';
};

/** Text in one language; numbers are grouped as that language does. */
export const translator = (language: Language): Translate => {
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) =>
    dictionaries[language][key].replace(/\{(\w+)\}/g, (hole, name: string) => {
      const value = values[name];
      return value === undefined ? hole : typeof value === 'number' ? numbers.format(value) : value;
    });
};
