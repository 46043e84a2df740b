import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

export interface PassKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** `PASS_KEYS`: PKCS #8 in base64, separated by commas. Throws for anything that is no Ed25519 private key. */
export const parsePassKeys = (text: string): PassKey[] =>
  text.split(',').map((part) => {
    const privateKey = createPrivateKey({ key: Buffer.from(part.trim(), 'base64'), format: 'der', type: 'pkcs8' });
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('no Ed25519 key');
    return { privateKey, publicKey: createPublicKey(privateKey) };
  });
