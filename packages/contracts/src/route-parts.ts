import { Type } from 'typebox';
import { limits } from './limits.ts';
import { idempotencyKey } from './schema-parts.ts';

/** Headers and queries that several routes take. */
export const idempotencyHeaders = Type.Object({ 'idempotency-key': idempotencyKey });
export const optionalIdempotency = Type.Object({ 'idempotency-key': Type.Optional(idempotencyKey) });
export const pageQuery = Type.Object({
  limit: Type.Optional(
    Type.String({
      pattern: '^([1-9][0-9]?|[1-4][0-9]{2}|500)$',
      description: `Sales of this answer, 1 to ${limits.salesPerPage}; ${limits.salesPerPageDefault} without it`,
    }),
  ),
  cursor: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{2,54}$', description: '`next` of the answer before' })),
});
