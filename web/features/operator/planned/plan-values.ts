import type { PlanChange } from '@sunbeon/contracts';
import { checkField, isoOf, valueOf, type FieldError, type FieldRule, type FieldRules } from '../field-rules.ts';

export const planFields = ['at', 'status', 'admitPerSecond', 'activeLimit', 'message'] as const;
export type PlanField = (typeof planFields)[number];
/** Texts of the form; '' is unchanged. `isClearing`: the message goes, whatever its text. */
export type PlanValues = Record<PlanField, string> & { isClearing: boolean };
export type PlanFaults = Partial<Record<PlanField, FieldError>>;

export const noPlan: PlanValues = { at: '', status: 'none', admitPerSecond: '', activeLimit: '', message: '', isClearing: false };

/** The rules of the sale's own settings, none of which must be given. */
export const planRules = (rules: FieldRules): Record<PlanField, FieldRule> => ({
  at: { kind: 'time', required: true },
  status: { kind: 'choice', required: false, options: ['none', 'open', 'paused', 'closed'] },
  admitPerSecond: { ...rules.admitPerSecond, required: false },
  activeLimit: { ...rules.activeLimit, required: false },
  message: { ...rules.message, required: false },
});

/** The change as the API takes it; null without one. */
export const planOf = (rules: Record<PlanField, FieldRule>, values: PlanValues): PlanChange | null => {
  const change = Object.fromEntries(
    planFields
      .filter((name) => name !== 'at' && values[name].trim() !== '' && values[name] !== 'none')
      .map((name) => [name, valueOf(rules[name], values[name])]),
  ) as PlanChange['change'];
  if (values.isClearing) change.message = null;
  return Object.keys(change).length === 0 ? null : { at: isoOf(values.at) ?? '', change };
};

export const planFaults = (rules: Record<PlanField, FieldRule>, values: PlanValues): PlanFaults =>
  Object.fromEntries(
    planFields
      .filter((name) => name !== 'message' || !values.isClearing)
      .flatMap((name) => {
        const fault = checkField(rules[name], values[name]);
        return fault === null ? [] : [[name, fault]];
      }),
  );
