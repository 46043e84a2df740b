import { Type, type Static } from 'typebox';
import { time } from './schema-parts.ts';

const period = (description: string) =>
  Type.Optional(
    Type.Object(
      { from: time('Hardly before'), to: Type.Optional(time('Hardly after; absent when it may not happen at all')) },
      { additionalProperties: false, description },
    ),
  );

/** What a sale comes to if it goes on as it has gone; each period is right nine times in ten. */
export const Forecast = Type.Object(
  {
    soldOut: period('When no ticket is left; absent while unknown, unless open, and when it is not in sight'),
    lineEmpty: period('When nobody waits; absent while unknown, unless open, and when the tickets go first or the line grows'),
    pace: Type.Number({ minimum: 0, description: 'Admissions per second that it counts on' }),
    ticketsPerAdmission: Type.Optional(
      Type.Object(
        {
          low: Type.Number({ minimum: 0, description: 'Hardly fewer' }),
          high: Type.Number({ minimum: 0, description: 'Hardly more' }),
        },
        {
          additionalProperties: false,
          description: 'Tickets that an admitted visitor takes, with those who take none; absent while unknown',
        },
      ),
    ),
  },
  { additionalProperties: false, description: 'What comes if the sale goes on like this; absent while nothing is known' },
);
export type Forecast = Static<typeof Forecast>;

export const Chance = Type.Number({
  minimum: 0,
  maximum: 1,
  description:
    "Likelihood that tickets are left at this place's turn, two decimals: from the place, what is left, and what visitors bought so far. Absent while too little is known, for a gate, and once all are sold",
});
