import type { PublicRoute } from './routes.ts';
import { saleParams } from './schema-parts.ts';

/** Proof of work: part of the catalogue. */
export const proofRoutes = {
  getChallenge: {
    method: 'GET',
    url: '/api/sales/:sale/challenge',
    operationId: 'getChallenge',
    summary: 'A challenge whose solution is the proof of work of one join',
    tag: 'queue',
    auth: 'none',
    service: 'gateway',
    params: saleParams,
    answers: { 200: 'Challenge' },
    errors: ['invalid_request', 'sale_not_found', 'no_challenge', 'sale_not_open', 'rate_limited', 'unavailable'],
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
