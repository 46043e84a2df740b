import { Type } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { limits } from './limits.ts';
import type { PublicRoute } from './routes.ts';
import { SaleId, saleParams } from './schema-parts.ts';

// Not judged here: a code that cannot be is one that is not known.
const codeParams = Type.Object(
  {
    sale: SaleId,
    code: Type.String({ minLength: 1, maxLength: 200, description: 'The access code; case, spaces and hyphens do not matter' }),
  },
  { additionalProperties: false },
);
const onSale = ['invalid_request', 'unavailable', 'invalid_token', 'sale_not_found'] as const satisfies ErrorCode[];

/** Routes of access codes, and of the way to another device: part of the catalogue. */
export const codeRoutes = {
  postTransfer: {
    method: 'POST',
    url: '/api/sales/:sale/queue/me/transfer',
    operationId: 'startTransfer',
    summary: 'Continue on another device: get a link',
    tag: 'queue',
    auth: 'visitor',
    service: 'queue',
    params: saleParams,
    answers: { 201: 'Transfer' },
    errors: [...onSale, 'not_in_queue', 'member_required', 'rate_limited'],
  },
  takeTransfer: {
    method: 'POST',
    url: '/api/sales/:sale/transfer',
    operationId: 'takeTransfer',
    summary: 'Take over a place from another device',
    tag: 'queue',
    auth: 'none',
    service: 'queue',
    params: saleParams,
    body: 'TransferRequest',
    answers: { 200: 'Place' },
    errors: ['invalid_request', 'unavailable', 'sale_not_found', 'code_invalid', 'member_required', 'rate_limited'],
    example: { code: 'Yk3v0pVQmJm1n2q7cE4x8A' },
  },
  makeCodes: {
    method: 'POST',
    url: '/api/admin/sales/:sale/codes',
    operationId: 'makeCodes',
    summary: 'Make access codes, or bring your own',
    tag: 'operator',
    auth: 'operator',
    role: 'admin',
    service: 'admission',
    params: saleParams,
    headers: Type.Object({
      'idempotency-key': Type.Optional(
        Type.String({
          pattern: '^[\\x21-\\x7e]+$',
          minLength: 1,
          maxLength: limits.idempotencyKeyCharacters,
          description: 'Names this intent: the same key always gets the same codes',
        }),
      ),
    }),
    body: 'MakeCodes',
    bodyBytes: limits.codesBodyBytes,
    answers: { 201: 'MadeCodes' },
    errors: [...onSale, 'idempotency_conflict', 'payload_too_large'],
    example: { count: 3, uses: 2, label: 'press' },
  },
  getCodes: {
    method: 'GET',
    url: '/api/admin/sales/:sale/codes',
    operationId: 'getCodes',
    summary: 'Access codes in pages, or all of them as CSV',
    tag: 'operator',
    auth: 'operator',
    role: 'admin',
    service: 'admission',
    params: saleParams,
    query: Type.Object({
      limit: Type.Optional(
        Type.String({
          pattern: '^([1-9][0-9]{0,2}|1000)$',
          description: `Codes of this answer, 1 to ${limits.codesPerPage}; ${limits.codesPerPageDefault} without it`,
        }),
      ),
      cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$', description: '`next` of the answer before' })),
      format: Type.Optional(
        Type.Union([Type.Literal('json'), Type.Literal('csv')], {
          description: '`csv`: all codes as text/csv; so does `Accept: text/csv`',
        }),
      ),
    }),
    csvExample: 'code,uses,used,label\nK7Q2M9XW4T,2,0,press\n',
    answers: { 200: 'CodesList' },
    errors: [...onSale],
  },
  deleteCode: {
    method: 'DELETE',
    url: '/api/admin/sales/:sale/codes/:code',
    operationId: 'takeBackCode',
    summary: 'Take an access code back; its places stay',
    tag: 'operator',
    auth: 'operator',
    role: 'admin',
    service: 'admission',
    params: codeParams,
    answers: { 204: null },
    errors: [...onSale, 'code_not_found'],
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
