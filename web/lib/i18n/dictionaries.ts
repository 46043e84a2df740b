import { en } from './en.ts';
import { ko } from './ko.ts';
import { translator, type Language, type Messages, type Translate } from './messages.ts';

/** All languages, for the web server, which sends one with the page, and for tests. */
export const dictionaries: Record<Language, Messages> = { ko, en };

export const translatorOf = (language: Language): Translate => translator(language, dictionaries[language]);
