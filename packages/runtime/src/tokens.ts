import { createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createDecoder, createVerifier } from 'fast-jwt';
import { LRUCache } from 'lru-cache';
import { limits } from '@sunbeon/contracts';
import { alone, keyId, secretsOf, type Keyring } from './keyring/keyring.ts';
import { CodedError } from './problems.ts';

/** Claims of a visitor's token: sale, visitor, the place taken with it, and the generation of the sale. */
export interface VisitorToken {
  saleId: string;
  visitorId: string;
  /** 0 while in the lobby. */
  seq: number;
  /** Creation time of the sale, ms: a sale deleted and created again rejects the token. */
  generation: number;
}

/** Signs a token; `issuedAtMs`: its `iat`, now without it. The same token and time give the same text. */
export type SignToken = (token: VisitorToken, issuedAtMs?: number) => string;

export interface Tokens {
  /** Throws what `signer` throws. */
  sign: SignToken;
  /**
   * Signs with the current key, also later: obtained before the join, so that no place is left without a token. Throws `unavailable` while
   * no key is certain to be known to every instance.
   */
  signer: () => SignToken;
  /** The visitor id of a join: the same for the same operation id on every instance, whatever key it signs with. The operation id is 128 random bits. */
  visitorOf: (saleId: string, operation: string) => string;
  /**
   * Throws `invalid_token` for a missing, forged, expired or another sale's token, without the reason; `unavailable` for one whose key
   * another instance may know.
   */
  verify: (token: string | undefined, saleId: string) => VisitorToken;
  /** The RPC credential of gateways; derived from the secret. */
  rpcCredential: string;
  /** Throws `invalid_token` unless the caller is a gateway of this Sunbeon. */
  verifyRpc: (credential: unknown) => void;
}

interface Claims {
  sub: string;
  aud: string;
  seq: number;
  gen: number;
  exp: number;
}
interface Known {
  visitor: VisitorToken;
  untilMs: number;
}

/** Longest possible token of Sunbeon. */
export const tokenCharacters = 1_024;
/** Copies a substring, which would keep the whole header in memory. */
export const copyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
/** Cache of verified tokens: a waiting visitor sends the same one repeatedly. */
const knownTokens = 20_000;
/** Tolerated difference between clocks of machines, ms. */
const clockToleranceMs = 60_000;
/** Keys of one credential that are compared, at most. */
const mostKeys = 8;
/** Length of a `newVisitorId`, characters. */
const visitorIdCharacters = 22;
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
/** Rejects other spellings of a token: the last character of a base64url part has unused bits, and decoders also accept padding. */
export const isCanonicalToken = (token: string): boolean => {
  const parts = token.split('.');
  return parts.length === 3 && parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part);
};

/** Whether a text has the form of a visitor's token, valid or not: three parts, the first of them JSON. */
export const hasTokenForm = (text: string): boolean => text.startsWith('eyJ') && isCanonicalToken(text);

/** HMAC tokens. `secrets`: separated by commas; all verify, and the keyring says which signs, so a key can be changed under a running sale. */
export const createTokens = (secrets: string, keyring: Keyring = alone(secrets)): Tokens => {
  const all = secretsOf(secrets);
  const signers = new Map(
    all.map((secret) => [
      keyId(secret),
      { key: createSecretKey(Buffer.from(secret)), header: base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid: keyId(secret) })) },
    ]),
  );
  const options = { algorithms: ['HS256' as const], clockTolerance: clockToleranceMs };
  const verifiers = new Map(all.map((secret) => [keyId(secret), createVerifier({ ...options, key: secret })]));
  const decode = createDecoder({ complete: true });
  /** Keyed by the whole token. The library's own cache hashes each token first, which costs as much as its signature. */
  const known = new LRUCache<string, Known>({ max: knownTokens });
  const invalid = () => new CodedError('invalid_token');
  const rpcCredentials = all.map((secret) => createHmac('sha256', secret).update('rpc from gateway to service').digest('base64url'));
  const kidOf = (token: string): string => {
    try {
      const { kid } = (decode(token) as { header: { kid?: unknown } }).header;
      return typeof kid === 'string' ? kid : '';
    } catch {
      return '';
    }
  };
  /** Throws for a token that is not Sunbeon's, or has expired. */
  const check = (token: string): Known => {
    let claims: Claims;
    if (!isCanonicalToken(token)) throw invalid();
    try {
      const only = verifiers.size === 1 ? [...verifiers.values()][0] : undefined;
      const { header } = only ? { header: {} } : (decode(token) as { header: { kid?: string } });
      const verify = only ?? verifiers.get(header.kid ?? '');
      if (!verify) throw invalid();
      claims = verify(token) as Claims;
    } catch {
      throw keyring.mayBeElsewhere(kidOf(token))
        ? new CodedError('unavailable', 'A key rotation is in progress. Nothing was changed.')
        : invalid();
    }
    const { aud, sub, seq, gen, exp } = claims;
    if (typeof aud !== 'string' || typeof sub !== 'string' || typeof seq !== 'number' || typeof gen !== 'number' || typeof exp !== 'number')
      throw invalid();
    return { visitor: { saleId: aud, visitorId: sub, seq, generation: gen }, untilMs: exp * 1_000 + clockToleranceMs };
  };
  const signer: Tokens['signer'] = () => {
    const { key, header } = signers.get(keyring.signingId())!;
    // Every join signs a token: 2.5 µs by this code; the verifying library would take 6.9.
    return ({ saleId, visitorId, seq, generation }, issuedAtMs = Date.now()) => {
      const iat = Math.floor(issuedAtMs / 1_000);
      const claims: Claims & { iat: number } = {
        sub: visitorId,
        aud: saleId,
        seq,
        gen: generation,
        iat,
        exp: iat + limits.tokenDays * 86_400,
      };
      const signed = `${header}.${base64url(JSON.stringify(claims))}`;
      return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
    };
  };
  return {
    // One credential per key, separated by spaces: gateway and service accept any common one, so that keys can be rotated in any order.
    rpcCredential: rpcCredentials.join(' '),
    verifyRpc: (credential) => {
      const given = (typeof credential === 'string' ? credential : '').split(' ', mostKeys).map((text) => Buffer.from(text));
      const matches = rpcCredentials.flatMap((expected) =>
        given.filter((one) => one.length === expected.length && timingSafeEqual(one, Buffer.from(expected))),
      );
      if (matches.length === 0) throw invalid();
    },
    visitorOf: (saleId, operation) =>
      createHash('sha256').update(`${saleId}|${operation}`).digest('base64url').slice(0, visitorIdCharacters),
    signer,
    sign: (token, issuedAtMs) => signer()(token, issuedAtMs),
    verify: (token, saleId) => {
      if (!token || token.length > tokenCharacters) throw invalid();
      let found = known.get(token);
      if (!found || found.untilMs < Date.now()) {
        found = check(token);
        known.set(copyOf(token), found);
      }
      if (found.visitor.saleId !== saleId) throw invalid();
      return found.visitor;
    },
  };
};

/** `Bearer <token>` → token, with one space or more between (RFC 9110, 11.4). */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
