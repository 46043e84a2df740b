import type { ErrorCode } from './contracts.ts';

/**
 * The codes alone, as `route-paths.ts` has the paths alone: the compiler compares them with the catalogue and misses none. The titles of the catalogue are
 * for developers, and no browser shows them.
 */
const codes: Record<ErrorCode, 1> = {
  invalid_request: 1,
  return_url_not_allowed: 1,
  invalid_token: 1,
  pass_required: 1,
  not_admitted: 1,
  origin_not_allowed: 1,
  wrong_gate: 1,
  confirm_by_shop: 1,
  not_in_queue: 1,
  sale_not_found: 1,
  hold_not_found: 1,
  ticket_not_found: 1,
  no_departures: 1,
  no_draw: 1,
  pass_not_found: 1,
  route_not_found: 1,
  method_not_allowed: 1,
  request_timeout: 1,
  sale_not_open: 1,
  sold_out: 1,
  insufficient_stock: 1,
  limit_exceeded: 1,
  sale_is_gate: 1,
  no_return_url: 1,
  pass_is_live: 1,
  pass_ended: 1,
  already_completed: 1,
  hold_not_confirmed: 1,
  sale_exists: 1,
  sale_not_closed: 1,
  invalid_transition: 1,
  draw_fixed: 1,
  version_conflict: 1,
  payload_too_large: 1,
  uri_too_long: 1,
  unsupported_media_type: 1,
  expectation_failed: 1,
  idempotency_conflict: 1,
  upgrade_required: 1,
  rate_limited: 1,
  headers_too_large: 1,
  sale_unreadable: 1,
  internal_error: 1,
  unavailable: 1,
};

export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(codes, code);
