import { passAudienceOf, passType, receiptType } from '@sunbeon/contracts';
import { calculateJwkThumbprint, exportJWK, SignJWT, type JWK } from 'jose';
import { parsePassKeys } from './pass-keys.ts';

/** What a pass says of a stay. `exp`, `iat`: seconds by Redis's clock. `keyId`: of the key that signs it. */
export interface SignedStay {
  visitorId: string;
  exp: number;
  iat: number;
  keyId: string;
}

export interface PassSigner {
  /** Of the key that signs new passes. */
  keyId: string;
  /** The pass of a stay; with a key that is gone, one of the key of now. Ed25519 gives the same bytes for the same stay and key. */
  sign: (saleId: string, passId: string, stay: SignedStay) => Promise<string>;
  /** A receipt of a place. `subject`: the visitor's entry; `iat`: seconds by Redis's clock. */
  signReceipt: (saleId: string, subject: string, iat: number, claims: Record<string, string | number>) => Promise<string>;
  /** The public halves, newest first, for `/.well-known/jwks.json`. */
  jwks: { keys: JWK[] };
}

/** `publicUrl`: where people reach the gateway, `iss` of the passes. */
export const createPassSigner = async (passKeys: string, publicUrl: string): Promise<PassSigner> => {
  const keys = await Promise.all(
    parsePassKeys(passKeys).map(async ({ privateKey, publicKey }) => {
      const jwk = await exportJWK(publicKey);
      return { privateKey, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' } };
    }),
  );
  const [first] = keys as [(typeof keys)[number], ...typeof keys];
  const issuer = publicUrl.replace(/\/$/, '');
  return {
    keyId: first.jwk.kid,
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    sign: (saleId, passId, { visitorId, exp, iat, keyId }) => {
      const { privateKey, jwk } = keys.find((key) => key.jwk.kid === keyId) ?? first;
      return new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', typ: passType, kid: jwk.kid })
        .setIssuer(issuer)
        .setAudience(passAudienceOf(saleId))
        .setSubject(visitorId)
        .setJti(passId)
        .setIssuedAt(iat)
        .setExpirationTime(exp)
        .sign(privateKey);
    },
    signReceipt: (saleId, subject, iat, claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', typ: receiptType, kid: first.jwk.kid })
        .setIssuer(issuer)
        .setAudience(passAudienceOf(saleId))
        .setSubject(subject)
        .setIssuedAt(iat)
        .sign(first.privateKey),
  };
};
