import { cookiesAreSecure, operatorCookie, operatorCookiePath, operatorLimits, publicRoutes, type PublicRoute } from '@sunbeon/contracts';
import { CodedError, sessionHeader } from '@sunbeon/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UpstreamAnswer } from '../rpc/upstream.ts';

/** Cookies of the name that are looked at: a browser has one. */
const candidates = 4;

/** Ids of sessions in the cookies of a call; a text that cannot be one is none. */
export const sessionsOf = ({ headers }: Pick<FastifyRequest, 'headers'>): string[] =>
  (headers.cookie?.split(';') ?? [])
    .flatMap((pair) => /^\s*sunbeon-operator=("?)([\w-]{43})\1\s*$/.exec(pair)?.[2] ?? [])
    .slice(0, candidates);

/** Whether the cookie is the credential of a call: an `Authorization` wins over it, and a sign-in brings its token in the body. */
const isByCookie = ({ auth }: PublicRoute, request: FastifyRequest): boolean =>
  (auth === 'operator' || auth === 'session') && request.headers.authorization === undefined && sessionsOf(request).length > 0;

/**
 * CSRF protection of the console: a change by cookie needs an `Origin`, as every browser sends one with it; a foreign one is refused for all calls. Throws
 * `origin_not_allowed`.
 */
export const requireOrigin = (route: PublicRoute, request: FastifyRequest): void => {
  if (route.method !== 'GET' && request.headers.origin === undefined && isByCookie(route, request))
    throw new CodedError('origin_not_allowed', 'A change by cookie needs an Origin; without a browser, send the token as Authorization.');
};

const cookieOf = (id: string, maxAgeSeconds: number, isSecure: boolean): string =>
  `${operatorCookie}=${id}; Path=${operatorCookiePath}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;

/** Turns the session of a sign-in into its cookie, and takes the cookie back after a sign-out. `webUrl`: `WEB_URL`. */
export const setSession = (route: PublicRoute, reply: FastifyReply, { status, headers }: UpstreamAnswer, webUrl: string): void => {
  const isSecure = cookiesAreSecure(webUrl, reply.request.protocol);
  const id = headers[sessionHeader];
  if (route === publicRoutes.signIn && status === 200 && typeof id === 'string')
    reply.header('set-cookie', cookieOf(id, operatorLimits.operatorSessionMs / 1_000, isSecure));
  if (route === publicRoutes.signOut && status === 204) reply.header('set-cookie', cookieOf('', 0, isSecure));
};
