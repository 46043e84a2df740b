import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';
import { count, hex, object } from './schema-parts.ts';

/** An ALTCHA challenge (protocol v2) in its deterministic form: the counter is drawn by the server from 0 to `most`, and one hash checks it. */
export const Challenge = object(
  {
    parameters: Type.Object(
      {
        algorithm: Type.Literal('SHA-256', { description: 'Hash of one try' }),
        cost: Type.Literal(1, { description: 'Rounds of one try' }),
        data: Type.Object(
          {
            generation: Type.String({ description: 'Of the sale' }),
            most: Type.Integer({ minimum: 1, description: 'Every counter below it may be the one; half as many tries on average' }),
            sale: Type.String({ description: 'Its id' }),
          },
          { additionalProperties: false, description: 'What it is for' },
        ),
        expiresAt: count('End of its validity, Unix seconds'),
        keyLength: Type.Literal(32, { description: 'Bytes of the hash' }),
        keyPrefix: hex(16, 'Begin of SHA-256(salt ‖ nonce ‖ counter), the counter in 4 bytes, big-endian'),
        nonce: hex(16, 'Random'),
        salt: hex(16, 'Random'),
      },
      { additionalProperties: false, description: 'Signed, in the order of their names' },
    ),
    signature: hex(32, 'HMAC-SHA-256 of the parameters as JSON'),
  },
  'Challenge',
  'An ALTCHA challenge (protocol v2)',
);
export type Challenge = Static<typeof Challenge>;

/** Counters to try from: twice as many as the tries that the work takes on average. `level`: of a sale that asks only in a rush; null: the sale always asks. */
export const proofMost = (seconds: number, level: number | null): number => {
  const factor = level === null ? 1 : Math.min(Math.max(level, 1), limits.proofLevels) / limits.proofLevelsOfFullCost;
  return Math.max(1, Math.round(2 * seconds * factor * limits.proofHashesPerSecond));
};
