import type { StartRehearsal } from '@sunbeon/contracts';
import { rehearsalDefaults, rehearsalLimits } from '@sunbeon/contracts/rehearsals';
import { checkField, numberOf, type FieldError, type FieldRule } from '../field-rules.ts';

export type RehearsalField = 'people' | 'minutes' | 'arrival' | 'conversion' | 'noShows';

const whole = (min: number, max: number): FieldRule => ({ kind: 'integer', required: true, min, max });
export const rehearsalFields = ['people', 'minutes', 'arrival', 'conversion', 'noShows'] as const satisfies RehearsalField[];
/** Shares are typed as per cent. Nobody arrives after the end. */
export const rehearsalRules = ({ minutes }: Pick<Record<RehearsalField, string>, 'minutes'>): Record<RehearsalField, FieldRule> => ({
  people: whole(1, rehearsalLimits.people),
  minutes: whole(1, rehearsalLimits.minutes),
  arrival: whole(1, Math.min(rehearsalLimits.arrivalSeconds, numberOf(minutes) * 60 || Infinity)),
  conversion: whole(0, 100),
  noShows: whole(0, 100),
});
export const initialRehearsal: Record<RehearsalField, string> = {
  people: '1000',
  minutes: String(rehearsalDefaults.minutes),
  arrival: String(rehearsalDefaults.arrivalSeconds),
  conversion: String(rehearsalDefaults.conversion * 100),
  noShows: String(rehearsalDefaults.noShowRate * 100),
};

export const faultsOf = (texts: Record<RehearsalField, string>): Partial<Record<RehearsalField, FieldError>> => {
  const rules = rehearsalRules(texts);
  return Object.fromEntries(
    rehearsalFields.flatMap((name) => {
      const fault = checkField(rules[name], texts[name]);
      return fault === null ? [] : [[name, fault]];
    }),
  );
};

/** Of texts without a fault. */
export const rehearsalOf = (texts: Record<RehearsalField, string>): StartRehearsal => ({
  people: numberOf(texts.people),
  minutes: numberOf(texts.minutes),
  arrivalSeconds: numberOf(texts.arrival),
  conversion: numberOf(texts.conversion) / 100,
  noShowRate: numberOf(texts.noShows) / 100,
});
