import { Type, type Static } from 'typebox';
import { operatorLimits } from './operator-limits.ts';
import { object, time } from './schema-parts.ts';

export const SignIn = object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: operatorLimits.operatorTokenCharacters,
      description: 'Token of an operator; a `Bearer ` in front of it, and blanks around it, do not count',
    }),
  },
  'SignIn',
  'Sign-in of an operator',
);
export type SignIn = Static<typeof SignIn>;

export const OperatorIdentity = object(
  {
    name: Type.String({ description: 'Name of the operator, as in the audit log' }),
    role: Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin')], {
      description: '`viewer`: looks. `operator`: runs a sale. `admin`: everything',
    }),
  },
  'OperatorIdentity',
  'The operator of the call',
);
export type OperatorIdentity = Static<typeof OperatorIdentity>;

const values = (description: string) => Type.Optional(Type.Object({}, { additionalProperties: true, description }));

/** Actions of operators, and of Sunbeon itself; newest first. */
export const AuditLog = object(
  {
    entries: Type.Array(
      Type.Object(
        {
          at: time('When, by the clock of Redis'),
          action: Type.String({
            description:
              'create, change, open, pause, resume, close, add_stock, make_codes, take_back_code, cancel_order, plan, unplan, planned_change, rehearse or delete; shop_key: the first call of a shop with that key. Of the installation: create, sign_in, sign_out and sign_in_failed',
          }),
          operator: Type.String({
            description: 'Name of the operator or of a shop key; `sunbeon` for Sunbeon itself; empty for a wrong token',
          }),
          address: Type.String({ description: 'Address of the client' }),
          detail: Type.Object({}, { additionalProperties: true, description: 'Changed settings and values' }),
          before: values('What the action replaced, as far as it was another value'),
          after: values('What it replaced that by'),
        },
        { additionalProperties: false },
      ),
      { description: 'Newest first' },
    ),
    next: Type.Optional(Type.String({ description: 'For `after`; absent on the last page' })),
  },
  'AuditLog',
  'Actions on a sale, by operators and by Sunbeon itself',
);
export type AuditLog = Static<typeof AuditLog>;

/** Result of one check of one invariant. */
export const InvariantState = Type.Object(
  {
    invariant: Type.String({ description: 'I1 to I9, D3' }),
    title: Type.String({ description: 'Name of the invariant' }),
    verdict: Type.Union([Type.Literal('holds'), Type.Literal('broken'), Type.Literal('unknown')], {
      description: 'Result of the comparison',
    }),
    text: Type.String({ description: 'The compared counts, in English' }),
    said: Type.Optional(
      Type.Array(
        Type.Object(
          {
            code: Type.String({ description: 'What is said; `fault_…` for a violation' }),
            values: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]), {
              description: 'Its counts; `–` for what there is not',
            }),
          },
          { additionalProperties: false },
        ),
        { description: 'The same by codes, for other languages: violations first, then the compared counts' },
      ),
    ),
  },
  { additionalProperties: false },
);
export type InvariantState = Static<typeof InvariantState>;
