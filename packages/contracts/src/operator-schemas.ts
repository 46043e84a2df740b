import { Type, type Static } from 'typebox';
import { object, time } from './schema-parts.ts';

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
