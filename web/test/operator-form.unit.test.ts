import { describe, expect, it } from '@jest/globals';
import { Check } from 'typebox/value';
import { shopOnly } from '@sunbeon/contracts/sale-settings';
import { CreateSale } from '@sunbeon/contracts/schemas';
import {
  checkField,
  checkForm,
  errorsOfService,
  existing,
  hasField,
  isoOf,
  localOf,
  numberOf,
  textOf,
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
  kind: 'shop',
  confirmBy: 'visitor',
  maxExtensions: '2',
  lobbyOrder: 'random',
  drawBeacon: 'none',
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  proofOfWorkSeconds: '2',
  timeZone: 'Asia/Seoul',
  draft: existing,
});

/** What shows every field of the entrance. */
const entrance = { identity: 'member', proofOfWork: 'on' };

describe('the form of a sale', () => {
  it('has a rule for each field of the schema, with its default', () => {
    expect(names.sort()).toEqual(Object.keys(CreateSale.properties).sort());
    expect(rules.admitPerSecond).toEqual({ required: true, initial: 50, kind: 'number', min: 0.0001, max: 6_000 });
    expect(rules.title).toMatchObject({ kind: 'text', required: true });
    expect(rules.kind).toEqual({ required: true, initial: 'shop', kind: 'choice', options: ['shop', 'gate'] });
    expect(rules.confirmBy).toEqual({ required: true, initial: 'visitor', kind: 'choice', options: ['visitor', 'shop'] });
    expect(rules.returnUrls).toEqual({ required: false, kind: 'addresses', max: 8, maxCharacters: 512 });
    expect(rules.opensAt).toEqual({ required: false, kind: 'time' });
  });

  it.each<[FieldName, string[]]>([
    ['stock', ['0', '10000000', '10000001', '-1', '1.5', 'x', '1e3']],
    ['maxExtensions', ['0', '20', '21', '-1', '1.5']],
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

  it('needs an address of the shop where people are sent to one, and a stock where there is one', () => {
    expect(checkForm(rules, { ...good, stock: '' }, names)).toEqual({ stock: { key: 'rule.required' } });
    const atGate = { ...good, kind: 'gate', stock: '', perVisitorLimit: '', holdSeconds: '' };
    const fieldsOfGate = names.filter((name) => hasField({ ...atGate, ...entrance, lobbyOpensAt: '2026-05-01T10:00' }, name));
    expect(names.filter((name) => !fieldsOfGate.includes(name)).sort()).toEqual(['draft', ...shopOnly].sort());
    expect(checkForm(rules, atGate, fieldsOfGate)).toEqual({ returnUrls: { key: 'rule.required' } });
    expect(checkForm(rules, { ...atGate, returnUrls: 'https://shop.example/' }, fieldsOfGate)).toEqual({});
    expect(checkForm(rules, { ...good, confirmBy: 'shop' }, names)).toEqual({ returnUrls: { key: 'rule.required' } });
    expect(names.filter((name) => !hasField({ ...good, ...entrance, lobbyOpensAt: '2031-05-01T09:00', draft: 'at' }, name))).toEqual([]);
  });

  it('asks how members are known with them alone, and takes JSON for it', () => {
    const has = (values: FormValues) => (['members', 'proofOfWorkSeconds'] as const).map((name) => hasField(values, name));
    expect([has(good), has({ ...good, ...entrance })]).toEqual([
      [false, false],
      [true, true],
    ]);
    const members = (text: string) => checkForm(rules, { ...good, identity: 'member', members: text }, names).members?.key ?? null;
    expect([members(''), members('{"login": "oidc"'), members('[]'), members('{"login": "oidc"}')]).toEqual([
      'rule.required',
      'rule.json',
      'rule.json',
      null,
    ]);
    expect(valueOf(rules.members, '{"login": "oidc"}')).toEqual({ login: 'oidc' });
  });

  it('asks for the order with a lobby alone, and for a beacon with a draw alone; the lobby ends at the opening', () => {
    const lobby = { ...good, lobbyOpensAt: '2031-05-01T09:00', opensAt: '2031-05-01T10:00' };
    const has = (values: FormValues) => (['lobbyOrder', 'drawBeacon'] as const).map((name) => hasField(values, name));
    expect([has(good), has({ ...lobby, lobbyOrder: 'arrival' }), has(lobby)]).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    expect(checkForm(rules, lobby, names)).toEqual({});
    expect(checkForm(rules, { ...lobby, opensAt: '' }, names)).toEqual({ opensAt: { key: 'rule.required' } });
    expect(checkForm(rules, { ...lobby, opensAt: lobby.lobbyOpensAt }, names)).toEqual({ lobbyOpensAt: { key: 'rule.lobbyOpensAt' } });
  });

  it('takes one to eight addresses, one a line, each as the service takes it', () => {
    const keyOf = (text: string) => checkField(rules.returnUrls, text)?.key ?? null;
    const eight = Array.from({ length: 8 }, (_, i) => `https://shop.example/${i}`);
    expect(valueOf(rules.returnUrls, ` ${eight[0]} \r\n\n${eight[1]}\n`)).toEqual(eight.slice(0, 2));
    expect([keyOf(eight.join('\n')), keyOf([...eight, eight[0]].join('\n'))]).toEqual([null, 'rule.addresses']);
    for (const bad of [
      'shop.example',
      'http://shop.example/',
      'javascript:alert(1)',
      'https://u:p@shop.example/',
      'https://shop.example/?a=b',
      'https://shop.example/#a',
      'https://shop.example/a/../b',
      'https://shop.example/a%2fb',
      `https://shop.example/${'a'.repeat(512)}`,
    ])
      expect([bad, keyOf(`${eight[0]}\n${bad}`)]).toEqual([bad, 'rule.address']);
    expect(keyOf('http://localhost:8080/shop')).toBeNull();
  });

  it("puts the service's faults at their fields", () => {
    expect(
      errorsOfService(
        [
          { path: '/returnUrls/1', detail: 'has a query' },
          { path: '/elsewhere', detail: 'x' },
        ],
        names,
      ),
    ).toEqual({
      returnUrls: { key: 'rule.service', values: { detail: 'has a query' } },
    });
    expect(errorsOfService([{ path: 'returnUrls', detail: 'is needed' }], names)).toHaveProperty('returnUrls');
    expect(errorsOfService(undefined, names)).toEqual({});
  });

  it('asks how a new sale opens: at its time, at once, or by hand, which makes it a draft', () => {
    const asked = (draft: string, values: Partial<FormValues> = {}) => checkForm(rules, { ...good, draft, ...values }, names);
    expect(asked('')).toMatchObject({ draft: { key: 'rule.required' } });
    expect(asked('at')).toEqual({ opensAt: { key: 'rule.required' } });
    expect(asked('at', { opensAt: '2031-05-01T10:00' })).toEqual({});
    for (const draft of ['now', 'hand']) {
      // A time that was typed before has no say.
      expect(asked(draft, { opensAt: '2031-05-01T10:00', closesAt: '2031-05-01T09:00' })).toEqual({});
      expect(hasField({ ...good, draft }, 'opensAt')).toBe(false);
      expect(hasField({ ...good, draft, lobbyOpensAt: '2031-05-01T10:00' }, 'lobbyOrder')).toBe(false);
    }
    expect([valueOf(rules.draft, 'hand'), valueOf(rules.draft, 'now'), valueOf(rules.draft, 'at')]).toEqual([true, null, null]);
    expect([hasField(good, 'draft'), hasField({ ...good, draft: '' }, 'draft')]).toEqual([false, true]);
  });

  it('reads numbers as people write them, and nothing else', () => {
    expect(['1,200', ' 12 ', '1 000 000', '0.25', '1,20', '0x10', '1e3', '', '--1'].map((text) => numberOf(text, 'en-US'))).toEqual([
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

  it.each([
    [
      'en-US',
      { '1.000': NaN, '12.000.000': NaN, '1.125': 1.125, '1.500': NaN, '0.250': 0.25, '1,000.5': 1_000.5, '1,5': NaN, '1 000': 1_000 },
    ],
    ['ko', { '1.000': NaN, '1,000': 1_000, '0.5': 0.5 }],
    ['de', { '1.000': 1_000, '1.000,5': 1_000.5, '1,5': 1.5, '0.5': 0.5, '1.5': 1.5, '1 000': 1_000, '1,000': NaN, '1,125': 1.125 }],
    ['de-CH', { '1’000': 1_000, '1.5': 1.5 }],
  ] as const)('reads numbers as %s writes them: "1.000" is never 1', (locale, texts) => {
    for (const [text, value] of Object.entries(texts)) expect([text, numberOf(text, locale)]).toEqual([text, value]);
    for (const value of [0.5, 1_000, 6_000, 1.125]) expect(numberOf(textOf(value, locale), locale)).toBe(value);
  });

  it("shows a time in the reader's zone and gives the same one back", () => {
    for (const iso of ['2031-05-01T10:00:00.000Z', '2031-12-31T23:59:31.000Z']) expect(isoOf(localOf(iso))).toBe(iso);
    expect([localOf(undefined), isoOf(''), isoOf('2031-99-01T10:00')]).toEqual(['', null, null]);
  });
});
