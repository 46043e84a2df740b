/** @jest-environment jsdom */
import { expect, it } from '@jest/globals';
import { renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { clocksOf } from '../features/operator/clocks.ts';
import { useTimes } from '../features/operator/report/use-times.ts';
import { useOperatorI18n } from '../features/operator/use-operator-i18n.ts';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import type { Language } from '../lib/i18n/messages.ts';

/** Five past midnight, wherever this runs. */
const early = new Date(2026, 4, 2, 0, 5, 7);
const late = new Date(2026, 4, 1, 23, 5, 7);
const hookIn = <T,>(language: Language, hook: () => T): T => {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <LanguageProvider initial={language} messages={en}>
      {children}
    </LanguageProvider>
  );
  return renderHook(hook, { wrapper }).result.current;
};

it.each(['en', 'ko', 'de'])('a day of %s begins at 00:00', (language) => {
  const { minutes, seconds, day, whole } = clocksOf(language);
  expect([minutes, seconds].map((format) => format.format(early))).toEqual(['00:05', '00:05:07']);
  for (const text of [day.format(early), whole.format(early), whole.formatRange(late, early)]) {
    expect(text).toMatch(/\b00:05\b/);
    expect(text).not.toContain('24:');
  }
});

it.each(['en', 'ko'] as const)('console and report in %s write a time after midnight with the hour 00', (language) => {
  const { clock } = hookIn(language, useOperatorI18n);
  const { dateTime, span, axis } = hookIn(language, useTimes);
  const ms = early.getTime();
  expect([clock(ms), axis(60_000)(ms), axis(3_600_000)(ms)]).toEqual(['00:05:07', '00:05:07', '00:05']);
  for (const text of [axis(90_000_000)(ms), dateTime(early.toISOString()), span(late.toISOString(), early.toISOString())])
    expect(text).toMatch(/\b00:05\b/);
});
