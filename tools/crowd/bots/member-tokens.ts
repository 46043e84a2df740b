import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const newKey = (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** Validity of a token, seconds: below the limit of 600, and enough for a person who must try again. */
const validSeconds = 300;

/** A shop for one run: `members` of its sales, and the tokens that its login gives. */
export const createShop = () => {
  const [issuer, audience, kid] = ['https://shop.example', 'sunbeon-crowd', 'crowd'];
  const { publicKey, privateKey } = newKey();
  const jwk = publicKey.export({ format: 'jwk' }) as JsonWebKey & { kty: string };
  const other = newKey().privateKey;
  const tokenBy = (key: KeyObject, sub: string): string => {
    const exp = Math.floor(Date.now() / 1_000) + validSeconds;
    const text = `${part({ alg: 'ES256', kid })}.${part({ iss: issuer, aud: audience, sub, exp })}`;
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  return {
    members: { issuer, audience, jwks: { keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] } },
    tokenOf: (sub: string): string => tokenBy(privateKey, sub),
    /** Of somebody who has not the key. */
    forged: (sub: string): string => tokenBy(other, sub),
  };
};
