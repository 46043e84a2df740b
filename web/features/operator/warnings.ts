import { wallTime } from '../../lib/wall-time.ts';
import { hasField, numberOf, type FieldName, type FormValues } from './field-rules.ts';

const times = ['lobbyOpensAt', 'opensAt', 'closesAt'] as const;
type TimeName = (typeof times)[number];

/** What is allowed and surely not meant: the key of a message and its values. */
export interface Warning {
  key: 'warn.hold' | 'warn.claim' | 'warn.stock' | `warn.past.${TimeName}` | 'warn.gap' | 'warn.twice';
  field: FieldName | 'at';
  values: Record<string, number>;
}

/** A claim window below this is over before people have read that it is their turn, s. */
export const shortClaimSeconds = 15;

/** Stock that is sold out within the first second. */
export const stockWarnings = (stock: number, pace: number): Warning[] =>
  stock < pace ? [{ key: 'warn.stock', field: 'stock', values: { stock, pace } }] : [];

/** A time of a form that the clock of its reader skips or shows twice. */
export const clockWarnings = (field: Warning['field'], local: string, zone: string): Warning[] => {
  const times = wallTime(local, zone)?.times ?? 1;
  return times === 1 ? [] : [{ key: times === 0 ? 'warn.gap' : 'warn.twice', field, values: {} }];
};

interface WarningContext {
  /** Zone of the reader, in which a form's times are; not that of the sale. */
  zone: string;
  /** Language of the reader's browser, which writes the numbers. */
  locale: string;
  nowMs: number;
  /** Settings that the form changes. */
  changed: (name: FieldName) => boolean;
}

/** Warnings about values that passed the checks of the form, as far as it changes them. */
export const warningsOf = (values: FormValues, { zone, locale, nowMs, changed }: WarningContext): Warning[] => {
  const number = (name: FieldName): number => (hasField(values, name) ? numberOf(values[name], locale) : Number.NaN);
  const any = (...names: FieldName[]): boolean => names.some(changed);
  const warnings: Warning[] = [];
  const [hold, session, claim] = [number('holdSeconds'), number('sessionSeconds'), number('claimSeconds')];
  if (any('holdSeconds', 'sessionSeconds') && hold > session)
    warnings.push({ key: 'warn.hold', field: 'holdSeconds', values: { hold, session } });
  if (any('claimSeconds') && claim < shortClaimSeconds)
    warnings.push({ key: 'warn.claim', field: 'claimSeconds', values: { claim, least: shortClaimSeconds } });
  if (any('stock', 'admitPerSecond')) warnings.push(...stockWarnings(number('stock'), number('admitPerSecond')));
  for (const name of times) {
    if (!changed(name) || !hasField(values, name)) continue;
    const time = wallTime(values[name], zone);
    if (time === null) continue;
    if (time.ms <= nowMs) warnings.push({ key: `warn.past.${name}`, field: name, values: {} });
    else warnings.push(...clockWarnings(name, values[name], zone));
  }
  return warnings;
};
