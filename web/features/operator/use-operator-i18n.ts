'use client';

import { useMemo } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { momentText, zonedText } from '../../lib/i18n/format.ts';
import { isOperatorKey, operatorTranslator, type OperatorTranslate } from '../../lib/i18n/operator-messages.ts';
import type { Language } from '../../lib/i18n/messages.ts';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { clocksOf } from './clocks.ts';

export interface Words {
  language: Language;
  w: OperatorTranslate;
  /** A number in the language's format; at most `digits` after the point, or exactly when `fixed`. */
  number: (value: number, digits?: number, fixed?: boolean) => string;
  /** A time of day with seconds, in the local zone. */
  clock: (ms: number) => string;
  /** The reader's time zone. */
  zone: string;
  /** A date with time, and the zone by its name. `there`: the zone of the sale, beside it where it differs. */
  moment: (iso: string, there?: string) => string;
  /** A failure, for an operator; with the service's detail where it adds something. */
  problem: (failure: OperatorFailure) => string;
}

const speaksForItself = new Set(['invalid_request', 'invalid_transition']);

/** The console's words, numbers and times in the reader's language. */
export const useOperatorI18n = (): Words => {
  const { language } = useLanguage();
  return useMemo(() => {
    const w = operatorTranslator(language);
    const { seconds } = clocksOf(language);
    return {
      language,
      w,
      number: (value, digits = 0, fixed = false) =>
        new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: fixed ? digits : 0 }).format(value),
      clock: (ms) => seconds.format(ms),
      zone: seconds.resolvedOptions().timeZone,
      moment: (iso, there) => {
        const own = momentText(language, iso);
        const other = there === undefined ? own : zonedText(language, iso, there);
        return other === own ? own : `${own} (${other})`;
      },
      problem: ({ code, detail }) => {
        const key = `problem.${code}`;
        const text = isOperatorKey(key) ? w(key) : w('problem.other', { code });
        return detail && speaksForItself.has(code) ? `${text} (${detail})` : text;
      },
    };
  }, [language]);
};
