import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';
import { count, object, SaleStatus, time } from './schema-parts.ts';

/** `GET …/line`. */
export const Line = object(
  {
    version: Type.Literal(1, { description: 'Version of this form' }),
    saleId: Type.String({ description: 'Id of the sale' }),
    generation: Type.Integer({ minimum: 0, description: 'Creation of the sale, ms; a sale made anew under this id has another' }),
    status: SaleStatus,
    at: time('When the gateway saw this state: at most ten seconds ago, longer only where it, or a cache, has lost what is behind it'),
    lastSeq: count('Highest seq known here; a visitor who joined in the last second may have a higher one'),
    frontier: count('No seq up to this one waits'),
    waiting: count('Visitors in the queue'),
    admitPerSecond: Type.Number({ exclusiveMinimum: 0, description: 'Configured pace, visitors per second' }),
    pace: Type.Number({ minimum: 0, description: 'Observed pace, visitors per second' }),
    stock: Type.Optional(
      Type.Object(
        { left: count('Free to buy'), held: count('Set aside for running payments'), total: count('Tickets of the sale') },
        { additionalProperties: false, description: 'Not of a gate' },
      ),
    ),
    chances: Type.Optional(
      Type.Array(
        // OpenAPI knows no tuples.
        Type.Unsafe<[position: number, chance: number]>(
          Type.Array(Type.Number({ minimum: 0 }), {
            minItems: 2,
            maxItems: 2,
            description: 'Last position with at least this chance, and the chance that tickets are left at its turn',
          }),
        ),
        {
          description: 'Chances by position, falling; between two a straight line. Absent while unknown',
        },
      ),
    ),
    message: Type.Optional(Type.String({ description: 'From the operator to those who wait' })),
    opensAt: Type.Optional(time('When it opens by itself')),
    lobby: Type.Optional(count('Visitors of the lobby who have no number yet')),
    departures: Type.Object(
      {
        block: Type.Literal(limits.departuresBlockSeqs, { description: 'Seqs of a block' }),
        from: count('First block of `counts`: that of the frontier'),
        counts: Type.Array(count('Visitors of the block who left'), { description: 'One for each whole block, to that of `lastSeq`' }),
      },
      { additionalProperties: false, description: 'Visitors who left the line before their turn' },
    ),
    next: Type.Integer({ minimum: 1, description: 'Shortest sensible interval of requests, ms' }),
  },
  'Line',
  'The public line of a sale: the same for everyone',
);
export type Line = Static<typeof Line>;
