// A receipt: a compact JWS that says "this entry was in the lobby" or "this entry has this seq". Its signature is checked by Node's crypto.
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { fieldsOf, FormError, receiptFrom, type Receipt } from './answer.ts';

const type = 'sunbeon-receipt+jwt';
const isBase64url = /^[\w-]+$/;

/** `unknown_key`: no published key has this id, so nobody can say who signed it. */
export type Opened = { outcome: 'signed'; receipt: Receipt } | { outcome: 'forged' | 'unknown_key' | 'no_receipt'; reason: string };

const decode = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
};

/** The Ed25519 keys of a JWKS by id. Throws a FormError. */
export const keysFrom = (value: unknown): Map<string, KeyObject> => {
  const list = fieldsOf(value, 'the list of keys')['keys'];
  if (!Array.isArray(list)) throw new FormError('keys is missing or malformed');
  const keys = new Map<string, KeyObject>();
  for (const jwk of list.map((each: unknown) => fieldsOf(each, 'a key'))) {
    const { kty, crv, kid, x } = jwk;
    if (kty !== 'OKP' || crv !== 'Ed25519' || typeof kid !== 'string' || typeof x !== 'string') continue;
    try {
      keys.set(kid, createPublicKey({ key: { kty, crv, x }, format: 'jwk' }));
    } catch {
      // No point of the curve: it signed nothing.
    }
  }
  return keys;
};

/** Reads a file: the JWS alone, or the answer of the API with it. */
export const jwsOf = (file: string): string => {
  const value = decode(Buffer.from(file).toString('base64url'));
  const { receipt } = (value ?? {}) as { receipt?: unknown };
  return (typeof receipt === 'string' ? receipt : file).trim();
};

/** Checks type, key and signature of a receipt, and reads its claims. */
export const openReceipt = (jws: string, keys: ReadonlyMap<string, KeyObject>): Opened => {
  const parts = jws.split('.');
  const [header, claims, signature] = parts as [string, string, string];
  if (parts.length !== 3 || !parts.every((part) => isBase64url.test(part)))
    return { outcome: 'no_receipt', reason: 'it is no compact JWS' };
  const { alg, typ, kid } = (decode(header) ?? {}) as Record<string, unknown>;
  if (alg !== 'EdDSA' || typ !== type || typeof kid !== 'string')
    return { outcome: 'no_receipt', reason: `it is no JWS of alg EdDSA and typ ${type}` };
  const key = keys.get(kid);
  if (key === undefined) return { outcome: 'unknown_key', reason: kid };
  if (!verify(null, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')))
    return { outcome: 'forged', reason: kid };
  try {
    return { outcome: 'signed', receipt: receiptFrom(decode(claims)) };
  } catch (error) {
    return { outcome: 'no_receipt', reason: (error as Error).message };
  }
};
