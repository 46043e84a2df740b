import type { StartRehearsal } from '@sunbeon/contracts';
import { rehearsalDefaults, rehearsalLimits } from '@sunbeon/contracts/rehearsals';
import { checkField, numberOf, type FieldError, type FieldRule } from '../field-rules.ts';

export type RehearsalField = 'people' | 'minutes' | 'conversion' | 'noShows';

const whole = (min: number, max: number): FieldRule => ({ kind: 'integer', required: true, min, max });
/** Shares are typed as per cent. */
export const rehearsalRules: Record<RehearsalField, FieldRule> = {
  people: whole(1, rehearsalLimits.people),
  minutes: whole(1, rehearsalLimits.minutes),
  conversion: whole(0, 100),
  noShows: whole(0, 100),
};
export const rehearsalFields = Object.keys(rehearsalRules) as RehearsalField[];
export const initialRehearsal: Record<RehearsalField, string> = {
  people: '1000',
  minutes: String(rehearsalDefaults.minutes),
  conversion: String(rehearsalDefaults.conversion * 100),
  noShows: String(rehearsalDefaults.noShowRate * 100),
};

export const faultsOf = (texts: Record<RehearsalField, string>): Partial<Record<RehearsalField, FieldError>> =>
  Object.fromEntries(
    rehearsalFields.flatMap((name) => {
      const fault = checkField(rehearsalRules[name], texts[name]);
      return fault === null ? [] : [[name, fault]];
    }),
  );

/** Of texts without a fault. */
export const rehearsalOf = (texts: Record<RehearsalField, string>): StartRehearsal => ({
  people: numberOf(texts.people),
  minutes: numberOf(texts.minutes),
  conversion: numberOf(texts.conversion) / 100,
  noShowRate: numberOf(texts.noShows) / 100,
});
