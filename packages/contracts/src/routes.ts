import { Type, type TSchema } from 'typebox';
import type { Caching } from './caching.ts';
import { codeRoutes } from './code-routes.ts';
import { drawRoutes } from './draw-routes.ts';
import type { ErrorCode } from './errors.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { joinKey } from './join-key.ts';
import { lineRoutes } from './line-routes.ts';
import type { OperatorRole } from './operator-roles.ts';
import { operatorRoutes } from './operator-routes.ts';
import { proofRoutes } from './proof-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { plannedRoutes } from './planned-routes.ts';
import { rehearsalRoutes } from './rehearsal-routes.ts';
import { loginRoutes } from './login-routes.ts';
import { idempotencyHeaders, optionalIdempotency, pageQuery } from './route-parts.ts';
import type { RpcMethod } from './rpc.ts';
import { SaleId, saleParams } from './schema-parts.ts';
import { sessionRoutes } from './session-routes.ts';
import type { SchemaId } from './schemas.ts';

/**
 * The public API as data: the gateway serves exactly these routes, services implement them with `defineRoute`, OpenAPI is made from them.
 * Authentication, validation and the properties of an answer follow from the entry, never from code of a route.
 */
export type ServiceName = 'queue' | 'admission' | 'purchase';
export type PublicRoute = RouteParts & RouteAuth;

/**
 * Who may call: anyone, a visitor with a token of the sale, a visitor if there is a token, the shop's server with its key, either, whoever has a token of an
 * operator in the body, an operator or anybody who is signed out, or an operator of at least `role`.
 */
export type RouteAuth =
  | {
      auth: 'none' | 'visitor' | 'visitor-if-any' | 'shop' | 'visitor-or-shop' | 'sign-in' | 'session';
      role?: undefined;
      roleOfOthers?: undefined;
    }
  | OperatorAuth;
interface OperatorAuth {
  auth: 'operator';
  /** Named by each route: one without a role does not compile. */
  role: OperatorRole;
  /** The role that a body needs which names other properties than these. */
  roleOfOthers?: { properties: readonly string[]; role: OperatorRole };
}

interface RouteParts {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  operationId: string;
  summary: string;
  tag: 'sales' | 'queue' | 'purchases' | 'passes' | 'operator';
  /** The service that answers; `gateway`: itself, and no service is asked on the way. */
  service: ServiceName | 'gateway';
  /** Set: the service serves the route only as this batched RPC of gateways, and over no other path. */
  rpc?: RpcMethod;
  params?: TSchema;
  headers?: TSchema;
  query?: TSchema;
  /** `$id` of the body's schema. */
  body?: SchemaId;
  /** A request without a body counts as an empty object. */
  bodyOptional?: true;
  /** Largest body, bytes; `limits.bodyBytes` without it. */
  bodyBytes?: number;
  /** The answer is bytes, `application/octet-stream`, and no JSON. */
  binary?: true;
  /** Example of the answer as `text/csv`; absent where there is no CSV. */
  csvExample?: string;
  /** Success status → `$id` of the answer's schema, or null for no body. Properties that the schema does not name are not sent. */
  answers: Record<number, SchemaId | null>;
  errors: ErrorCode[];
  /** What caches may do with the answer; absent: it belongs to one caller, and they keep nothing. */
  caching?: Exclude<Caching, 'own'>;
  /** A valid body, for the documentation and for the test that sends it. */
  example?: unknown;
}

const holdParams = Type.Object(
  { sale: SaleId, hold: Type.String({ pattern: '^h_[A-Za-z0-9_-]{22}$', description: 'Id of the hold: `holdId`' }) },
  { additionalProperties: false },
);
// Not judged here: an id that cannot be is one that is not known.
const passParams = Type.Object(
  { pass: Type.String({ minLength: 1, maxLength: 200, description: 'Id of the pass: `passId`' }) },
  { additionalProperties: false },
);
/** Other parameters are let through: a proxy may append the query of the request that it asks about, as `rewrite` of Caddy does. */
const guardQuery = Type.Object({
  mode: Type.Optional(
    Type.String({
      description: '`status`, for nginx: a redirect is a 401 with its target in `X-Sunbeon-Location`. Nothing else means anything',
    }),
  ),
});
/** Codes of the route itself; `errorsOf` adds those of the HTTP layer. */
const always: ErrorCode[] = ['invalid_request', 'unavailable'];
const ofVisitor: ErrorCode[] = [...always, 'invalid_token', 'sale_not_found'];
const ofEntrance: ErrorCode[] = ['member_required', 'invalid_member', 'proof_required', 'proof_invalid', 'code_invalid'];
const ofShop: ErrorCode[] = [...always, 'invalid_token'];
const buying: ErrorCode[] = [
  ...ofVisitor,
  'not_admitted',
  'sold_out',
  'insufficient_stock',
  'limit_exceeded',
  'idempotency_conflict',
  'sale_is_gate',
  'payload_too_large',
];
/** Keeps each route's own method, address and schemas in its type, for `route-types.ts`. */
const routes = <const T extends Record<string, PublicRoute>>(catalogue: T): T => catalogue;

