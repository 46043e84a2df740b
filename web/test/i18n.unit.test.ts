import { describe, expect, it } from '@jest/globals';
import { clockText, durationText, estimateText } from '../lib/i18n/format.ts';
import { dictionaries, languageOf, languages, translator, type MessageKey } from '../lib/i18n/messages.ts';
import { limits } from '../../packages/contracts/src/limits.ts';
import { errorCatalogue } from '../../packages/contracts/src/errors.ts';

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

  it('have a text for every code of the error catalogue', () => {
    for (const code of [...Object.keys(errorCatalogue), 'network']) expect(keys).toContain(`problem.${code}`);
  });

  it('call joining and buying by their Korean names', () => {
    expect(dictionaries.ko['join.button']).toBe('대기열 진입');
    expect(dictionaries.ko['buying.button']).toBe('결제하기');
  });

  it('are chosen by what the browser prefers', () => {
    expect(languageOf('ko-KR,ko;q=0.9,en-US;q=0.8')).toBe('ko');
    expect(languageOf('en;q=0.5, ko;q=0.7')).toBe('ko');
    expect(languageOf('fr-FR, en;q=0.2')).toBe('en');
    expect(languageOf('')).toBe('en');
  });

  it('promise a place for as long as its token lives', () => {
    expect(dictionaries.en['rules.closed']).toContain(`for ${limits.tokenDays} days`);
    expect(dictionaries.ko['rules.closed']).toContain(`${limits.tokenDays}일`);
  });

  it('say a setting in the largest unit that fits', () => {
    const words = [1, 45, 60, 90, 300, 3_600, 7_200].map((seconds) => durationText(translator('en'), seconds));
    expect(words).toEqual(['1 s', '45 s', '1 minute', '90 s', '5 minutes', '60 minutes', '2 hours']);
    expect(durationText(translator('ko'), 300)).toBe('5분');
  });

  it('group numbers and fill in values', () => {
    expect(translator('ko')('facts.people', { count: 1_234_567 })).toBe('1,234,567명');
  });
});

describe('an estimate', () => {
  const text = (low: number, high: number) => estimateText(translator('en'), { low, high });
  it('is never more exact than it can be', () => {
    expect(text(0, 40)).toBe('under a minute');
    expect(text(50, 60)).toBe('about 1 min');
    expect(text(246, 410)).toBe('4–7 min');
    expect(text(7_000, 11_000)).toBe('1–4 h');
    expect(text(90_000, 200_000)).toBe('more than a day');
  });
});

describe('a clock', () => {
  it('counts the second that has begun, and never falls below zero', () => {
    expect([299_001, 300_000, 61_000, 999, 0, -5_000].map(clockText)).toEqual(['5:00', '5:00', '1:01', '0:01', '0:00', '0:00']);
    expect(clockText(3_725_000)).toBe('1:02:05');
    expect(clockText(100 * 3_600_000)).toBe('100:00:00');
  });
});
