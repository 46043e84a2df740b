import { describe, expect, it } from '@jest/globals';
import { clockText, durationText, estimateText, momentText } from '../lib/i18n/format.ts';
import { dictionaries, translatorOf } from '../lib/i18n/dictionaries.ts';
import { languageOf, languages, type MessageKey } from '../lib/i18n/messages.ts';
import { limits } from '@sunbeon/contracts/limits';
import { errorsOf, publicRoutes, type ErrorCode } from '@sunbeon/contracts';
import { visitorPaths } from '../../packages/client/src/route-paths.ts';

const holes = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
const keys = Object.keys(dictionaries.en) as MessageKey[];

describe('languages', () => {
  it('have exactly the same keys', () => {
    for (const language of languages) expect(Object.keys(dictionaries[language]).sort()).toEqual([...keys].sort());
  });

  it('have text, and the same places to fill in, under every key', () => {
    for (const key of keys) {
      for (const language of languages) expect(dictionaries[language][key].trim()).not.toBe('');
      expect(holes(dictionaries.ko[key])).toEqual(holes(dictionaries.en[key]));
    }
  });

  it('have a text for every code that a visitor’s call is answered with; the others are of a page that is out of date', () => {
    const codes = new Set(Object.keys(visitorPaths).flatMap((name) => errorsOf(publicRoutes[name as keyof typeof visitorPaths])));
    const older: ErrorCode[] = [
      'route_not_found',
      'method_not_allowed',
      'unsupported_media_type',
      'expectation_failed',
      'return_url_not_allowed',
      'sale_is_gate',
      'no_return_url',
      'payload_too_large',
      'uri_too_long',
      // The check of a draw has texts of its own.
      'no_draw',
      // A page solves what a refused join comes with, and joins without a proof where none is wanted.
      'no_challenge',
      // The page keeps the place and waits for the next line.
      'no_departures',
    ];
    for (const code of older) codes.delete(code);
    for (const code of [...codes, 'network', 'other']) expect(keys).toContain(`problem.${code}`);
    for (const code of older) expect(keys).not.toContain(`problem.${code}`);
  });

  it('call joining and buying by their Korean names', () => {
    expect(dictionaries.ko['join.button']).toBe('대기열 진입');
    expect(translatorOf('ko')('buying.button', { count: 2 })).toBe('2장 구매 확정');
  });

  it('never speak of paying, since nothing is paid here, except to say so, or that the shop takes it', () => {
    for (const key of keys) {
      if (!/^(buying\.final|paying\.)|\.shop$/.test(key))
        expect([key, dictionaries.en[key], dictionaries.ko[key]].join(' ')).not.toMatch(/\b(pay|paid|payment|charged)\b|결제/i);
    }
  });

  it('are chosen by Accept-Language', () => {
    expect(languageOf('ko-KR,ko;q=0.9,en-US;q=0.8')).toBe('ko');
    expect(languageOf('en;q=0.5, ko;q=0.7')).toBe('ko');
    expect(languageOf('fr-FR, en;q=0.2')).toBe('en');
    expect(languageOf('')).toBe('en');
    expect(languageOf('de-DE,de;q=0.9')).toBe('en');
    expect(languageOf('ko;q=0')).toBe('en');
    expect(languageOf('ko;q=0, *')).toBe('en');
    expect(languageOf('en;q=0, *;q=0.1')).toBe('ko');
    expect(languageOf('*')).toBe('en');
    expect(languageOf('en;q=0.5, ko;q=0.9')).toBe('ko');
    expect(languageOf('ko, en')).toBe('ko');
    expect(languageOf('en, ko')).toBe('en');
    expect(languageOf('ko;q=0.000, en;q=0.001')).toBe('en');
    expect(languageOf('ko;q=much, en;q=0.1')).toBe('en');
    expect(languageOf('KO-kr ; Q=0.8, en ;q=0.7')).toBe('ko');
  });

  it('promise a place for as long as its token lives', () => {
    expect(dictionaries.en['rules.closed']).toContain(`for ${limits.tokenDays} days`);
    expect(dictionaries.ko['rules.closed']).toContain(`${limits.tokenDays}일`);
  });

  it('say a setting in the largest unit that fits', () => {
    const words = [1, 45, 60, 90, 300, 3_600, 7_200].map((seconds) => durationText(translatorOf('en'), seconds));
    expect(words).toEqual(['1 s', '45 s', '1 minute', '90 s', '5 minutes', '60 minutes', '2 hours']);
    expect(durationText(translatorOf('ko'), 300)).toBe('5분');
  });

  it('group numbers and fill in values', () => {
    expect(translatorOf('ko')('facts.people', { count: 1_234_567 })).toBe('1,234,567명');
  });
});

