import { Type } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { operatorLimits } from './operator-limits.ts';
import { operatorSettings } from './operator-roles.ts';
import { optionalIdempotency, pageQuery } from './route-parts.ts';
import type { PublicRoute } from './routes.ts';
import { SaleId, saleParams } from './schema-parts.ts';

const ifMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      pattern: '^(W/"[0-9]{1,15}"|"?[0-9]{1,15}"?|\\*)$',
      description: 'Version the change was made for; a tag that a proxy made weak, `W/"7"`, names the same version',
    }),
  ),
});
const statsQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,15}$',
        description: '`atMs` of the last sample the caller has; without it, those of the last hour',
      }),
    ),
  },
  { additionalProperties: false },
);

const auditLogQuery = Type.Object(
  {
    sale: Type.Optional(SaleId),
    operator: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Only entries of this operator' })),
    checkIns: Type.Optional(
      Type.Union([Type.Literal('true'), Type.Literal('false')], { description: '`false`: without check-ins at the door' }),
    ),
    after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}-[0-9]{1,10}[.][01]$', description: '`next` of the answer before' })),
    limit: Type.Optional(
      Type.String({
        pattern: '^([1-9][0-9]?|[1-4][0-9]{2}|500)$',
        description: `Entries of this answer, 1 to ${operatorLimits.auditLogPerPage}; ${operatorLimits.auditLogPerPageDefault} without it`,
      }),
    ),
    format: Type.Optional(
      Type.Union([Type.Literal('json'), Type.Literal('csv')], {
        description: '`csv`: all of them as text/csv; so does `Accept: text/csv`',
      }),
    ),
  },
  { additionalProperties: false },
);

const ofOperator = ['invalid_request', 'unavailable', 'invalid_token'] as const satisfies ErrorCode[];
const onSale = [...ofOperator, 'sale_not_found', 'sale_unreadable'] as const satisfies ErrorCode[];

const transition = <const V extends 'open' | 'pause' | 'resume' | 'close'>(verb: V, summary: string) =>
  ({
    method: 'POST',
    url: `/api/admin/sales/:sale/${verb}`,
    operationId: `${verb}Sale`,
    summary,
    tag: 'operator',
    auth: 'operator',
    role: 'operator',
    service: 'admission',
    params: saleParams,
    headers: ifMatch,
    answers: { 200: 'OperatorSale' },
    errors: [...onSale, 'invalid_transition', 'version_conflict'],
  }) as const satisfies Readonly<PublicRoute>;

/** Routes of sales and their audit log, for operators: part of the catalogue. */
export const operatorRoutes = {
  createSale: {
    method: 'POST',
    url: '/api/admin/sales',
    operationId: 'createSale',
    summary: 'Create a sale',
    tag: 'operator',
    auth: 'operator',
    role: 'admin',
    service: 'admission',
    body: 'CreateSale',
    answers: { 201: 'OperatorSale' },
    errors: [...ofOperator, 'sale_exists', 'payload_too_large'],
    example: { saleId: 'concert_2025', title: 'Concert 2025', stock: 1000, admitPerSecond: 50, activeLimit: 500 },
  },
  getOperatorSales: {
    method: 'GET',
    url: '/api/admin/sales',
    operationId: 'getOperatorSales',
    summary: 'All sales with all settings, by id, in pages',
    tag: 'operator',
    auth: 'operator',
    role: 'viewer',
    service: 'admission',
    query: pageQuery,
    answers: { 200: 'OperatorSalesList' },
    errors: [...ofOperator],
  },
  getStats: {
    method: 'GET',
    url: '/api/admin/sales/:sale/stats',
    operationId: 'getStats',
    summary: 'Live figures of a sale, and those of the last hour',
    tag: 'operator',
    auth: 'operator',
    role: 'viewer',
    service: 'admission',
    params: saleParams,
    query: statsQuery,
    answers: { 200: 'SaleStats' },
    errors: [...onSale],
  },
  getReport: {
    method: 'GET',
    url: '/api/admin/sales/:sale/report',
    operationId: 'getReport',
    summary: 'What came of a sale, from its beginning to now',
    tag: 'operator',
    auth: 'operator',
    role: 'viewer',
    service: 'admission',
    params: saleParams,
    answers: { 200: 'SaleReport' },
    errors: [...onSale],
  },
  getOperatorSale: {
    method: 'GET',
    url: '/api/admin/sales/:sale',
    operationId: 'getOperatorSale',
    summary: 'One sale with all settings',
    tag: 'operator',
    auth: 'operator',
    role: 'viewer',
    service: 'admission',
    params: saleParams,
    answers: { 200: 'OperatorSale' },
    errors: [...onSale],
  },
  changeSale: {
    method: 'PATCH',
    url: '/api/admin/sales/:sale',
    operationId: 'changeSale',
    summary: 'Change settings',
    tag: 'operator',
    auth: 'operator',
    role: 'operator',
    roleOfOthers: { properties: operatorSettings, role: 'admin' },
    service: 'admission',
    params: saleParams,
    headers: ifMatch,
    body: 'ChangeSale',
    answers: { 200: 'OperatorSale' },
    errors: [...onSale, 'version_conflict', 'draw_fixed', 'invalid_transition', 'payload_too_large'],
    example: { admitPerSecond: 80, message: 'Doors are open' },
  },
  deleteSale: {
    method: 'DELETE',
    url: '/api/admin/sales/:sale',
    operationId: 'deleteSale',
    summary: 'Delete a closed sale and all its data',
    tag: 'operator',
    auth: 'operator',
    role: 'admin',
    service: 'admission',
    params: saleParams,
    answers: { 204: null },
    errors: [...onSale, 'sale_not_closed', 'pass_is_live'],
  },
  getAuditLog: {
    method: 'GET',
    url: '/api/admin/audit-log',
    operationId: 'getAuditLog',
    summary: 'Who did what to a sale, also to a deleted one, or who signed in; newest first',
    tag: 'operator',
    auth: 'operator',
    role: 'operator',
    service: 'admission',
    query: auditLogQuery,
    csvExample:
      '"at","sale","action","operator","address","before","after","detail"\n"2026-05-01T09:58:00.000Z","concert_2025","change","anna","192.0.2.10","{""admitPerSecond"":""50""}","{""admitPerSecond"":""80""}","{""admitPerSecond"":""80""}"\n',
    answers: { 200: 'AuditLog' },
    errors: [...onSale],
  },
  openSale: transition('open', 'Open now'),
  pauseSale: transition('pause', 'Admit nobody for a while'),
  resumeSale: transition('resume', 'Admit again'),
  closeSale: transition('close', 'Nobody joins or is admitted any more'),
  addStock: {
    method: 'POST',
    url: '/api/admin/sales/:sale/stock',
    operationId: 'addStock',
    summary: 'Add tickets, or take some away',
    tag: 'operator',
    auth: 'operator',
    role: 'admin',
    service: 'purchase',
    params: saleParams,
    headers: Type.Object({ ...optionalIdempotency.properties, ...ifMatch.properties }),
    body: 'AddStock',
    answers: { 200: 'OperatorSale' },
    errors: [...onSale, 'sale_is_gate', 'insufficient_stock', 'version_conflict', 'idempotency_conflict', 'payload_too_large'],
    example: { add: 100 },
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
