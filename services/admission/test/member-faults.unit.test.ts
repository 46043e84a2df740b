import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CreateSale, Members } from '@sunbeon/contracts';
import { CodedError } from '@sunbeon/runtime';
import { Check } from 'typebox/value';
import { checkChange, checkNewSale } from '../src/setting-faults.ts';

const shop = { issuer: 'https://shop.example', audience: 'waiting-room' };
const sale = { saleId: 'concert', title: 'Concert', stock: 1, identity: 'member' as const };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const publicOf = ({ publicKey }: typeof ed): { kty: string } => publicKey.export({ format: 'jwk' }) as { kty: string };
const [rsaKey, ecKey, edKey] = [publicOf(rsa), publicOf(ec), publicOf(ed)];
const weak = publicOf(generateKeyPairSync('rsa', { modulusLength: 1_024 }));
const p384 = publicOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
const x25519 = publicOf(generateKeyPairSync('x25519'));
const secp = publicOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));

/** Paths of the faults of a new sale with these members; a change must have the same. */
const faultsOf = (members: Members): string[] => {
  const [created, changed] = [() => checkNewSale({ ...sale, members }), () => checkChange({ members })].map((check) => {
    try {
      check();
      return [];
    } catch (error) {
      expect((error as CodedError).code).toBe('invalid_request');
      return (error as CodedError).errors!.map(({ path, detail }) => `${path} ${detail}`);
    }
  });
  expect(changed).toEqual(created);
  return created!;
};
const faultsOfKeys = (...keys: { kty: string }[]): string[] => faultsOf({ ...shop, jwks: { keys } });

describe('keys of members', () => {
  it('may be public RSA, P-256 and Ed25519 keys, each with its own kid', () => {
    expect(
      faultsOfKeys({ ...rsaKey, kid: 'a', alg: 'PS256', use: 'sig' } as never, { ...ecKey, key_ops: ['verify'] } as never, edKey),
    ).toEqual([]);
  });

  it.each<[string, { kty: string }, RegExp]>([
    ['a secret', { kty: 'oct', k: 'c2VjcmV0' } as never, /is a secret/],
    ['a kind that is not known', { kty: 'AKP' }, /kty other than/],
    ['a kind that is a word of the language', { kty: 'constructor' }, /kty other than/],
    ['the private half of RSA', rsa.privateKey.export({ format: 'jwk' }) as never, /private part d/],
    ['the private half of P-256', ec.privateKey.export({ format: 'jwk' }) as never, /private part d/],
    ['the private half of Ed25519', ed.privateKey.export({ format: 'jwk' }) as never, /private part d/],
    ['another curve', p384, /crv other than P-256/],
    ['a curve of the same size', secp, /crv other than P-256/],
    ['a curve that agrees on keys', x25519, /crv other than Ed25519/],
    ['1,024 bits', weak, /less than 2048 bits/],
    ['an algorithm with a secret', { ...rsaKey, alg: 'HS256' } as never, /alg other than RS256 and PS256/],
    ['an algorithm of another kind', { ...ecKey, alg: 'RS256' } as never, /alg other than ES256/],
    ['a use for encryption', { ...rsaKey, use: 'enc' } as never, /use other than sig/],
    ['other operations', { ...rsaKey, key_ops: ['encrypt'] } as never, /key_ops without verify/],
    ['a kid that is a number', { ...rsaKey, kid: 7 } as never, /kid that is no text/],
    ['no key at all', { kty: 'RSA' }, /is no key/],
    ['a point that is not on the curve', { ...ecKey, x: (ecKey as never as { y: string }).y } as never, /is no key/],
  ])('may not have %s', (_, jwk, why) => {
    expect(faultsOfKeys(edKey, jwk)).toEqual([expect.stringMatching(new RegExp(`^/members/jwks/keys/1 .*${why.source}`))]);
  });

  it('must be told apart by their kid', () => {
    expect(faultsOfKeys(ecKey, ecKey)).toEqual(['/members/jwks/keys/1 needs a kid, beside another key of its kty']);
    expect(faultsOfKeys({ ...ecKey, kid: 'a' } as never, { ...ecKey, kid: 'a' } as never)).toEqual([
      '/members/jwks/keys/1 has the kid of another key',
    ]);
  });
});

describe('the address of keys', () => {
  it.each(['https://shop.example/jwks', 'https://shop.example/keys?policy=one', 'http://localhost:3000/jwks', 'http://127.0.0.1/jwks'])(
    'may be %s',
    (jwksUri) => {
      expect(faultsOf({ ...shop, jwksUri })).toEqual([]);
    },
  );
  it.each([
    'http://shop.example/jwks',
    'http://10.0.0.1/jwks',
    'ftp://shop.example/jwks',
    'file:///etc/passwd',
    'data:application/json,{}',
    '//shop.example/jwks',
    '/jwks',
    'https://user:password@shop.example/jwks',
    'https://shop.example/jwks#a',
    'https://shop.example\\@evil.example/jwks',
    'https://shop.example/ jwks',
    '',
  ])('may not be %j', (jwksUri) => {
    expect(faultsOf({ ...shop, jwksUri })).toEqual([expect.stringMatching(/^\/members\/jwksUri /)]);
  });
});

describe('the ways to know members', () => {
  it.each<[string, unknown]>([
    ['a login with an issuer', { login: 'oidc', issuer: shop.issuer }],
    ['a login with keys', { login: 'oidc', jwks: { keys: [edKey] } }],
    ['another login', { login: 'saml' }],
    ['keys and their address', { ...shop, jwksUri: 'https://shop.example/jwks', jwks: { keys: [edKey] } }],
    ['keys without an audience', { issuer: shop.issuer, jwks: { keys: [edKey] } }],
    ['an empty issuer', { ...shop, issuer: '', jwks: { keys: [edKey] } }],
    ['no keys', { ...shop, jwks: { keys: [] } }],
    ['neither', shop],
    ['nothing', {}],
  ])('are never %s', (_, members) => {
    expect(Check(Members, members)).toBe(false);
    expect(Check(CreateSale, { ...sale, members })).toBe(false);
  });

  it('may be a login alone, and are needed by identity: member', () => {
    expect(Check(Members, { login: 'oidc' })).toBe(true);
    expect(faultsOf({ login: 'oidc' })).toEqual([]);
    expect(() => checkNewSale(sale)).toThrow('/members is needed by identity: member');
  });
});
