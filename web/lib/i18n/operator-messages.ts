import type { Language } from './messages.ts';
import { operatorEn } from './operator-en.ts';
import { operatorKo } from './operator-ko.ts';

export type OperatorKey = keyof typeof operatorEn;
export type OperatorMessages = Record<OperatorKey, string>;
export type OperatorTranslate = (key: OperatorKey, values?: Record<string, string | number>) => string;

export const operatorDictionaries: Record<Language, OperatorMessages> = { ko: operatorKo, en: operatorEn };

/** The console's texts in one language, apart from those of the public pages, which do not load them. */
export const operatorTranslator = (language: Language): OperatorTranslate => {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  return (key, values = {}) =>
    operatorDictionaries[language][key].replace(/\{(\w+)\}/g, (hole, name: string) => {
      const value = values[name];
      return value === undefined ? hole : typeof value === 'number' ? numbers.format(value) : value;
    });
};

export const isOperatorKey = (key: string): key is OperatorKey => key in operatorEn;
