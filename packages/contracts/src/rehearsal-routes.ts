import { optionalIdempotency } from './route-parts.ts';
import type { PublicRoute } from './routes.ts';
import { saleParams } from './schema-parts.ts';

/** Routes of rehearsals: part of the catalogue. */
export const rehearsalRoutes = {
  startRehearsal: {
    method: 'POST',
    url: '/api/admin/sales/:sale/rehearsals',
    operationId: 'startRehearsal',
    summary: 'Rehearse: a copy of the sale with virtual people',
    tag: 'operator',
    auth: 'operator',
    role: 'admin',
    service: 'admission',
    params: saleParams,
    headers: optionalIdempotency,
    body: 'StartRehearsal',
    answers: { 201: 'OperatorSale' },
    errors: [
      'invalid_request',
      'unavailable',
      'invalid_token',
      'sale_not_found',
      'sale_unreadable',
      'too_many_rehearsals',
      'idempotency_conflict',
      'payload_too_large',
    ],
    example: { people: 50, minutes: 5 },
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
