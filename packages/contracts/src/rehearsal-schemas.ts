import { Type, type Static } from 'typebox';
import { rehearsalDefaults, rehearsalLimits } from './rehearsals.ts';
import { object, SaleId, time } from './schema-parts.ts';

const people = Type.Integer({ minimum: 1, maximum: rehearsalLimits.people, description: 'Virtual people' });
const minutes = (unless = '') =>
  Type.Integer({
    minimum: 1,
    maximum: rehearsalLimits.minutes,
    description: `The copy closes by itself after this time${unless}`,
  });
const words = {
  conversion: 'Share of those who come in that buy; of a gate nobody does',
  noShowRate: 'Share of those admitted that do not claim',
  arrivalSeconds: 'Time over which they arrive, seconds',
} as const;
/** `unless`: what is said behind the meaning of a property. */
const crowdWith = (unless: (name: keyof typeof words) => string) => {
  const share = (name: keyof typeof words) => Type.Number({ minimum: 0, maximum: 1, description: words[name] + unless(name) });
  return {
    conversion: share('conversion'),
    noShowRate: share('noShowRate'),
    arrivalSeconds: Type.Integer({
      minimum: 1,
      maximum: rehearsalLimits.arrivalSeconds,
      description: words.arrivalSeconds + unless('arrivalSeconds'),
    }),
  };
};
const asked = crowdWith((name) => `. ${rehearsalDefaults[name]} unless set`);

/** `POST /api/admin/sales/{sale}/rehearsals`. */
export const StartRehearsal = object(
  {
    people,
    minutes: Type.Optional(minutes(`. ${rehearsalDefaults.minutes} unless set`)),
    conversion: Type.Optional(asked.conversion),
    noShowRate: Type.Optional(asked.noShowRate),
    arrivalSeconds: Type.Optional(asked.arrivalSeconds),
  },
  'StartRehearsal',
  'A rehearsal: how many virtual people, and what they do',
);
export type StartRehearsal = Static<typeof StartRehearsal>;

/** What a rehearsal has beyond a sale. */
export const Rehearsal = Type.Object(
  { of: SaleId, people, minutes: minutes(), ...crowdWith(() => ''), until: time('When it is deleted by itself') },
  { additionalProperties: false, description: 'Of a rehearsal: the sale that it is a copy of, and its virtual people' },
);
export type Rehearsal = Static<typeof Rehearsal>;
