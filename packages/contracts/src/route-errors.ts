import type { ErrorCode } from './errors.ts';
import type { PublicRoute } from './routes.ts';

/** Codes that the HTTP layer may answer to any request. */
const ofHttp: ErrorCode[] = [
  'invalid_request',
  'method_not_allowed',
  'request_timeout',
  'expectation_failed',
  'headers_too_large',
  'internal_error',
  'unavailable',
];

/** All codes of a route: its own, and those that follow from its input and its authentication. */
export const errorsOf = (route: PublicRoute): ErrorCode[] => {
  const codes = new Set<ErrorCode>([...ofHttp, ...route.errors]);
  if (route.params) codes.add('uri_too_long');
  if (route.method !== 'GET')
    for (const code of ['origin_not_allowed', 'payload_too_large', 'unsupported_media_type'] as const) codes.add(code);
  if (route.auth !== 'none') codes.add('invalid_token');
  if (route.auth === 'operator' && route.role !== 'viewer') codes.add('role_required');
  // Joins are limited per address, operator calls after wrong tokens, public reads by the number of different ones per second.
  if (route.auth !== 'visitor') codes.add('rate_limited');
  return [...codes];
};
