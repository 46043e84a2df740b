import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';
import { object, time } from './schema-parts.ts';

export const SignIn = object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: limits.operatorTokenCharacters,
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

/** Actions of operators, and of Sunbeon itself, on a sale; newest first. */
export const AuditLog = object(
  {
    entries: Type.Array(
      Type.Object(
        {
          at: time('When, by the clock of Redis'),
          action: Type.String({
            description:
              'create, change, open, pause, resume, close, add_stock, make_codes, take_back_code, cancel_order or delete; shop_key: the first call of a shop with that key',
          }),
          operator: Type.String({ description: 'Fingerprint of the token; the name of a shop key; `sunbeon` for Sunbeon itself' }),
          address: Type.String({ description: 'Address of the client' }),
          detail: Type.Object({}, { additionalProperties: true, description: 'Changed settings and values' }),
        },
        { additionalProperties: false },
      ),
      { description: 'Newest first' },
    ),
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
    text: Type.String({ description: 'The compared counts' }),
  },
  { additionalProperties: false },
);
export type InvariantState = Static<typeof InvariantState>;
