import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { fetchAddressFault, type Fault, type Members } from '@sunbeon/contracts';

/** What a shop may sign member tokens with: kinds of keys and their algorithms, as the queue verifies them. */
const algorithmsOf: Record<string, readonly string[]> = { RSA: ['RS256', 'PS256'], EC: ['ES256'], OKP: ['EdDSA'] };
const curves: Record<string, string> = { EC: 'P-256', OKP: 'Ed25519' };
/** Least length of an RSA key, bits. */
const leastRsaBits = 2_048;
const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

type Jwk = Record<string, unknown> & { kty: string };

/** Why a key verifies no member token; null for a good one. */
const keyFault = (jwk: Jwk): string | null => {
  const { kty, crv, alg, use, kid, key_ops: operations } = jwk;
  if (kty === 'oct') return 'is a secret, and no public key: kty must be RSA, EC or OKP';
  const algorithms = Object.hasOwn(algorithmsOf, kty) ? algorithmsOf[kty]! : null;
  if (algorithms === null) return 'has a kty other than RSA, EC and OKP';
  const found = privateParts.find((part) => part in jwk);
  if (found !== undefined) return `has the private part ${found}: only the public key belongs here`;
  if (kty in curves && crv !== curves[kty]) return `has a crv other than ${curves[kty]}`;
  if (alg !== undefined && !algorithms.includes(alg as string)) return `has an alg other than ${algorithms.join(' and ')}`;
  if (use !== undefined && use !== 'sig') return 'has a use other than sig';
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return 'has key_ops without verify';
  if (kid !== undefined && typeof kid !== 'string') return 'has a kid that is no text';
  try {
    const bits = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).asymmetricKeyDetails?.modulusLength;
    return bits !== undefined && bits < leastRsaBits ? `has less than ${leastRsaBits} bits` : null;
  } catch {
    return 'is no key';
  }
};

/** Faults of a way to know members that no schema can judge. Addresses inside the own network are refused when they are fetched, by what they lead to then. */
export const memberFaults = (members: Members | null | undefined): Fault[] => {
  if (!members || 'login' in members) return [];
  if ('jwksUri' in members) {
    const detail = fetchAddressFault(members.jwksUri);
    return detail === null ? [] : [{ path: '/members/jwksUri', detail }];
  }
  const keys = members.jwks.keys as Jwk[];
  return keys.flatMap((jwk, i) => {
    const path = `/members/jwks/keys/${i}`;
    const fault = keyFault(jwk);
    if (fault !== null) return [{ path, detail: fault }];
    // A token names its key by kid; two of a kind without one could not be told apart.
    const twin = keys.findIndex((other) => other.kid === jwk.kid && other.kty === jwk.kty);
    return twin < i
      ? [{ path, detail: jwk.kid === undefined ? 'needs a kid, beside another key of its kty' : 'has the kid of another key' }]
      : [];
  });
};
