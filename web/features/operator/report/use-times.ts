'use client';

import { useMemo } from 'react';
import { clocksOf } from '../clocks.ts';
import { useOperatorI18n } from '../use-operator-i18n.ts';

const dayMs = 86_400_000;

/** Times of a report in the reader's zone, with its name where a whole time stands. */
export const useTimes = () => {
  const { language, w } = useOperatorI18n();
  return useMemo(() => {
    const { minutes, seconds, day, whole } = clocksOf(language);
    return {
      dateTime: (iso: string): string => whole.format(new Date(iso)),
      span: (from: string, to: string): string => whole.formatRange(new Date(from), new Date(to)),
      /** A time on an axis: as exact as the length of the sale asks for. */
      axis: (spanMs: number) => (ms: number) => (spanMs > dayMs ? day : spanMs > 600_000 ? minutes : seconds).format(ms),
      duration: (value: number): string => {
        const all = Math.round(value);
        const [h, m, s] = [Math.floor(all / 3_600), Math.floor((all % 3_600) / 60), all % 60];
        if (h > 0) return w('report.hours', { h, m });
        return m > 0 ? w('report.minutes', { m, s }) : w('report.seconds', { s });
      },
    };
  }, [language, w]);
};
