import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

export interface PassKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** `PASS_KEYS`: PKCS #8 in base64, separated by commas. Throws for anything that is no Ed25519 private key, and for a key that is there twice. */
export const parsePassKeys = (text: string): PassKey[] => {
  const keys = text.split(',').map((part) => {
    const privateKey = createPrivateKey({ key: Buffer.from(part.trim(), 'base64'), format: 'der', type: 'pkcs8' });
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('no Ed25519 key');
    return { privateKey, publicKey: createPublicKey(privateKey) };
  });
  if (new Set(keys.map(({ publicKey }) => publicKey.export({ format: 'jwk' }).x)).size !== keys.length) throw new Error('one key twice');
  return keys;
};
