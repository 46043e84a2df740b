'use client';

import { useMemo } from 'react';
import { useOperatorI18n } from '../use-operator-i18n.ts';

const dayMs = 86_400_000;

/** Times of a report in the reader's zone, with its name where a whole time stands. */
export const useTimes = () => {
  const { language, w } = useOperatorI18n();
  return useMemo(() => {
    const whole = new Intl.DateTimeFormat(language, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hour12: false,
      timeZoneName: 'short',
    });
    const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false });
    const seconds = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
    const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false });
    return {
      dateTime: (iso: string): string => whole.format(new Date(iso)),
      span: (from: string, to: string): string => whole.formatRange(new Date(from), new Date(to)),
      /** A time on an axis: as exact as the length of the sale asks for. */
      axis: (spanMs: number) => (ms: number) => (spanMs > dayMs ? day : spanMs > 600_000 ? clock : seconds).format(ms),
      duration: (value: number): string => {
        const all = Math.round(value);
        const [h, m, s] = [Math.floor(all / 3_600), Math.floor((all % 3_600) / 60), all % 60];
        if (h > 0) return w('report.hours', { h, m });
        return m > 0 ? w('report.minutes', { m, s }) : w('report.seconds', { s });
      },
    };
  }, [language, w]);
};
