import { describe, expect, it } from '@jest/globals';
import { numberOf, textOf } from '../features/operator/field-rules.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const pairs = letters.flatMap((a) => letters.map((b) => a + b));
/** Every language that Intl knows; of a region those that write numbers as their language does not. */
const languages = Intl.NumberFormat.supportedLocalesOf(pairs.flatMap((pair) => [pair, ...letters.map((c) => pair + c)]));
const regions = [
  'ar-EG',
  'ar-MA',
  'bn-IN',
  'de-AT',
  'de-CH',
  'de-LI',
  'en-CH',
  'en-IN',
  'en-ZA',
  'es-MX',
  'es-PY',
  'fa-AF',
  'fa-IR',
  'fr-CA',
  'fr-CH',
].concat([
  'fr-FR',
  'hi-IN',
  'it-CH',
  'ko-KR',
  'ms-BN',
  'pa-Arab-PK',
  'pt-PT',
  'sr-Latn-ME',
  'ur-IN',
  'uz-Arab-AF',
  'uz-Cyrl',
  'zh-Hant-TW',
]);
/** With the digits of every other script. */
const scripts = ['ar', 'ar-EG', 'de', 'en', 'fa-IR', 'fr', 'hi-IN', 'pl', 'sv', 'ur-IN'].flatMap((locale) =>
  Intl.supportedValuesOf('numberingSystem').map((system) => `${locale}-u-nu-${system}`),
);
const locales = [...languages, ...regions, ...scripts];
const values = [0, 7, 0.5, 0.25, 1.125, 12.5, 999, 1_000, 6_000, 1_234.5, 98_765, 123_456, 12_345_678.125, -6, -1_234.5];

describe('numbers of a form', () => {
  it('are many languages', () => expect(languages.length).toBeGreaterThan(150));

  it('are read back as they were shown, in every language', () => {
    const lost = locales.flatMap((locale) =>
      [...values, 0.1, 1e-7, 5e-8, 0.000_123, 1e21]
        .map((value) => [locale, value, textOf(value, locale), numberOf(textOf(value, locale), locale)] as const)
        .filter(([, value, , read]) => read !== value),
    );
    expect(lost).toEqual([]);
  });

  it('are read as the language writes them: with its digits, groups, marks and minus', () => {
    const lost = locales.flatMap((locale) =>
      [true, false].flatMap((useGrouping) => {
        const format = new Intl.NumberFormat(locale, { useGrouping, maximumFractionDigits: 3 });
        return values
          .map((value) => [locale, value, format.format(value), numberOf(format.format(value), locale)] as const)
          .filter(([, value, , read]) => read !== value);
      }),
    );
    expect(lost).toEqual([]);
  });

  it.each([
    [
      'ar-EG',
      {
        '٠٫٥': 0.5,
        '0٫5': 0.5,
        '0.5': 0.5,
        '١٬٢٣٤٫٥': 1_234.5,
        '1,234': 1_234,
        '٥5': 55,
        '١٫٠٠٠': NaN,
        '0,5': NaN,
        '٠٫٥٫١': NaN,
        '۵': NaN,
      },
    ],
    ['fa-IR', { '۰٫۵': 0.5, '0٫5': 0.5, '۱٬۰۰۰': 1_000, '\u200e\u2212۶': -6, '٥': NaN, '۱٬۰': NaN, '٫': NaN }],
    ['hi-IN-u-nu-deva', { '१२,३४,५६७': 1_234_567, '12,34,567': 1_234_567, '1,234,567': 1_234_567, '०.५': 0.5, '१.०००': NaN, '1,23': NaN }],
    ['en-IN', { '1,00,000': 100_000, '1,00': NaN, '1,00,00': NaN }],
    ['de-CH', { '1’234’567.5': 1_234_567.5, "1'000": 1_000, '1’00': NaN, '1,5': NaN }],
    ['fr-FR', { '1\u202f234\u202f567,5': 1_234_567.5, '1 234,5': 1_234.5, '0,5': 0.5, '1\u202f23': NaN, '1,000': NaN }],
    ['en-US', { '٥': NaN, '0٫5': NaN, '1,00,000': NaN, '1\u202f000': 1_000 }],
  ] as const)('of %s are as people type them', (locale, texts) => {
    for (const [text, value] of Object.entries(texts)) expect([text, numberOf(text, locale)]).toEqual([text, value]);
  });

  it('that are none are refused in every language', () => {
    const wrong = [
      '',
      ' ',
      '-',
      '.',
      ',',
      '٫',
      'abc',
      '0x10',
      '1e3',
      '--1',
      '1-',
      '1..5',
      '1,,5',
      '1.2.3',
      '1,2,3',
      '1٫2٫3',
      '5 %',
      'Infinity',
      'NaN',
      '1.',
      '.5',
    ];
    const read = locales.flatMap((locale) => wrong.filter((text) => !Number.isNaN(numberOf(text, locale))).map((text) => [locale, text]));
    expect(read).toEqual([]);
  });
});
