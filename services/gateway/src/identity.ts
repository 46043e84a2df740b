import { cookieNameOf } from '@sunbeon/contracts';
import { bearerOf, CodedError, codedErrorOf, tokenCharacters, type Tokens } from '@sunbeon/runtime';
import type { FastifyRequest } from 'fastify';

/** Tokens of one cookie header that are verified: a browser has one per path. Bounds the signatures that one request can cost (7 µs each). */
const cookieCandidates = 8;

/** Values of one sale's cookies, in the order of the header (RFC 6265: a value may be quoted). */
export const cookieTokens = (cookieHeader: string | undefined, saleId: string): string[] => {
  const found: string[] = [];
  if (!cookieHeader) return found;
  const name = `${cookieNameOf(saleId)}=`;
  for (let at = cookieHeader.indexOf(name); at >= 0 && found.length < cookieCandidates; at = cookieHeader.indexOf(name, at + name.length)) {
    if (!/(^|;)[ \t]*$/.test(cookieHeader.slice(Math.max(0, at - 8), at))) continue;
    const end = cookieHeader.indexOf(';', at);
    const value = /^("?)([\w-]+\.[\w-]+\.[\w-]+)\1$/.exec(cookieHeader.slice(at + name.length, end < 0 ? undefined : end).trim())?.[2];
    if (value !== undefined && value.length <= tokenCharacters && !found.includes(value)) found.push(value);
  }
  return found;
};

/**
 * The token in the sale's cookie. With several cookies of the name (other paths, an older setting of the server), the first that verifies counts:
 * an invalid one must not hide a valid one, nor one whose key another instance may know. Without any, the first, so that the service refuses it.
 */
export const cookieToken = (tokens: Pick<Tokens, 'verify'>, cookieHeader: string | undefined, saleId: string): string | undefined => {
  const candidates = cookieTokens(cookieHeader, saleId);
  if (candidates.length < 2) return candidates[0];
  const verdicts = candidates.map((token) => verdictOn(tokens, token, saleId));
  const best = (['good', 'unavailable'] as const).map((verdict) => verdicts.indexOf(verdict)).find((at) => at >= 0);
  return candidates[best ?? 0];
};

/** Result of verifying a token: `unavailable` while keys are rotated and another instance may know its key. */
export const verdictOn = (tokens: Pick<Tokens, 'verify'>, token: string, saleId: string): 'good' | 'bad' | 'unavailable' => {
  try {
    tokens.verify(token, saleId);
    return 'good';
  } catch (error) {
    return codedErrorOf(error).code === 'unavailable' ? 'unavailable' : 'bad';
  }
};

/**
 * Removes a `Basic` Authorization: it is the password of a proxy in front, of a staging site for example, and a browser sends it with each
 * call. Sunbeon's own scheme is Bearer; the cookie decides then.
 */
export const forgetBasic = ({ headers }: FastifyRequest['raw']): void => {
  if (/^basic /i.test(headers.authorization ?? '')) delete headers.authorization;
};

/**
 * The visitor's token: the Authorization header precedes the cookie, also when it is invalid, because it is explicit. A token longer
 * than any of Sunbeon's is refused here: it would enlarge the batch that it shares with others.
 */
export const tokenOf = (tokens: Pick<Tokens, 'verify'>, request: FastifyRequest, saleId: string): string | undefined => {
  const { authorization, cookie } = request.headers;
  const token = authorization === undefined ? cookieToken(tokens, cookie, saleId) : (bearerOf(authorization) ?? 'invalid');
  return token !== undefined && token.length > tokenCharacters ? 'invalid' : token;
};

/**
 * Cookies of a join: for this sale only, HttpOnly, with the token's lifetime. One for the calls, and one for the sale's page, which
 * shows it that this browser has a place.
 */
export const setCookies = (saleId: string, token: string, maxAgeSeconds: number, secure: boolean): string[] =>
  [`/api/sales/${saleId}`, `/sales/${saleId}`].map(
    (path) => `${cookieNameOf(saleId)}=${token}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`,
  );

export const createOriginCheck = (allowedOrigins: string) => {
  const allowed = new Set(
    allowedOrigins
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
  );
  return (origin: string): boolean => allowed.has(origin);
};

/** CSRF protection: a page of an origin that is not allowed changes nothing, whatever cookies its browser sends. */
export const foreignOrigin = (request: FastifyRequest, isAllowed: (origin: string) => boolean): CodedError | undefined => {
  const { origin } = request.headers;
  return origin !== undefined && request.method !== 'GET' && request.method !== 'HEAD' && !isAllowed(origin)
    ? new CodedError('origin_not_allowed')
    : undefined;
};
