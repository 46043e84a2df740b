/** The closed catalogue of error codes: HTTP status, title, and whether a retry of the same request may succeed. */
export const errorCatalogue = {
  invalid_request: { status: 400, title: 'The request is not valid', retryable: false },
  return_url_not_allowed: { status: 400, title: 'The return address is none of the sale', retryable: false },
  invalid_token: { status: 401, title: 'A valid token is needed', retryable: false },
  member_required: { status: 401, title: 'Only members may join', retryable: false },
  invalid_member: { status: 401, title: 'The member token is not good', retryable: false },
  pass_required: { status: 401, title: 'A pass is needed', retryable: false },
  not_admitted: { status: 403, title: 'Not admitted, or the time to buy is over', retryable: false },
  origin_not_allowed: { status: 403, title: 'Requests from this origin are not allowed', retryable: false },
  role_required: { status: 403, title: 'The role of the operator does not allow this', retryable: false },
  wrong_gate: { status: 403, title: 'The address is not one that this sale guards', retryable: false },
  confirm_by_shop: { status: 403, title: 'The shop confirms, not the visitor', retryable: false },
  proof_required: { status: 403, title: 'A proof of work is needed', retryable: false },
  proof_invalid: { status: 403, title: 'The proof of work is not good, or not good any more', retryable: false },
  code_invalid: { status: 403, title: 'The code is not good, or not good any more', retryable: false },
  not_in_queue: { status: 404, title: 'No place in the queue', retryable: false },
  sale_not_found: { status: 404, title: 'The sale does not exist', retryable: false },
  hold_not_found: { status: 404, title: 'The hold does not exist, or its time is over', retryable: false },
  ticket_not_found: { status: 404, title: 'The ticket is not good, or not good any more', retryable: false },
  order_not_found: { status: 404, title: 'The sale has no such order', retryable: false },
  code_not_found: { status: 404, title: 'The sale has no such code', retryable: false },
  planned_not_found: { status: 404, title: 'The sale has no such planned change', retryable: false },
  no_challenge: { status: 404, title: 'The sale asks for no proof of work', retryable: false },
  no_login: { status: 404, title: 'The sale has no login', retryable: false },
  no_departures: { status: 404, title: 'This gateway has no such block of departures', retryable: false },
  no_draw: { status: 404, title: 'The sale has no such draw', retryable: false },
  pass_not_found: { status: 404, title: 'The pass does not exist', retryable: false },
  route_not_found: { status: 404, title: 'The address does not exist', retryable: false },
  method_not_allowed: { status: 405, title: 'The address exists, but not for this method', retryable: false },
  request_timeout: { status: 408, title: 'The request took too long to arrive', retryable: true },
  sale_not_open: { status: 409, title: 'The sale is not open', retryable: true },
  sold_out: { status: 409, title: 'Sold out', retryable: false },
  insufficient_stock: { status: 409, title: 'Fewer tickets are left than were asked for', retryable: true },
  limit_exceeded: { status: 409, title: 'A limit of the sale is exceeded', retryable: false },
  sale_is_gate: { status: 409, title: 'The sale is a gate and sells nothing itself', retryable: false },
  no_return_url: { status: 409, title: 'The sale has no return address', retryable: false },
  pass_is_live: { status: 409, title: 'A pass of the sale is still good', retryable: true },
  pass_ended: { status: 409, title: 'The stay of the pass is over', retryable: false },
  already_completed: { status: 409, title: 'The stay was completed before', retryable: false },
  hold_not_confirmed: { status: 409, title: 'The hold was not confirmed', retryable: false },
  already_cancelled: { status: 409, title: 'The order was cancelled in the other way', retryable: false },
  already_checked_in: { status: 409, title: 'The order was checked in before', retryable: false },
  order_cancelled: { status: 409, title: 'The order is cancelled', retryable: false },
  sale_exists: { status: 409, title: 'A sale with this id exists already', retryable: false },
  too_many_rehearsals: { status: 409, title: 'There are as many rehearsals as there may be', retryable: true },
  sale_not_closed: { status: 409, title: 'Only a closed sale can be deleted', retryable: false },
  invalid_transition: { status: 409, title: 'The status of the sale does not allow this', retryable: false },
  draw_fixed: { status: 409, title: 'The lobby is open: its settings are fixed', retryable: false },
  version_conflict: { status: 412, title: 'The sale was changed since that version', retryable: false },
  payload_too_large: { status: 413, title: 'The request is too large', retryable: false },
  uri_too_long: { status: 414, title: 'The address is too long', retryable: false },
  unsupported_media_type: { status: 415, title: 'The body must be application/json', retryable: false },
  expectation_failed: { status: 417, title: 'The Expect header is not supported', retryable: false },
  idempotency_conflict: { status: 422, title: 'The Idempotency-Key was used for a different request', retryable: false },
  upgrade_required: { status: 426, title: 'A WebSocket handshake of version 13 is needed', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  headers_too_large: { status: 431, title: 'The headers are too large', retryable: false },
  sale_unreadable: { status: 500, title: 'The stored values of the sale cannot be read', retryable: false },
  internal_error: { status: 500, title: 'An unexpected error occurred', retryable: false },
  unavailable: { status: 503, title: 'Temporarily unavailable', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** RFC 9457 problem document. `code` is from the catalogue; `detail` is for people. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail?: string;
  /** Every fault of the part of the request that was refused. */
  errors?: Fault[];
  /** With `pass_required`: the waiting page. */
  roomUrl?: string;
  /** With `member_required` and `invalid_member` of a sale with a login: its address, below the page. */
  loginUrl?: string;
  /** With `proof_required`: a fresh challenge. */
  challenge?: object;
  /** With `already_checked_in`: the time of the first check-in. */
  checkedInAt?: string;
}
/** Members that a service adds to a problem. */
export type ProblemMembers = Pick<Problem, 'checkedInAt'>;

/** `path`: a JSON pointer into the body (`/quantity`), or `query/…`, `header/…`, `path/…` with the name; empty for the body as a whole. */
export interface Fault {
  path: string;
  detail: string;
}

/** Address of the code's paragraph, relative to the API; the gateway serves it. */
export const problemTypeOf = (code: ErrorCode): string => `/docs/errors#${code}`;

export const problemOf = (code: ErrorCode, detail?: string, errors?: Fault[], more: ProblemMembers = {}): Problem => ({
  type: problemTypeOf(code),
  title: errorCatalogue[code].title,
  status: errorCatalogue[code].status,
  code,
  ...(detail === undefined ? {} : { detail }),
  ...(errors === undefined ? {} : { errors }),
  ...more,
});
