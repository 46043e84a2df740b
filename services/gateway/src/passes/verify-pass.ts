import { passAudienceOf, passType, saleIdOfPass } from '@sunbeon/contracts';
import { copyOf, isCanonicalToken, LRUCache } from '@sunbeon/runtime';
import { jwtVerify } from 'jose';
import type { PassKeySet } from './pass-keys.ts';

export const passLimits = {
  /** No pass of ours is longer. */
  characters: 1_024,
  /** After `exp` by Redis's clock, ms: clocks and the way of a request. */
  toleranceMs: 5_000,
  /** Passes whose signature was found good lately. */
  remembered: 20_000,
} as const;

/** What a pass says. Times in seconds. */
export interface Pass {
  saleId: string;
  passId: string;
  visitorId: string;
  iat: number;
  exp: number;
  kid: string;
}

/** `unknown`: no key was ever known here, so it may be good. */
export type PassVerdict = { verdict: 'good'; pass: Pass } | { verdict: 'bad' | 'unknown' };

export interface PassVerifier {
  verify: (token: string, saleId: string) => Promise<PassVerdict>;
}

const partOf = (token: string, part: 0 | 1): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** The key id of a header that names algorithm, type and key id as ours do, and nothing else: no embedded key, address of a key, or extension. */
const kidOf = (token: string): string | null => {
  const header = partOf(token, 0);
  if (header === null || Object.keys(header).length !== 3 || header['alg'] !== 'EdDSA' || header['typ'] !== passType) return null;
  return typeof header['kid'] === 'string' ? header['kid'] : null;
};

/** The claims as a pass, if they are those of a pass of this issuer and sale. */
const passFrom = (claims: Record<string, unknown> | null, issuer: string, saleId: string, kid: string): Pass | null => {
  if (claims === null) return null;
  const { iss, aud, sub, jti, iat, exp } = claims;
  if (iss !== issuer || aud !== passAudienceOf(saleId) || typeof sub !== 'string' || typeof jti !== 'string') return null;
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp) || saleIdOfPass(jti) !== saleId) return null;
  return { saleId, passId: jti, visitorId: sub, iat: iat as number, exp: exp as number, kid };
};

/** `now`: Redis's clock, ms. What cannot be a pass is refused before a signature is looked at, which is all that costs anything here (0.1 ms). */
export const createPassVerifier = (
  keys: Pick<PassKeySet, 'keyOf' | 'current' | 'lookFor'>,
  issuer: string,
  now: () => number,
): PassVerifier => {
  const known = new LRUCache<string, Pass>({ max: passLimits.remembered });
  const isOver = ({ exp }: Pass): boolean => now() > exp * 1_000 + passLimits.toleranceMs;

  const check = async (token: string, saleId: string): Promise<PassVerdict> => {
    const kid = isCanonicalToken(token) ? kidOf(token) : null;
    const claimed = kid === null ? null : passFrom(partOf(token, 1), issuer, saleId, kid);
    if (claimed === null || isOver(claimed)) return { verdict: 'bad' };
    if (keys.keyOf(claimed.kid) === undefined) await keys.lookFor();
    const key = keys.keyOf(claimed.kid);
    if (key === undefined) return { verdict: keys.current() === null ? 'unknown' : 'bad' };
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['EdDSA'],
        typ: passType,
        issuer,
        audience: passAudienceOf(saleId),
        currentDate: new Date(now()),
        // Judged above to the millisecond; the library counts in whole seconds.
        clockTolerance: passLimits.toleranceMs / 1_000 + 1,
      });
      const pass = passFrom(payload, issuer, saleId, claimed.kid);
      if (pass === null) return { verdict: 'bad' };
      known.set(copyOf(token), pass);
      return { verdict: 'good', pass };
    } catch {
      return { verdict: 'bad' };
    }
  };

  return {
    verify: async (token, saleId) => {
      if (token.length > passLimits.characters) return { verdict: 'bad' };
      const pass = known.get(token);
      // A key that was taken away takes its passes with it.
      if (pass === undefined || keys.keyOf(pass.kid) === undefined) return await check(token, saleId);
      return pass.saleId === saleId && !isOver(pass) ? { verdict: 'good', pass } : { verdict: 'bad' };
    },
  };
};