const catalogue = routes({
  getSales: {
    method: 'GET',
    url: '/api/sales',
    operationId: 'getSales',
    summary: 'Sales that are not closed, by id, in pages',
    tag: 'sales',
    auth: 'none',
    service: 'admission',
    query: pageQuery,
    answers: { 200: 'SalesList' },
    caching: 'tick',
    errors: ['invalid_request', 'unavailable'],
  },
  getSale: {
    method: 'GET',
    url: '/api/sales/:sale',
    operationId: 'getSale',
    summary: 'One sale',
    tag: 'sales',
    auth: 'none',
    service: 'admission',
    params: saleParams,
    answers: { 200: 'Sale' },
    caching: 'tick',
    errors: ['invalid_request', 'sale_not_found', 'sale_unreadable', 'unavailable'],
  },
  postQueue: {
    method: 'POST',
    url: '/api/sales/:sale/queue',
    operationId: 'joinQueue',
    summary: 'Take a place, or get the one already taken',
    tag: 'queue',
    auth: 'visitor-if-any',
    service: 'queue',
    rpc: 'join',
    params: saleParams,
    headers: joinKey,
    body: 'JoinRequest',
    bodyOptional: true,
    answers: { 200: 'Place', 201: 'Place' },
    errors: [...ofVisitor, 'sale_not_open', 'sold_out', 'limit_exceeded', 'idempotency_conflict', ...ofEntrance],
  },
  getPlace: {
    method: 'GET',
    url: '/api/sales/:sale/queue/me',
    operationId: 'getPlace',
    summary: 'My place; changes nothing',
    tag: 'queue',
    auth: 'visitor',
    service: 'queue',
    rpc: 'place',
    params: saleParams,
    answers: { 200: 'Visitor' },
    errors: [...ofVisitor, 'not_in_queue'],
  },
  ...lineRoutes,
  ...drawRoutes,
  ...proofRoutes,
  ...codeRoutes,
  ...loginRoutes,
  postClaim: {
    method: 'POST',
    url: '/api/sales/:sale/queue/me/claim',
    operationId: 'claim',
    summary: 'I am here: start my session',
    tag: 'queue',
    auth: 'visitor',
    service: 'admission',
    rpc: 'claim',
    params: saleParams,
    answers: { 200: 'Visitor' },
    errors: [...ofVisitor, 'not_admitted'],
  },
  deletePlace: {
    method: 'DELETE',
    url: '/api/sales/:sale/queue/me',
    operationId: 'leaveQueue',
    summary: 'Give my place up',
    tag: 'queue',
    auth: 'visitor',
    service: 'queue',
    params: saleParams,
    answers: { 204: null },
    errors: [...ofVisitor, 'not_in_queue', 'pass_is_live', 'confirm_by_shop'],
  },
  postTicket: {
    method: 'POST',
    url: '/api/sales/:sale/queue/me/pass',
    operationId: 'getTicket',
    summary: 'Go to the shop: get a ticket',
    tag: 'queue',
    auth: 'visitor',
    service: 'admission',
    params: saleParams,
    body: 'TicketRequest',
    bodyOptional: true,
    answers: { 201: 'Ticket' },
    errors: [
      ...ofVisitor,
      'not_admitted',
      'sale_not_open',
      'no_return_url',
      'return_url_not_allowed',
      'limit_exceeded',
      'payload_too_large',
    ],
    example: {},
  },
  redeemTicket: {
    method: 'POST',
    url: '/api/passes/redeem',
    operationId: 'redeemTicket',
    summary: 'Change a ticket into a pass, once',
    tag: 'passes',
    auth: 'shop',
    service: 'admission',
    headers: optionalIdempotency,
    body: 'RedeemRequest',
    answers: { 200: 'Redemption' },
    errors: [...ofShop, 'ticket_not_found', 'idempotency_conflict', 'payload_too_large'],
    example: { ticket: 'concert_2025.Yk3v0pVQmJm1n2q7cE4x8A' },
  },
  getPass: {
    method: 'GET',
    url: '/api/passes/:pass',
    operationId: 'getPass',
    summary: 'State of a stay in the shop',
    tag: 'passes',
    auth: 'shop',
    service: 'admission',
    params: passParams,
    answers: { 200: 'PassStatus' },
    errors: [...ofShop, 'pass_not_found'],
  },
  extendPass: {
    method: 'POST',
    url: '/api/passes/:pass/extend',
    operationId: 'extendPass',
    summary: 'More time for a visitor',
    tag: 'passes',
    auth: 'shop',
    service: 'admission',
    params: passParams,
    headers: optionalIdempotency,
    answers: { 200: 'PassExtension' },
    errors: [...ofShop, 'pass_not_found', 'pass_ended', 'already_completed', 'limit_exceeded', 'sale_not_open'],
  },
  completePass: {
    method: 'POST',
    url: '/api/passes/:pass/complete',
    operationId: 'completePass',
    summary: 'The visitor is done: the next one is admitted',
    tag: 'passes',
    auth: 'shop',
    service: 'admission',
    params: passParams,
    body: 'CompleteRequest',
    answers: { 200: 'PassCompletion' },
    errors: [...ofShop, 'pass_not_found', 'pass_ended', 'already_completed', 'hold_not_confirmed', 'payload_too_large'],
    example: { outcome: 'purchased', reference: 'order-7', quantity: 2 },
  },
  getPassKeys: {
    method: 'GET',
    url: '/.well-known/jwks.json',
    operationId: 'getPassKeys',
    summary: 'Public keys that verify passes',
    tag: 'passes',
    auth: 'none',
    service: 'gateway',
    answers: { 200: 'PassKeys' },
    caching: 'document',
    errors: ['unavailable'],
  },
  guardRequest: {
    method: 'GET',
    url: '/api/guard/:sale',
    operationId: 'guardRequest',
    summary: 'May this request reach the shop? Asked by its reverse proxy',
    tag: 'passes',
    auth: 'none',
    service: 'gateway',
    params: saleParams,
    query: guardQuery,
    headers: forwardedHeaders,
    answers: { 200: null, 302: null },
    errors: ['invalid_request', 'pass_required', 'wrong_gate', 'sale_not_found', 'rate_limited', 'unavailable'],
  },
  postPurchase: {
    method: 'POST',
    url: '/api/sales/:sale/purchases',
    operationId: 'purchase',
    summary: 'Buy',
    tag: 'purchases',
    auth: 'visitor',
    service: 'purchase',
    rpc: 'purchase',
    params: saleParams,
    headers: idempotencyHeaders,
    body: 'BuyRequest',
    answers: { 201: 'Purchase' },
    errors: [...buying, 'confirm_by_shop'],
    example: { quantity: 2 },
  },
  getPurchases: {
    method: 'GET',
    url: '/api/sales/:sale/purchases/me',
    operationId: 'getPurchases',
    summary: 'What I bought',
    tag: 'purchases',
    auth: 'visitor',
    service: 'purchase',
    params: saleParams,
    answers: { 200: 'PurchaseList' },
    errors: ofVisitor,
  },
  getHolds: {
    method: 'GET',
    url: '/api/sales/:sale/holds/me',
    operationId: 'getHolds',
    summary: 'What is set aside for me',
    tag: 'purchases',
    auth: 'visitor',
    service: 'purchase',
    params: saleParams,
    answers: { 200: 'HoldList' },
    errors: ofVisitor,
  },
  postHold: {
    method: 'POST',
    url: '/api/sales/:sale/holds',
    operationId: 'hold',
    summary: 'Set tickets aside while I pay',
    tag: 'purchases',
    auth: 'visitor',
    service: 'purchase',
    params: saleParams,
    headers: idempotencyHeaders,
    body: 'BuyRequest',
    answers: { 201: 'Hold' },
    errors: buying,
    example: { quantity: 2 },
  },
  getHold: {
    method: 'GET',
    url: '/api/sales/:sale/holds/:hold',
    operationId: 'getHold',
    summary: 'A living hold, for the shop',
    tag: 'purchases',
    auth: 'shop',
    service: 'purchase',
    params: holdParams,
    answers: { 200: 'Hold' },
    errors: [...ofShop, 'sale_not_found', 'hold_not_found', 'sale_is_gate'],
  },
  postConfirm: {
    method: 'POST',
    url: '/api/sales/:sale/holds/:hold/confirm',
    operationId: 'confirmHold',
    summary: 'Paid: turn the hold into a purchase',
    tag: 'purchases',
    auth: 'visitor-or-shop',
    service: 'purchase',
    params: holdParams,
    body: 'ConfirmRequest',
    bodyOptional: true,
    answers: { 201: 'Purchase' },
    errors: [...ofVisitor, 'hold_not_found', 'confirm_by_shop', 'sale_is_gate', 'payload_too_large'],
    example: {},
  },
  deleteHold: {
    method: 'DELETE',
    url: '/api/sales/:sale/holds/:hold',
    operationId: 'releaseHold',
    summary: 'Give the held tickets back',
    tag: 'purchases',
    auth: 'visitor-or-shop',
    service: 'purchase',
    params: holdParams,
    answers: { 204: null },
    errors: [...ofVisitor, 'hold_not_found', 'confirm_by_shop', 'sale_is_gate'],
  },
  ...orderRoutes,
  ...plannedRoutes,
  ...sessionRoutes,
  ...operatorRoutes,
  ...rehearsalRoutes,
});

export type RouteCatalogue = typeof catalogue;
export const publicRoutes: { [K in keyof RouteCatalogue]: RouteCatalogue[K] & Omit<RouteParts, 'answers'> } = catalogue;
