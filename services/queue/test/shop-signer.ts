import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export type Json = Record<string, unknown>;
export const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A key of a shop: its public half as a JWK, and what it signs. */
export interface ShopKey {
  jwk: Json & { kid: string; kty: string };
  privateKey: KeyObject;
  alg: string;
}

const pairOf = (alg: string): { publicKey: KeyObject; privateKey: KeyObject } => {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2_048 });
};
export const newShopKey = (alg = 'ES256', kid = `k-${alg}`): ShopKey => {
  const { publicKey, privateKey } = pairOf(alg);
  return { jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as ShopKey['jwk'], privateKey, alg };
};

const signatureOf = (alg: string, text: string, key: KeyObject): Buffer => {
  const data = Buffer.from(text);
  if (alg === 'EdDSA') return sign(null, data, key);
  if (alg === 'ES256') return sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
  return sign('sha256', data, alg === 'PS256' ? { key, padding: 6, saltLength: 32 } : key);
};

/** A token with any header and claims, signed as the header says. */
export const signedBy = ({ jwk, privateKey, alg }: ShopKey, claims: unknown, header: Json = {}): string => {
  const text = `${part({ alg, kid: jwk.kid, ...header })}.${part(claims)}`;
  return `${text}.${signatureOf(alg, text, privateKey).toString('base64url')}`;
};
export const signedByHmac = (secret: string | Buffer | KeyObject, header: Json, claims: unknown, hash = 'sha256'): string => {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
};
