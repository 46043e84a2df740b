import type { PublicRoute } from './routes.ts';

/** Routes of the console's sign-in: part of the catalogue. */
export const sessionRoutes = {
  signIn: {
    method: 'POST',
    url: '/api/admin/session',
    operationId: 'signIn',
    summary: 'Sign in to the console: a token of an operator for a cookie',
    tag: 'operator',
    auth: 'sign-in',
    service: 'admission',
    body: 'SignIn',
    answers: { 200: 'OperatorIdentity' },
    errors: ['invalid_request', 'unavailable', 'invalid_token', 'payload_too_large'],
    example: { token: 'a-token-of-24-characters-or-more' },
  },
  getSession: {
    method: 'GET',
    url: '/api/admin/session',
    operationId: 'getSession',
    summary: 'Who am I; nothing when signed out',
    tag: 'operator',
    auth: 'session',
    service: 'admission',
    answers: { 200: 'OperatorIdentity', 204: null },
    errors: ['invalid_request', 'unavailable', 'invalid_token'],
  },
  signOut: {
    method: 'DELETE',
    url: '/api/admin/session',
    operationId: 'signOut',
    summary: 'Sign out of the console, copies of the cookie too',
    tag: 'operator',
    auth: 'session',
    service: 'admission',
    answers: { 204: null },
    errors: ['invalid_request', 'unavailable', 'invalid_token'],
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
