import { Type } from 'typebox';
import { limits } from './limits.ts';

/** Headers of a join: its key is a secret like the token. */
export const joinKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]+$',
      minLength: 22,
      maxLength: limits.idempotencyKeyCharacters,
      description: 'Names this intent, and is a secret like the token: for a minute the same key gets the same place and token',
    }),
  ),
});
