import { bearerOf, CodedError, tokenCharacters } from '@sunbeon/runtime';
import type { FastifyRequest } from 'fastify';

export const cookieName = (saleId: string): string => `sunbeon_${saleId}`;

/** The value of the cookie of one sale; nothing else of the header is looked at. */
export const cookieToken = (cookieHeader: string | undefined, saleId: string): string | undefined => {
  if (!cookieHeader) return undefined;
  const name = `${cookieName(saleId)}=`;
  const pair = cookieHeader.split(';').map((part) => part.trim()).find((part) => part.startsWith(name));
  const value = pair?.slice(name.length);
  return value && /^[\w.-]+$/.test(value) ? value : undefined;
};

/**
 * The visitor's token: an Authorization header wins over the cookie. One that is longer than any of ours goes no further than here: it travels in a
 * batch with those of others, and must not make that one too large.
 */
export const tokenOf = (request: FastifyRequest, saleId: string): string | undefined => {
  const { authorization, cookie } = request.headers;
  const token = authorization === undefined ? cookieToken(cookie, saleId) : (bearerOf(authorization) ?? 'invalid');
  return token !== undefined && token.length > tokenCharacters ? 'invalid' : token;
};

/** The cookie that a join sets: for this sale only, not readable by scripts, gone with the token. */
export const setCookie = (saleId: string, token: string, maxAgeSeconds: number, secure: boolean): string =>
  `${cookieName(saleId)}=${token}; Path=/api/sales/${saleId}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;

export const createOriginCheck = (allowedOrigins: string) => {
  const allowed = new Set(allowedOrigins.split(',').map((origin) => origin.trim()).filter(Boolean));
  return (origin: string): boolean => allowed.has(origin);
};

/** A page of an origin that is not allowed changes nothing, whatever cookies its browser sends. */
export const foreignOrigin = (request: FastifyRequest, isAllowed: (origin: string) => boolean): CodedError | undefined => {
  const { origin } = request.headers;
  return origin !== undefined && request.method !== 'GET' && request.method !== 'HEAD' && !isAllowed(origin) ? new CodedError('origin_not_allowed') : undefined;
};
