import { Type } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { optionalIdempotency } from './route-parts.ts';
import type { PublicRoute } from './routes.ts';
import { SaleId, saleParams } from './schema-parts.ts';

const onSale = ['invalid_request', 'unavailable', 'invalid_token', 'sale_not_found'] as const satisfies ErrorCode[];

/** Routes of planned changes: part of the catalogue. */
export const plannedRoutes = {
  planChange: {
    method: 'POST',
    url: '/api/admin/sales/:sale/planned',
    operationId: 'planChange',
    summary: 'Plan a change of the pace, the limit, the message or the status',
    tag: 'operator',
    auth: 'operator',
    role: 'operator',
    service: 'admission',
    params: saleParams,
    headers: optionalIdempotency,
    body: 'PlanChange',
    answers: { 201: 'PlannedChange' },
    errors: [...onSale, 'invalid_transition', 'idempotency_conflict', 'payload_too_large'],
    example: { at: '2098-05-01T10:30:00.000Z', change: { admitPerSecond: 120, message: 'Twice as fast from now on' } },
  },
  getPlanned: {
    method: 'GET',
    url: '/api/admin/sales/:sale/planned',
    operationId: 'getPlanned',
    summary: 'Planned changes of a sale',
    tag: 'operator',
    auth: 'operator',
    role: 'viewer',
    service: 'admission',
    params: saleParams,
    answers: { 200: 'PlannedList' },
    errors: onSale,
  },
  deletePlanned: {
    method: 'DELETE',
    url: '/api/admin/sales/:sale/planned/:planned',
    operationId: 'deletePlanned',
    summary: 'Take a planned change back',
    tag: 'operator',
    auth: 'operator',
    role: 'operator',
    service: 'admission',
    params: Type.Object(
      { sale: SaleId, planned: Type.String({ minLength: 1, maxLength: 200, description: 'Id of the planned change: `plannedId`' }) },
      { additionalProperties: false },
    ),
    answers: { 204: null },
    errors: [...onSale, 'planned_not_found'],
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
