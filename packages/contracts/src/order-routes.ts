import { Type } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { limits } from './limits.ts';
import type { PublicRoute } from './routes.ts';
import { SaleId, saleParams } from './schema-parts.ts';

// Not judged here: an id that cannot be is one that is not known.
const orderParams = Type.Object(
  { sale: SaleId, purchase: Type.String({ minLength: 1, maxLength: 200, description: 'Id of the purchase: `purchaseId`' }) },
  { additionalProperties: false },
);
const onSale = ['invalid_request', 'unavailable', 'invalid_token', 'sale_not_found'] as const satisfies ErrorCode[];

/** Routes of orders: part of the catalogue. */
export const orderRoutes = {
  getOrders: {
    method: 'GET',
    url: '/api/admin/sales/:sale/orders',
    operationId: 'getOrders',
    summary: 'Orders in pages, or all of them as CSV',
    tag: 'operator',
    auth: 'operator',
    role: 'operator',
    service: 'purchase',
    params: saleParams,
    query: Type.Object({
      limit: Type.Optional(
        Type.String({
          pattern: '^([1-9][0-9]?|[1-4][0-9]{2}|500)$',
          description: `Orders of this answer, 1 to ${limits.ordersPerPage}; ${limits.ordersPerPageDefault} without it`,
        }),
      ),
      cursor: Type.Optional(Type.String({ pattern: '^(o[0-9]{1,20}[.])?[0-9]{1,15}$', description: '`next` of the answer before' })),
      state: Type.Optional(Type.Union([Type.Literal('paid'), Type.Literal('cancelled')], { description: 'Only orders of this state' })),
      q: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 128,
          description: 'Only orders with this purchase id or its first six characters, this visitor id, or this reference',
        }),
      ),
      format: Type.Optional(
        Type.Union([Type.Literal('json'), Type.Literal('csv')], {
          description: '`csv`: all of them as text/csv; so does `Accept: text/csv`',
        }),
      ),
    }),
    csvExample:
      '"purchaseId","saleId","visitorId","seq","quantity","state","reference","purchasedAt","checkedInAt","cancelledAt","reason"\n"p_Q0mXx3oB2Zc7VbQ9aK1dTg","concert_2025","Yk3v0pVQmJm1n2q7cE4x8A","1042","2","paid","A-2025-0042","2026-05-01T10:01:40.000Z","","",""\n',
    answers: { 200: 'OrdersList' },
    errors: [...onSale],
  },
  getOrder: {
    method: 'GET',
    url: '/api/admin/sales/:sale/orders/:purchase',
    operationId: 'getOrder',
    summary: 'One order',
    tag: 'operator',
    auth: 'operator',
    role: 'operator',
    service: 'purchase',
    params: orderParams,
    answers: { 200: 'Order' },
    errors: [...onSale, 'order_not_found'],
  },
  cancelOrder: {
    method: 'POST',
    url: '/api/admin/sales/:sale/orders/:purchase/cancel',
    operationId: 'cancelOrder',
    summary: 'Cancel an order; its tickets go back to the line, or leave the sale',
    tag: 'operator',
    auth: 'operator',
    role: 'admin',
    service: 'purchase',
    params: orderParams,
    body: 'CancelRequest',
    answers: { 200: 'Order' },
    errors: [...onSale, 'order_not_found', 'already_cancelled', 'already_checked_in', 'payload_too_large'],
    example: { reason: 'Paid twice', restock: true },
  },
  checkInOrder: {
    method: 'POST',
    url: '/api/admin/sales/:sale/orders/:purchase/check-in',
    operationId: 'checkInOrder',
    summary: 'Check an order in at the door, once',
    tag: 'operator',
    auth: 'operator',
    role: 'operator',
    service: 'purchase',
    params: orderParams,
    headers: Type.Object({
      'idempotency-key': Type.Optional(
        Type.String({
          pattern: '^[\\x21-\\x7e]+$',
          minLength: 1,
          maxLength: limits.idempotencyKeyCharacters,
          description: 'Names this intent: the same key gets the same answer, for one that was lost',
        }),
      ),
    }),
    answers: { 200: 'Order' },
    errors: [...onSale, 'order_not_found', 'already_checked_in', 'order_cancelled'],
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
