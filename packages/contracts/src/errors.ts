/** The closed catalogue of what may go wrong: HTTP status, title, and whether the same request may succeed later. */
export const errorCatalogue = {
  invalid_request: { status: 400, title: 'The request is not valid', retryable: false },
  invalid_token: { status: 401, title: 'A valid token for this sale is needed', retryable: false },
  not_admitted: { status: 403, title: 'Not admitted', retryable: false },
  origin_not_allowed: { status: 403, title: 'This origin may not call', retryable: false },
  not_in_queue: { status: 404, title: 'Not in the queue', retryable: false },
  sale_not_found: { status: 404, title: 'No such sale', retryable: false },
  hold_not_found: { status: 404, title: 'No such hold', retryable: false },
  route_not_found: { status: 404, title: 'No such address', retryable: false },
  method_not_allowed: { status: 405, title: 'This address does not answer that method', retryable: false },
  sale_not_open: { status: 409, title: 'The sale is not open', retryable: true },
  sold_out: { status: 409, title: 'Sold out', retryable: false },
  insufficient_stock: { status: 409, title: 'Not enough tickets left', retryable: true },
  limit_exceeded: { status: 409, title: 'More than one visitor may buy', retryable: false },
  sale_exists: { status: 409, title: 'The sale exists already', retryable: false },
  sale_not_closed: { status: 409, title: 'Close the sale first', retryable: false },
  invalid_transition: { status: 409, title: 'The sale cannot go there from its status', retryable: false },
  version_conflict: { status: 412, title: 'The sale was changed by somebody else', retryable: false },
  payload_too_large: { status: 413, title: 'The request is too large', retryable: false },
  unsupported_media_type: { status: 415, title: 'Send application/json', retryable: false },
  idempotency_conflict: { status: 422, title: 'This Idempotency-Key was used for another request', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  internal_error: { status: 500, title: 'Something broke on our side', retryable: false },
  unavailable: { status: 503, title: 'Unavailable for a moment', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** RFC 9457 problem document. `code` is from the catalogue; `detail` is for people. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail?: string;
}

export const problemOf = (code: ErrorCode, detail?: string): Problem => ({
  type: 'about:blank',
  title: errorCatalogue[code].title,
  status: errorCatalogue[code].status,
  code,
  ...(detail === undefined ? {} : { detail }),
});
