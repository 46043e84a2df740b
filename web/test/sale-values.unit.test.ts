import { describe, expect, it } from '@jest/globals';
import { answerExamples as examples } from '@sunbeon/contracts';
import type { OperatorSale } from '@sunbeon/contracts/schemas';
import { checkForm, localOf, type FieldName, type FormValues } from '../features/operator/field-rules.ts';
import { noPlan, planFaults, planOf, planRules, type PlanValues } from '../features/operator/planned/plan-values.ts';
import { fieldRules } from '../features/operator/rules-of-schema.ts';
import { bodyOf, copyOf, formOf, isAsSent } from '../features/operator/sale-values.ts';

const rules = fieldRules();
const names = Object.keys(rules) as FieldName[];
const empty = Object.fromEntries(names.map((name) => [name, String(rules[name].initial ?? '')])) as FormValues;
const sale: OperatorSale = { ...examples.OperatorSale, message: 'Ten minutes', closesAt: '2031-06-01T10:00:00.000Z' };
const nowMs = Date.parse('2031-05-20T00:00:00.000Z');

describe('the copy of a sale', () => {
  it('has every setting of it but its id, its opening, its message, and times that are over', () => {
    const from = formOf(sale);
    const copy = copyOf(sale, empty, nowMs);
    expect(names.filter((name) => copy[name] !== from[name] && from[name] !== '').sort()).toEqual([
      'draft',
      'message',
      'opensAt',
      'saleId',
    ]);
    for (const name of ['saleId', 'draft', 'message', 'opensAt'] as const) expect([name, copy[name]]).toEqual([name, '']);
    expect(copy.closesAt).toBe(localOf(sale.closesAt));
    expect(copyOf(sale, empty, Date.parse('2031-06-01T10:00:00.000Z')).closesAt).toBe('');
  });

  it('asks for no more than an id and how it opens', () => {
    const copy = copyOf(sale, empty, nowMs);
    const asked = names.filter((name) => name !== 'returnUrls' && name !== 'members' && name !== 'opensAt');
    expect(Object.keys(checkForm(rules, copy, asked)).sort()).toEqual(['draft', 'saleId']);
    expect(checkForm(rules, { ...copy, saleId: 'another', draft: 'now' }, asked)).toEqual({});
  });

  it('of a gate begins with the usual settings where it is made a shop', () => {
    const { stock: _, holdSeconds: __, perVisitorLimit: ___, confirmBy: ____, ...rest } = sale;
    const gate = { ...rest, kind: 'gate' } as OperatorSale;
    expect(copyOf(gate, empty, nowMs)).toMatchObject({
      kind: 'gate',
      holdSeconds: empty.holdSeconds,
      perVisitorLimit: empty.perVisitorLimit,
    });
  });
});

describe('a sale of the same id after an attempt that had no answer', () => {
  const draft: FormValues = { ...empty, saleId: 'spring', title: ' Spring ', stock: '1,200', draft: 'hand', timeZone: 'UTC' };
  const members = { jwksUri: 'https://shop.example/keys', issuer: 'shop', audience: 'line' };
  const forms: Record<string, FormValues> = {
    'a draft': draft,
    'a sale at once': { ...draft, draft: 'now', admitPerSecond: '0.25', message: 'Soon', closesAt: '2031-06-01T10:00' },
    'a lobby': { ...draft, draft: 'at', lobbyOpensAt: '2031-05-01T10:00', opensAt: '2031-05-01T11:00', lobbyOrder: 'random' },
    'a gate': { ...draft, kind: 'gate', draft: 'now', returnUrls: 'https://shop.example/\nhttps://other.example/' },
    'a sale for members': { ...draft, draft: 'now', identity: 'member', members: JSON.stringify(members, null, 2), proofOfWork: 'on' },
  };
  /** The sale as the service shows it after that call. */
  const saleOf = (values: FormValues): OperatorSale => {
    const { draft: isDraft, stock, ...sent } = bodyOf(rules, values);
    const {
      message: _m,
      opensAt: _,
      stock: __,
      returnUrls: ___,
      confirmBy: ____,
      holdSeconds: _h,
      perVisitorLimit: _l,
      ...shown
    } = examples.OperatorSale;
    return {
      ...shown,
      ...sent,
      status: isDraft || sent.opensAt ? 'scheduled' : 'open',
      ...(stock === undefined ? {} : { stock: { total: stock, left: stock - 1, held: 1, sold: 0 } }),
    };
  };

  it.each(Object.keys(forms))('is the own one when it has every setting of %s', (name) => {
    expect(isAsSent(rules, bodyOf(rules, forms[name]!), saleOf(forms[name]!))).toBe(true);
  });

  it('is that of somebody else when anything differs', () => {
    const sent = bodyOf(rules, forms['a sale at once']!);
    const mine = saleOf(forms['a sale at once']!);
    for (const other of [
      { title: 'Autumn' },
      { stock: { ...mine.stock!, total: 1_201 } },
      { message: undefined },
      { closesAt: '2031-06-01T10:00:01.000Z' },
      { opensAt: '2031-05-01T10:00:00.000Z' },
      { returnUrls: ['https://shop.example/'] },
      { access: 'code' as const },
      { status: 'scheduled' as const },
    ])
      expect([other, isAsSent(rules, sent, { ...mine, ...other })]).toEqual([other, false]);
    expect(isAsSent(rules, bodyOf(rules, draft), { ...saleOf(draft), status: 'open' })).toBe(false);
  });
});

describe('the form of a planned change', () => {
  const all = planRules(rules);
  const form = (values: Partial<PlanValues>): PlanValues => ({ ...noPlan, at: '2031-05-01T10:00', ...values });
  const at = new Date('2031-05-01T10:00').toISOString();

  it('takes only what is given, and nothing is no change', () => {
    expect(planOf(all, form({}))).toBeNull();
    expect(planOf(all, form({ status: 'paused', admitPerSecond: '1,000', message: ' Soon ' }))).toEqual({
      at,
      change: { status: 'paused', admitPerSecond: 1_000, message: 'Soon' },
    });
    expect(planOf(all, form({ activeLimit: '5', message: 'typed before', isClearing: true }))).toEqual({
      at,
      change: { activeLimit: 5, message: null },
    });
  });

  it('tells the faults of its fields', () => {
    expect(planFaults(all, form({}))).toEqual({});
    expect(Object.keys(planFaults(all, form({ at: '', admitPerSecond: '0', activeLimit: '1.5', message: '\u0007' })))).toEqual([
      'at',
      'admitPerSecond',
      'activeLimit',
      'message',
    ]);
    expect(planFaults(all, form({ message: '\u0007', isClearing: true }))).toEqual({});
  });
});
