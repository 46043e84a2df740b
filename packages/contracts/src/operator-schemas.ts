import { Type, type Static } from 'typebox';
import { sampleColumns } from './samples.ts';
import { count, object, time } from './schema-parts.ts';

/** Actions of operators, and of Sunbeon itself, on a sale; newest first. */
export const AuditLog = object(
  {
    entries: Type.Array(
      Type.Object(
        {
          at: time('When, by the clock of Redis'),
          action: Type.String({
            description:
              'create, change, open, pause, resume, close, add_stock or delete; shop_key: the first call of a shop with that key',
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

/** `GET /api/admin/sales/{sale}/stats`: current stats of a sale, and its samples of the last hour. */
export const SaleStats = object(
  {
    sale: Type.Ref('OperatorSale'),
    purchases: count('Purchases ever made'),
    events: count('Number of the last event'),
    gateways: count('Gateways with a fresh report'),
    browsers: count('Open connections, of all gateways'),
    estimates: count('Completed estimates'),
    estimateErrorSeconds: Type.Number({ minimum: 0, description: 'Sum of the distances of real waits from their estimated ranges' }),
    invariants: Type.Array(InvariantState, {
      description: 'Invariants that counts alone can check; `npm run invariants` checks all',
    }),
    samples: Type.Array(Type.Array(Type.Number()), {
      description: `Later than \`after\`, oldest first: one a tick; those older than ten minutes stand for five each, with the longest \`sinceLastMs\` of them. Columns: ${sampleColumns.join(', ')}; rows of an older version lack the last ones`,
    }),
  },
  'SaleStats',
  'Current figures of a sale, and samples of the last hour',
);
