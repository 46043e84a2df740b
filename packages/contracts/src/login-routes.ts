import type { PublicRoute } from './routes.ts';
import { saleParams } from './schema-parts.ts';

/** Routes of the login by OpenID Connect: part of the catalogue. Both are navigations of a browser at the origin of the page. */
export const loginRoutes = {
  getLogin: {
    method: 'GET',
    url: '/api/sales/:sale/login',
    operationId: 'getLogin',
    summary: 'Sign in for a sale',
    tag: 'queue',
    auth: 'none',
    service: 'gateway',
    params: saleParams,
    answers: { 302: null },
    errors: ['invalid_request', 'sale_not_found', 'no_login', 'rate_limited', 'unavailable'],
  },
  getLoginCallback: {
    method: 'GET',
    url: '/api/login/callback',
    operationId: 'getLoginCallback',
    summary: 'Back from the login',
    tag: 'queue',
    auth: 'none',
    service: 'gateway',
    // Not judged here: what a provider adds is its own, and whatever is wrong leads back to the page.
    answers: { 302: null },
    errors: ['invalid_request', 'no_login', 'unavailable'],
  },
} as const satisfies Record<string, Readonly<PublicRoute>>;
