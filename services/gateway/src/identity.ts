import { cookieNameOf } from '@sunbeon/contracts';
import { bearerOf, CodedError, codedErrorOf, tokenCharacters, type Tokens } from '@sunbeon/runtime';
import type { FastifyRequest } from 'fastify';

/** Tokens of one cookie header that are tried: a browser keeps one for each path. Bounds the signatures one request can cost (7 µs each). */
const cookieCandidates = 8;

/** The values of the cookies of one sale, in the order of the header (RFC 6265: a value may be quoted); nothing else of the header is looked at. */
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
 * a bad one must not hide a good one, nor one that another instance may know. If none does, the first, so that the refusal is the service's.
 */
export const cookieToken = (tokens: Pick<Tokens, 'verify'>, cookieHeader: string | undefined, saleId: string): string | undefined => {
  const candidates = cookieTokens(cookieHeader, saleId);
  if (candidates.length < 2) return candidates[0];
  const verdicts = candidates.map((token) => verdictOn(tokens, token, saleId));
  const best = (['good', 'unavailable'] as const).map((verdict) => verdicts.indexOf(verdict)).find((at) => at >= 0);
  return candidates[best ?? 0];
};

/** What can be said of a token: `unavailable` while keys are being changed and another instance may know it. */
export const verdictOn = (tokens: Pick<Tokens, 'verify'>, token: string, saleId: string): 'good' | 'bad' | 'unavailable' => {
  try {
    tokens.verify(token, saleId);
    return 'good';
  } catch (error) {
    return codedErrorOf(error).code === 'unavailable' ? 'unavailable' : 'bad';
  }
};

/**
 * The visitor's token: an Authorization header wins over the cookie, also when it is bad: a caller that names a token means that one. One that is
 * longer than any of ours goes no further than here: it travels in a batch with those of others, and must not make that one too large.
 */
export const tokenOf = (tokens: Pick<Tokens, 'verify'>, request: FastifyRequest, saleId: string): string | undefined => {
  const { authorization, cookie } = request.headers;
  const token = authorization === undefined ? cookieToken(tokens, cookie, saleId) : (bearerOf(authorization) ?? 'invalid');
  return token !== undefined && token.length > tokenCharacters ? 'invalid' : token;
};

/**
 * The cookies that a join sets: for this sale only, not readable by scripts, gone with the token. One for the calls, and one for the sale's page, which
 * learns from it that this browser has a place to ask for.
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

/** A page of an origin that is not allowed changes nothing, whatever cookies its browser sends. */
export const foreignOrigin = (request: FastifyRequest, isAllowed: (origin: string) => boolean): CodedError | undefined => {
  const { origin } = request.headers;
  return origin !== undefined && request.method !== 'GET' && request.method !== 'HEAD' && !isAllowed(origin)
    ? new CodedError('origin_not_allowed')
    : undefined;
};
