import { Type } from 'typebox';
import { limits } from './limits.ts';
import type { PublicRoute } from './routes.ts';
import { SaleId, saleParams } from './schema-parts.ts';

// Not judged here: a root or page that cannot be is one that is not known.
const rosterParams = Type.Object(
  {
    sale: SaleId,
    root: Type.String({ minLength: 1, maxLength: 100, description: 'Root of the roster, lower-case hex' }),
    page: Type.String({ minLength: 1, maxLength: 20, description: `Number of the page from 0; ${limits.rosterPageEntries} entries each` }),
  },
  { additionalProperties: false },
);

/** Routes of the draw of a lobby: part of the catalogue. */
export const drawRoutes = {
  getReceipt: {
    method: 'GET',
    url: '/api/sales/:sale/queue/me/receipt',
    operationId: 'getReceipt',
    summary: 'A signed receipt of my place',
    tag: 'queue',
    auth: 'visitor',
    service: 'admission',
    params: saleParams,
    answers: { 200: 'Receipt' },
    errors: ['invalid_request', 'unavailable', 'invalid_token', 'sale_not_found', 'not_in_queue'],
  },
  getDraw: {
    method: 'GET',
    url: '/api/sales/:sale/draw',
    operationId: 'getDraw',
    summary: 'The draw of the lobby, as far as it is public',
    tag: 'sales',
    auth: 'none',
    service: 'gateway',
    params: saleParams,
    answers: { 200: 'Draw' },
    caching: 'second',
    errors: ['invalid_request', 'sale_not_found', 'no_draw', 'rate_limited', 'unavailable'],
  },
  getDrawEntries: {
    method: 'GET',
    url: '/api/sales/:sale/draw/:root/entries/:page',
    operationId: 'getDrawEntries',
    summary: 'A page of the roster: 32-byte entries in order',
    tag: 'sales',
    auth: 'none',
    service: 'gateway',
    params: rosterParams,
    binary: true,
    answers: { 200: null },
    caching: 'content',
    errors: ['invalid_request', 'sale_not_found', 'no_draw', 'rate_limited', 'unavailable'],
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
