import { jwtVerify } from 'jose';
import { BoundedMap } from './bounded-map.ts';
import type { KeySet } from './key-set.ts';
import { limits } from './limits.ts';
import type { Pass } from './types.ts';

/** A text of its own: a part of a header keeps the whole header in memory. */
const copyOf = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));

const algorithm = 'EdDSA';
const passType = 'sunbeon-pass+jwt';

/** A pass with its end in ms, and the key that signed it. */
export interface VerifiedPass extends Pass {
  expMs: number;
  kid: string;
}

/** `unknown`: its key is not known; `stale`: it was one, perhaps. `bad`: it is no pass of this sale. */
export type Verdict = { verdict: 'good'; pass: VerifiedPass } | { verdict: 'bad' | 'stale' | 'unknown' };

/** Base64url with one reading only: the bits that the last character has too many are 0, so that an edited token is another token. */
const isCanonical = (part: string): boolean => {
  if (!/^[\w-]+$/.test(part)) return false;
  const rest = part.length % 4;
  return rest === 0 || (rest === 2 && /[AQgw]$/.test(part)) || (rest === 3 && /[AEIMQUYcgkosw048]$/.test(part));
};

const decoder = new TextDecoder('utf-8', { fatal: true });
/** `Uint8Array.from` with a function takes ten times as long (10 µs for a pass). */
const bytesOf = (binary: string): Uint8Array => {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
};

const partOf = (part: string): Record<string, unknown> | null => {
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const value: unknown = JSON.parse(decoder.decode(bytesOf(binary)));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** The key id of a header with `alg`, `typ` and `kid` of ours and nothing else: no embedded key, no address of a key, no extension. */
const kidOf = (header: Record<string, unknown> | null): string | null => {
  if (header === null || Object.keys(header).length !== 3 || header['alg'] !== algorithm || header['typ'] !== passType) return null;
  return typeof header['kid'] === 'string' ? header['kid'] : null;
};

const passFrom = (claims: Record<string, unknown> | null, issuer: string, saleId: string, kid: string): VerifiedPass | null => {
  if (claims === null) return null;
  const { iss, aud, sub, jti, iat, exp } = claims;
  if (iss !== issuer || aud !== `sunbeon:sale:${saleId}` || typeof sub !== 'string' || typeof jti !== 'string') return null;
  if (!jti.startsWith(`${saleId}.`) || !Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return null;
  const expMs = (exp as number) * 1_000;
  // The last moment that a date can hold.
  if (expMs > 8.64e15 || expMs < 0) return null;
  return { passId: jti, saleId, visitorId: sub, expiresAt: new Date(expMs).toISOString(), expMs, kid };
};

/** Verifies passes of one sale and issuer. What cannot be one costs no signature; what was found good is not verified again. */
export const createVerifier = (keys: Pick<KeySet, 'keyOf'>, issuer: string, saleId: string) => {
  const remembered = new BoundedMap<string, VerifiedPass>(limits.rememberedPasses);
  const isStale = ({ expMs }: VerifiedPass): boolean => Date.now() > expMs + limits.toleranceMs;

  const claimedBy = (token: string): VerifiedPass | null => {
    const parts = token.split('.');
    if (token.length > limits.passCharacters || parts.length !== 3 || !parts.every(isCanonical)) return null;
    const kid = kidOf(partOf(parts[0]!));
    return kid === null ? null : passFrom(partOf(parts[1]!), issuer, saleId, kid);
  };

  const verify = async (token: string, lookFor?: (kid: string) => Promise<void>): Promise<Verdict> => {
    const known = remembered.get(token);
    const claimed = known ?? claimedBy(token);
    if (claimed === null) return { verdict: 'bad' };
    if (isStale(claimed)) return { verdict: 'stale' };
    if (keys.keyOf(claimed.kid) === undefined) await lookFor?.(claimed.kid);
    const key = keys.keyOf(claimed.kid);
    // A key that was rotated out takes its passes with it, also those that are remembered.
    if (key === undefined) return { verdict: 'unknown' };
    if (known !== undefined) return { verdict: 'good', pass: known };
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [algorithm],
        typ: passType,
        issuer,
        audience: `sunbeon:sale:${saleId}`,
        // `isStale` judges to the millisecond; the library counts in whole seconds.
        clockTolerance: limits.toleranceMs / 1_000 + 2,
      });
      const pass = passFrom(payload, issuer, saleId, claimed.kid);
      if (pass === null) return { verdict: 'bad' };
      remembered.set(copyOf(token), pass);
      return { verdict: 'good', pass };
    } catch {
      return { verdict: 'bad' };
    }
  };
  return { verify };
};
