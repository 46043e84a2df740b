import { Type } from 'typebox';
import type { PublicRoute } from './routes.ts';
import { SaleId, saleParams } from './schema-parts.ts';

// Not judged here: a generation, block or count that cannot be is one that is not known.
const digits = (description: string) => Type.String({ minLength: 1, maxLength: 20, description });

/** Routes of the public line: part of the catalogue. Caches answer most of their requests. */
export const lineRoutes = {
  getLine: {
    method: 'GET',
    url: '/api/sales/:sale/line',
    operationId: 'getLine',
    summary: 'The line, the same for everyone',
    tag: 'queue',
    auth: 'none',
    service: 'gateway',
    params: saleParams,
    answers: { 200: 'Line' },
    caching: 'tick',
    errors: ['invalid_request', 'sale_not_found', 'rate_limited', 'unavailable'],
  },
  getDepartures: {
    method: 'GET',
    url: '/api/sales/:sale/line/:generation/departures/:block/:count',
    operationId: 'getDepartures',
    summary: 'Who of a block of seqs has left: a bitmap',
    tag: 'queue',
    auth: 'none',
    service: 'gateway',
    params: Type.Object(
      {
        sale: SaleId,
        generation: digits('`generation` of the line'),
        block: digits('Number of the block: its seqs begin at 4,096 times this'),
        count: digits('Bits set in the block, of `departures.counts`'),
      },
      { additionalProperties: false },
    ),
    binary: true,
    answers: { 200: null, 307: null },
    caching: 'content',
    errors: ['invalid_request', 'sale_not_found', 'no_departures', 'rate_limited', 'unavailable'],
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
