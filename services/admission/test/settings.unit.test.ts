import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SettingsError } from '@sunbeon/runtime';
import { readServiceConfig } from '../src/config.ts';
import { readServiceConfig as readPurchaseConfig } from '../../purchase/src/config.ts';

const before = process.env;
afterEach(() => {
  process.env = before;
});
const pkcs8 = (type: 'ed25519' | 'x25519'): string =>
  generateKeyPairSync(type as 'ed25519')
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64');
const publicHalf = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const [key, other] = [pkcs8('ed25519'), pkcs8('ed25519')];
const [secret, second] = ['s'.repeat(32), 't'.repeat(32)];
const good = {
  TOKEN_SECRET: 'token-secret-of-the-tests-0123456789',
  ADMIN_TOKEN: 'operator-token-of-the-tests',
  SHOP_KEYS: `shop:${secret}`,
  PASS_KEYS: key,
};
const reading = (read: () => unknown, settings: Record<string, string | undefined>) => {
  process.env = Object.fromEntries(Object.entries({ ...good, ...settings }).filter(([, value]) => value !== undefined));
  try {
    read();
    return null;
  } catch (error) {
    return error instanceof SettingsError ? error.message : String(error);
  }
};

describe('SHOP_KEYS', () => {
  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['without a name', secret],
    ['with an empty name', `:${secret}`],
    ['with a name in capitals', `Shop:${secret}`],
    ['with a name of 33 characters', `${'a'.repeat(33)}:${secret}`],
    ['with a secret of 31 characters', `shop:${'s'.repeat(31)}`],
    ['with a secret that no bearer token has', `shop:${'s'.repeat(32)}!`],
    ['with a secret that has a `=` inside', `shop:${'s'.repeat(16)}=${'s'.repeat(16)}`],
    ['with the same key twice', `shop:${secret},shop:${secret}`],
    ['with the same secret under two names', `shop:${secret},box:${secret}`],
    ['with the same name twice', `shop:${secret},shop:${second}`],
    ['with a comma at its end', `shop:${secret},`],
  ])('%s: neither service starts, and the sentence names the setting and no secret', (_, value) => {
    for (const read of [readServiceConfig, readPurchaseConfig]) {
      const message = reading(read, { SHOP_KEYS: value });
      expect(message).toMatch(/setting SHOP_KEYS/);
      expect(message).not.toMatch(/ssss|tttt/);
    }
  });

  it('takes several names, and secrets of all characters of a bearer token', () => {
    for (const read of [readServiceConfig, readPurchaseConfig])
      expect(reading(read, { SHOP_KEYS: `shop:${secret},box-2:${'aZ09-._~+/'.repeat(4)}==` })).toBeNull();
  });
});

describe('PASS_KEYS', () => {
  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['no base64', '%%%'],
    ['another kind of key', pkcs8('x25519')],
    ['a public key', publicHalf],
    ['a good key and a bad one', `${key},${other.slice(0, 20)}`],
    ['a comma at its end', `${key},`],
    ['the same key twice', `${key},${key}`],
    ['the same key twice, spelled differently', `${key},${key.replace(/=+$/, '')}=`],
  ])('%s: admission does not start, and the sentence names the setting and no key', (_, value) => {
    const message = reading(readServiceConfig, { PASS_KEYS: value });
    expect(message).toMatch(/setting PASS_KEYS/);
    expect(message).not.toContain(key.slice(0, 40));
  });

  it('takes one or several, with blanks after the commas; purchase needs none', () => {
    expect(reading(readServiceConfig, { PASS_KEYS: `${key}, ${other}` })).toBeNull();
    expect(reading(readPurchaseConfig, { PASS_KEYS: undefined })).toBeNull();
  });
});
