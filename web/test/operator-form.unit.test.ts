import { describe, expect, it } from '@jest/globals';
import { Check } from 'typebox/value';
import { CreateSale } from '@sunbeon/contracts/schemas';
import {
  checkField,
  checkForm,
  isoOf,
  localOf,
  numberOf,
  valueOf,
  type FieldName,
  type FormValues,
} from '../features/operator/field-rules.ts';
import { fieldRules } from '../features/operator/rules-of-schema.ts';

const rules = fieldRules();
const names = Object.keys(rules) as FieldName[];
const form = (values: Partial<FormValues>): FormValues => ({
  ...(Object.fromEntries(names.map((name) => [name, ''])) as FormValues),
  ...values,
});
const good = form({
  saleId: 'spring',
  title: 'Spring',
  stock: '10',
  admitPerSecond: '50',
  activeLimit: '10',
  claimSeconds: '60',
  sessionSeconds: '300',
  holdSeconds: '120',
  perVisitorLimit: '4',
});

describe('the form of a sale', () => {
  it('has a rule for each field of the schema, with its default', () => {
    expect(names.sort()).toEqual(Object.keys(CreateSale.properties).sort());
    expect(rules.admitPerSecond).toEqual({ required: true, initial: 50, kind: 'number', min: 0.0001, max: 6_000 });
    expect(rules.title).toMatchObject({ kind: 'text', required: true });
    expect(rules.opensAt).toEqual({ required: false, kind: 'time' });
  });

  it.each<[FieldName, string[]]>([
    ['stock', ['0', '10000000', '10000001', '-1', '1.5', 'x', '1e3', '']],
    ['admitPerSecond', ['0', '0.0001', '0.00009', '0.25', '6000', '6000.1', '100000', '-3', 'NaN']],
    ['activeLimit', ['0', '1', '1000000', '1000001']],
    ['perVisitorLimit', ['0', '1', '1000', '1001']],
    ['sessionSeconds', ['0', '86400', '86401']],
    ['saleId', ['a', 'A', '-a', 'a_b-9', 'a'.repeat(40), 'a'.repeat(41), 'a b', 'á']],
    ['title', ['x', 'x'.repeat(120), 'x'.repeat(121), '', 'a\u0007b', 'a\u202eb', '\u200b']],
    ['message', ['', 'x'.repeat(500), 'x'.repeat(501), 'two\nlines', 'a\u0000b']],
  ])('refuses of %s exactly what the service refuses', (name, texts) => {
    for (const text of texts) {
      const body = Object.fromEntries(
        names.map((one) => [one, valueOf(rules[one], one === name ? text : good[one])]).filter(([, value]) => value !== null),
      );
      expect([text, checkField(rules[name], text) === null]).toEqual([
        text,
        Check(CreateSale, body) || (text === '' && !rules[name].required),
      ]);
    }
  });

  it('needs a closing after the opening', () => {
    expect(checkForm(rules, good, names)).toEqual({});
    expect(checkForm(rules, { ...good, opensAt: '2031-05-01T10:00', closesAt: '2031-05-01T10:00' }, names)).toEqual({
      closesAt: { key: 'rule.closesAt' },
    });
    expect(checkForm(rules, { ...good, opensAt: 'soon' }, names)).toEqual({ opensAt: { key: 'rule.time' } });
  });

  it('reads numbers as people write them, and nothing else', () => {
    expect(['1,200', ' 12 ', '1 000 000', '0.25', '1,20', '0x10', '1e3', '', '--1'].map(numberOf)).toEqual([
      1_200,
      12,
      1_000_000,
      0.25,
      NaN,
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
  });

  it("shows a time in the reader's zone and gives the same one back", () => {
    for (const iso of ['2031-05-01T10:00:00.000Z', '2031-12-31T23:59:31.000Z']) expect(isoOf(localOf(iso))).toBe(iso);
    expect([localOf(undefined), isoOf(''), isoOf('2031-99-01T10:00')]).toEqual(['', null, null]);
  });
});
