import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SettingsError } from '@sunbeon/runtime';
import { readServiceConfig } from '../src/config.ts';
import { parseDrandChain, parseDrandUrls } from '../src/draw/drand-settings.ts';
import { quicknet } from '../src/draw/drand.ts';
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

describe('DRAND_URLS', () => {
  it.each([
    ['another scheme', 'ftp://drand.example.com'],
    ['no scheme', 'drand.example.com'],
    ['no host', 'http://'],
    ['a / at the end', 'https://drand.example.com/'],
    ['a query', 'https://drand.example.com?chain=x'],
    ['a password', 'https://user:swordfish@drand.example.com'],
    ['a port that no host has', 'https://drand.example.com:70000'],
    ['a comma at its end', 'https://drand.example.com,'],
    ['the same address twice', 'https://drand.example.com, https://drand.example.com'],
  ])('%s: admission does not start, and the sentence names the setting and its rule', (_, value) => {
    const message = reading(readServiceConfig, { DRAND_URLS: value });
    expect(message).toMatch(/^the setting DRAND_URLS must be addresses of drand servers/);
    expect(message).not.toContain('swordfish');
  });

  it('takes several, with ports, paths, and blanks after the commas', () => {
    const value = 'http://127.0.0.1:8080, https://drand.example.com/relay';
    expect(reading(readServiceConfig, { DRAND_URLS: value })).toBeNull();
    expect(parseDrandUrls(value)).toEqual(['http://127.0.0.1:8080', 'https://drand.example.com/relay']);
  });
});

describe('DRAND_CHAIN', () => {
  const own = { ...quicknet, network: 'own', genesis: 1_700_000_000, period: 30 };
  it.each([
    ['no JSON', 'quicknet'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no network', { network: undefined }],
    ['a network of 65 characters', { network: 'n'.repeat(65) }],
    ['a short hash', { chain: quicknet.chain.slice(1) }],
    ['a hash in capitals', { chain: quicknet.chain.toUpperCase() }],
    ['a key on G1', { publicKey: quicknet.publicKey.slice(0, 96) }],
    ['a key that is no point', { publicKey: `${quicknet.publicKey.slice(0, -1)}b` }],
    ['the point at infinity', { publicKey: `c0${'00'.repeat(95)}` }],
    ['a period of 0', { period: 0 }],
    ['a period as text', { period: '3' }],
    ['half a second', { genesis: 1.5 }],
    ['a field that no chain has', { scheme: 'bls-unchained-g1-rfc9380' }],
  ])('%s: admission does not start, and the sentence names the setting and its rule', (_, value) => {
    const text = typeof value === 'string' ? value : JSON.stringify({ ...own, ...value });
    expect(reading(readServiceConfig, { DRAND_CHAIN: text })).toMatch(/^the setting DRAND_CHAIN must be JSON of a drand chain/);
  });

  it('takes a chain; without one, or empty, it is quicknet', () => {
    expect(reading(readServiceConfig, { DRAND_CHAIN: JSON.stringify(own) })).toBeNull();
    expect(reading(readServiceConfig, { DRAND_CHAIN: '' })).toBeNull();
    expect([parseDrandChain(JSON.stringify(own)), parseDrandChain(undefined)]).toEqual([own, quicknet]);
  });
});
