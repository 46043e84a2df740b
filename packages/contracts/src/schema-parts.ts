import { Type, type Static, type TSchema } from 'typebox';
import { saleIdPattern } from './ids.ts';
import { limits } from './limits.ts';

/** Parts of the shared schemas. */
export const object = <T extends Record<string, TSchema>>(properties: T, id: string, description: string) =>
  Type.Object(properties, { $id: id, additionalProperties: false, description });
export const count = (description: string) => Type.Integer({ minimum: 0, description });
export const time = (description: string) => Type.String({ format: 'date-time', description: `${description}; ISO 8601 UTC` });
export const hex = (bytes: number, description: string) =>
  Type.String({ pattern: `^[0-9a-f]{${bytes * 2}}$`, description: `${description}; ${bytes} bytes, lower-case hex` });

export const SaleId = Type.String({ pattern: saleIdPattern, description: '1–40 of a-z 0-9 _ -, beginning with a letter or digit' });
export const SaleStatus = Type.Union(
  [
    Type.Literal('scheduled'),
    Type.Literal('lobby'),
    Type.Literal('drawing'),
    Type.Literal('open'),
    Type.Literal('paused'),
    Type.Literal('closed'),
  ],
  {
    description:
      '`scheduled`: joins are refused until the lobby or the sale opens. `lobby`: visitors come in, without an order. `drawing`: the order of the lobby is drawn, joins are behind it. `open`: joins and admissions. `paused`: joins, no admissions. `closed`: neither',
  },
);
export type SaleStatus = Static<typeof SaleStatus>;
/** Parameters of an address that names a sale. */
export const saleParams = Type.Object({ sale: SaleId }, { additionalProperties: false });

/** Control characters: C0, C1, line and paragraph separators, and bidirectional controls. */
const controls = '\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069';
/** At least one visible character. */
export const titlePattern = `^(?=[^]*[^\\s\\u200b-\\u200f\\u2060\\u2800\\u3164])[^\\u000a${controls}]*$`;
export const messagePattern = `^[^${controls}]*$`;

/** The header `Idempotency-Key`. */
export const idempotencyKey = Type.String({
  pattern: '^[\\x21-\\x7e]+$',
  minLength: 1,
  maxLength: limits.idempotencyKeyCharacters,
  description: 'Names this intent: the same key always gets the same answer',
});
