import { Type, type Static } from 'typebox';
import { object, time } from './schema-parts.ts';
import { saleTimeOf, settings } from './sale-settings.ts';

const plannedId = Type.String({ description: 'Id of the planned change' });
const Change = Type.Object(
  {
    admitPerSecond: Type.Optional(settings.admitPerSecond),
    activeLimit: Type.Optional(settings.activeLimit),
    message: Type.Optional(Type.Union([settings.message, Type.Null()], { description: 'To those who wait; `null` clears it' })),
    status: Type.Optional(
      Type.Union([Type.Literal('open'), Type.Literal('paused'), Type.Literal('closed')], {
        description: '`open` opens or resumes, `paused` pauses, `closed` closes',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1, description: 'What changes, at least one' },
);

/** `POST /api/admin/sales/{sale}/planned`. */
export const PlanChange = object({ at: saleTimeOf('When, by the clock of Redis'), change: Change }, 'PlanChange', 'A change for later');
export type PlanChange = Static<typeof PlanChange>;
export const PlannedChange = object(
  {
    plannedId,
    at: time('When, as it was sent'),
    change: Change,
    operator: Type.String({ description: 'Author of the plan, as in the audit log' }),
  },
  'PlannedChange',
  'A change that is planned',
);
export type PlannedChange = Static<typeof PlannedChange>;
export const PlannedList = object(
  { planned: Type.Array(Type.Ref('PlannedChange'), { description: 'Next first' }) },
  'PlannedList',
  'Planned changes of one sale',
);
