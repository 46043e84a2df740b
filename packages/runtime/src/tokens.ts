import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createDecoder, createSigner, createVerifier } from 'fast-jwt';
import { limits } from '@sunbeon/contracts';
import { CodedError } from './problems.ts';

/** What a visitor's token says: one sale, one visitor, the place taken with it, and which life of the sale it is from. */
export interface VisitorToken {
  saleId: string;
  visitorId: string;
  /** 0 while in the lobby. */
  seq: number;
  /** Creation time of the sale, ms: a sale that was deleted and made anew does not know this place. */
  generation: number;
}

export interface Tokens {
  sign: (token: VisitorToken) => string;
  /** The visitor of one join: the same for the same operation, and unguessable without the secret. */
  visitorOf: (saleId: string, operation: string) => string;
  /** Throws `invalid_token` for a missing, forged, expired or another sale's token, without saying which. */
  verify: (token: string | undefined, saleId: string) => VisitorToken;
  /** What the gateway shows on the internal hop; only who has the secret knows it. */
  hopCredential: string;
  /** Throws `invalid_token` unless the caller is a gateway of this Sunbeon. */
  verifyHop: (credential: unknown) => void;
}

interface Claims { sub: string; aud: string; seq: number; gen: number }
const keyId = (secret: string): string => createHash('sha256').update(secret).digest('base64url').slice(0, 8);

/** HMAC tokens. `secrets`: separated by commas; the first signs, all verify, so a key can be changed under a running sale. */
export const createTokens = (secrets: string): Tokens => {
  const all = secrets.split(',').map((secret) => secret.trim());
  const sign = createSigner({ key: all[0]!, algorithm: 'HS256', kid: keyId(all[0]!), expiresIn: limits.tokenDays * 86_400_000 });
  const options = { algorithms: ['HS256' as const], clockTolerance: 60_000, cache: 20_000 };
  const verifiers = new Map(all.map((secret) => [keyId(secret), createVerifier({ ...options, key: secret })]));
  const decode = createDecoder({ complete: true });
  const invalid = () => new CodedError('invalid_token');
  const hopCredentials = all.map((secret) => createHmac('sha256', secret).update('hop from gateway to service').digest('base64url'));
  return {
    hopCredential: hopCredentials[0]!,
    verifyHop: (credential) => {
      const given = Buffer.from(typeof credential === 'string' ? credential : '');
      if (!hopCredentials.some((expected) => given.length === expected.length && timingSafeEqual(given, Buffer.from(expected)))) throw invalid();
    },
    visitorOf: (saleId, operation) => createHmac('sha256', all[0]!).update(`${saleId}|${operation}`).digest().subarray(0, 16).toString('base64url'),
    sign: ({ saleId, visitorId, seq, generation }) => sign({ sub: visitorId, aud: saleId, seq, gen: generation }),
    verify: (token, saleId) => {
      if (!token || token.length > 1_024) throw invalid();
      let claims: Claims;
      try {
        const only = verifiers.size === 1 ? [...verifiers.values()][0] : undefined;
        const { header } = only ? { header: {} } : (decode(token) as { header: { kid?: string } });
        const verify = only ?? verifiers.get((header as { kid?: string }).kid ?? '');
        if (!verify) throw invalid();
        claims = verify(token) as Claims;
      } catch {
        throw invalid();
      }
      if (claims.aud !== saleId || typeof claims.sub !== 'string' || typeof claims.seq !== 'number' || typeof claims.gen !== 'number') throw invalid();
      return { saleId, visitorId: claims.sub, seq: claims.seq, generation: claims.gen };
    },
  };
};

/** `Bearer <token>` → token. */
export const bearerOf = (authorization: string | undefined): string | undefined => /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];

/** Compares the operator's token in constant time with each of `adminTokens` (separated by commas); throws `invalid_token`. */
export const createOperatorCheck = (adminTokens: string) => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = adminTokens.split(',').map((token) => digest(token.trim()));
  return (authorization: string | undefined): void => {
    const given = digest(bearerOf(authorization) ?? '');
    if (expected.filter((token) => timingSafeEqual(given, token)).length === 0) throw new CodedError('invalid_token', 'The operator\'s token is needed');
  };
};