describe('an estimate', () => {
  const text = (low: number, high: number) => estimateText(translatorOf('en'), { low, high });
  it('is never more exact than it can be', () => {
    expect(text(0, 40)).toBe('under a minute');
    expect(text(50, 60)).toBe('up to 1 min');
    expect(text(246, 410)).toBe('4–7 min');
    expect(text(7_000, 11_000)).toBe('1–4 h');
    expect(text(90_000, 200_000)).toBe('more than a day');
  });

  it('below one unit of its upper bound, begins in a smaller one, or with the upper bound alone', () => {
    expect([text(1_800, 10_350), text(100, 11_500), text(59, 9_000), text(5, 115), text(60, 115)]).toEqual([
      '30 min–3 h',
      '1 min–4 h',
      'up to 3 h',
      'up to 2 min',
      '1–2 min',
    ]);
    const korean = (low: number, high: number) => estimateText(translatorOf('ko'), { low, high });
    expect([korean(1_800, 10_350), korean(59, 9_000), korean(5, 115), korean(246, 410)]).toEqual([
      '30분~3시간',
      '3시간 이내',
      '2분 이내',
      '4~7분',
    ]);
  });

  it('promises no longer wait than its lower bound, no shorter one than its upper bound, and is loose by less than a unit', () => {
    const seconds = { min: 60, h: 3_600, 분: 60, 시간: 3_600 } as Record<string, number>;
    /** The bounds that a reader takes from the words. */
    const toldBy = (words: string): { from: number; to: number; unit: number } => {
      if (words === translatorOf('en')('time.seconds') || words === translatorOf('ko')('time.seconds'))
        return { from: 0, to: 60, unit: 60 };
      const [, from, fromUnit, to, unit] = /^(?:(\d+) ?(min|분)?[–~]|up to )?(\d+) ?(min|h|분|시간)(?: 이내)?$/.exec(words) ?? [words];
      const each = seconds[unit ?? ''] ?? Number.NaN;
      return { from: Number(from ?? 0) * (fromUnit === undefined ? each : 60), to: Number(to) * each, unit: each };
    };
    const edges = [0, 1, 5, 59, 60, 61, 100, 119, 120, 1_800, 3_599, 3_600, 3_601, 7_199, 7_200, 7_201, 36_000, 86_399];
    const many = [...edges, ...Array.from({ length: 240 }, (_, index) => Math.floor(1.045 ** index) + index)].filter((low) => low < 86_400);
    for (const language of languages) {
      const t = translatorOf(language);
      const wrong: string[] = [];
      for (const low of many) {
        for (const high of [...many, 200_000].filter((one) => one > low)) {
          const words = estimateText(t, { low, high });
          const { from, to, unit } = toldBy(words);
          const isRight = from <= low && from > low - (from < 3_600 ? 60 : 3_600) && to >= high && to < high + unit;
          if (!isRight && high >= 60) wrong.push(`${low}–${high}: ${words}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(estimateText(t, { low: 86_400, high: 90_000 })).toBe(t('time.days'));
    }
  });
});

describe('a clock', () => {
  it('counts the second that has begun, and never falls below zero', () => {
    expect([299_001, 300_000, 61_000, 999, 0, -5_000].map(clockText)).toEqual(['5:00', '5:00', '1:01', '0:01', '0:00', '0:00']);
    expect(clockText(3_725_000)).toBe('1:02:05');
    expect(clockText(100 * 3_600_000)).toBe('100:00:00');
  });
});

describe('a moment', () => {
  const iso = '2026-03-01T15:30:00.000Z';
  it('names its zone, and is put together from numbers alone, so that Node and every browser write it alike', () => {
    expect(momentText('ko', iso, 'Asia/Seoul')).toBe('2026년 3월 2일 00:30 KST');
    expect(momentText('ko', iso, 'UTC')).toBe('2026년 3월 1일 15:30 UTC');
    expect(momentText('en', iso, 'America/St_Johns')).toBe('1 Mar 2026, 12:00 GMT-3:30');
    expect(momentText('en', '2026-07-01T15:30:09.400Z', 'Europe/Berlin')).toBe('1 Jul 2026, 17:30:09 GMT+2');
    expect(momentText('en', iso, 'Asia/Tokyo')).toBe('2 Mar 2026, 00:30 GMT+9');
  });
});
