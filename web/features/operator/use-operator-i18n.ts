'use client';

import { useMemo } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { momentText, zonedText } from '../../lib/i18n/format.ts';
import { isOperatorKey, operatorTranslator, type OperatorTranslate } from '../../lib/i18n/operator-messages.ts';
import type { Language } from '../../lib/i18n/messages.ts';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { clocksOf } from './clocks.ts';
import { nearSpan, nearText } from './near-time.ts';

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
  /** A time near `nowIso`, with the zone by its name; with the date too where that is not today's. `there`: IANA name of a zone that is not the reader's. */
  near: (iso: string, nowIso: string, there?: string) => string;
  /** Both ends of a span near `nowIso`, in the same way. */
  span: (from: string, to: string, nowIso: string, there?: string) => { from: string; to: string };
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
    const own = seconds.resolvedOptions().timeZone;
    return {
      language,
      w,
      number: (value, digits = 0, fixed = false) =>
        new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: fixed ? digits : 0 }).format(value),
      clock: (ms) => seconds.format(ms),
      zone: own,
      moment: (iso, there) => {
        const here = momentText(language, iso);
        const other = there === undefined ? here : zonedText(language, iso, there);
        return other === here ? here : `${here} (${other})`;
      },
      near: (iso, nowIso, there = own) => nearText(language, iso, nowIso, there),
      span: (from, to, nowIso, there = own) => nearSpan(language, from, to, nowIso, there),
      problem: ({ code, detail }) => {
        const key = `problem.${code}`;
        const text = isOperatorKey(key) ? w(key) : w('problem.other', { code });
        return detail && speaksForItself.has(code) ? `${text} (${detail})` : text;
      },
    };
  }, [language]);
};
