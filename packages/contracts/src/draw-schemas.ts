import { Type, type Static } from 'typebox';
import { count, hex, object, time } from './schema-parts.ts';

/** `GET …/draw`: all that the draw has published so far. */
export const Draw = object(
  {
    algorithm: Type.Literal('sunbeon-draw-v1', { description: 'How the order is made' }),
    phase: Type.Union([Type.Literal('committed'), Type.Literal('frozen'), Type.Literal('drawn')], {
      description: '`committed`: the commitment is public. `frozen`: the roster too. `drawn`: everything, the seed too',
    }),
    order: Type.Literal('random', { description: 'Order of the lobby' }),
    commitment: hex(32, 'SHA-256 of the seed'),
    generation: Type.Integer({ minimum: 0, description: 'Creation of the sale, ms: part of every entry' }),
    lobbyOpensAt: time('From when visitors could come'),
    opensAt: time('The opening that is planned, or was'),
    closedAt: Type.Optional(time('When the lobby was closed')),
    frozenAt: Type.Optional(time('When count and root of the roster were published')),
    count: Type.Optional(count('Entries of the roster')),
    root: Type.Optional(hex(32, 'Merkle tree hash of the roster, RFC 6962')),
    beacon: Type.Optional(
      Type.Object(
        {
          network: Type.String({ description: 'Name of the beacon' }),
          chain: hex(32, 'Hash of its chain'),
          round: Type.Integer({ minimum: 1, description: 'First round later than `frozenAt` + 3 s' }),
          status: Type.Union([Type.Literal('pending'), Type.Literal('verified'), Type.Literal('unavailable')], {
            description: '`unavailable`: the draw went on without it, and is not proven',
          }),
          randomness: Type.Optional(hex(32, 'Randomness of the round')),
          signature: Type.Optional(Type.String({ pattern: '^([0-9a-f]{2})+$', description: 'BLS signature of the round, lower-case hex' })),
        },
        { additionalProperties: false, description: 'Public randomness; absent without `drand`' },
      ),
    ),
    seed: Type.Optional(hex(32, 'The seed; only after the draw')),
    drawnAt: Type.Optional(time('When the whole order was written')),
  },
  'Draw',
  'A draw, as far as it is public',
);
export type Draw = Static<typeof Draw>;
export const Receipt = object(
  { receipt: Type.String({ description: 'A JWS in compact form, type `sunbeon-receipt+jwt`, EdDSA' }) },
  'Receipt',
  'A signed receipt of a place',
);
export type Receipt = Static<typeof Receipt>;
