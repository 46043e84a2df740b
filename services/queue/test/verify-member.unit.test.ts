import { describe, expect, it } from '@jest/globals';
import { limits } from '@sunbeon/contracts';
import { createTokens, memberKeyOf, memberTokenSigner, memberVisitorOf } from '@sunbeon/runtime';
import { publicKeysOf } from '../src/entrance/shop-keys.ts';
import { verifyMember, type MemberKeys } from '../src/entrance/verify-member.ts';
import { newShopKey, part, signedBy, signedByHmac, type Json } from './shop-signer.ts';

const secret = 'member-secret-of-the-tests-0123456789';
const nowMs = Date.UTC(2026, 4, 1, 10);
const now = nowMs / 1_000;
const [issuer, audience] = ['https://shop.example', 'waiting-room'];
const keys = ['RS256', 'PS256', 'ES256', 'EdDSA'].map((alg) => newShopKey(alg));
const [rsa, , ec] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];
const byShop: MemberKeys = { kind: 'shop', keys: publicKeysOf(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })), issuer, audience };
const byLogin: MemberKeys = { kind: 'login', key: memberKeyOf(secret, 'login token'), saleId: 'concert' };
const claims = { iss: issuer, aud: audience, sub: 'ada-7', exp: now + 60 };
const verdictOn = async (token: string, by: MemberKeys = byShop) => (await verifyMember(token, by, nowMs)).verdict;
const shop = (changes: Json, header: Json = {}): string => signedBy(ec, { ...claims, ...changes }, header);

describe('a member token of a shop', () => {
  it.each(keys)('signed by $alg is good', async (key) => {
    expect(await verifyMember(signedBy(key, claims), byShop, nowMs)).toEqual({
      verdict: 'good',
      member: { iss: issuer, sub: 'ada-7' },
      untilMs: (now + 65) * 1_000,
    });
  });

  it.each<[string, Json]>([
    ['the longest time', { exp: now + 600 }],
    ['the longest time, by a clock that is 5 s ahead', { exp: now + 605 }],
    ['an end 4 s ago', { exp: now - 4 }],
    ['a begin in 5 s', { nbf: now + 5, iat: now + 5 }],
    ['a subject of 255 characters', { sub: 's'.repeat(255) }],
    ['more than is needed', { name: 'Ada', email: 'ada@shop.example' }],
  ])('with %s is good', async (_, changes) => {
    expect(await verdictOn(shop(changes))).toBe('good');
  });

  it('with a type of its own, or without a kid where one key fits, is good', async () => {
    expect(await verdictOn(shop({}, { typ: 'JWT' }))).toBe('good');
    expect(await verdictOn(shop({}, { typ: 'shop-member+jwt' }))).toBe('good');
    expect(await verdictOn(shop({}, { kid: undefined }))).toBe('good');
  });

  const [head, body, signature] = shop({}).split('.') as [string, string, string];
  const ecPublic = JSON.stringify(ec.jwk);
  const passType = { typ: 'sunbeon-pass+jwt' };
  it.each<[string, string]>([
    ['no text', ''],
    ['a word', 'member'],
    ['two parts', `${head}.${body}`],
    ['four parts', `${head}.${body}.${signature}.x`],
    ['no signature', `${head}.${body}.`],
    ['a padded part', `${head}.${body}=.${signature}`],
    ['alg none', `${part({ alg: 'none', kid: ec.jwk.kid })}.${body}.`],
    ['alg nOnE with the old signature', `${part({ alg: 'nOnE', kid: ec.jwk.kid })}.${body}.${signature}`],
    ['no alg', `${part({ kid: ec.jwk.kid })}.${body}.${signature}`],
    ['HS256 with the public key as a secret', signedByHmac(ecPublic, { alg: 'HS256', kid: ec.jwk.kid }, claims)],
    ['HS256 with the key as PEM', signedByHmac(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }), { alg: 'HS256' }, claims)],
    ['HS512', signedByHmac(secret, { alg: 'HS512' }, claims, 'sha512')],
    ['RS384', signedBy(rsa, claims, { alg: 'RS384' })],
    ['ES384', shop({}, { alg: 'ES384' })],
    ['a signature of another key with this kid', signedBy(newShopKey('ES256', ec.jwk.kid), claims)],
    ['an own key in the header', signedBy(newShopKey('ES256', ec.jwk.kid), claims, { jwk: newShopKey().jwk })],
    ['an address of keys in the header', signedBy(newShopKey('ES256', ec.jwk.kid), claims, { jku: 'https://evil.example/jwks' })],
    ['an unknown critical header', shop({}, { crit: ['b64'], b64: false })],
    ['edited claims', `${head}.${part({ ...claims, sub: 'bob' })}.${signature}`],
    ['an altered signature', `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`],
    ['claims that are a list', signedBy(ec, [claims])],
    ['claims that are no JSON', signedBy(ec, 'claims')],
    ['another issuer', shop({ iss: 'https://evil.example' })],
    ['an issuer with a slash more', shop({ iss: `${issuer}/` })],
    ['issuers in a list', shop({ iss: [issuer] })],
    ['no issuer', shop({ iss: undefined })],
    ['another audience', shop({ aud: 'another' })],
    ['audiences in a list', shop({ aud: [audience] })],
    ['no audience', shop({ aud: undefined })],
    ['no subject', shop({ sub: undefined })],
    ['an empty subject', shop({ sub: '' })],
    ['a subject that is a number', shop({ sub: 7 })],
    ['a subject that is null', shop({ sub: null })],
    ['a subject of 256 characters', shop({ sub: 's'.repeat(256) })],
    ['a subject with NUL', shop({ sub: 'a\0b' })],
    ['half a character in the subject', signedBy(ec, `{"iss":"${issuer}","aud":"${audience}","exp":${now + 60},"sub":"\\ud800"}`)],
    ['no end', shop({ exp: undefined })],
    ['an end as text', shop({ exp: String(now + 60) })],
    ['an end 6 s ago', shop({ exp: now - 6 })],
    ['a time of more than ten minutes', shop({ exp: now + 606 })],
    ['an end in the far future', shop({ exp: 1e300 })],
    ['a begin in 6 s', shop({ nbf: now + 6 })],
    ['a begin as text', shop({ nbf: '0' })],
    ['an issue time in 6 s', shop({ iat: now + 6 })],
    ['an issue time as text', shop({ iat: 'now' })],
    ['the type of a pass', shop({}, passType)],
    ['the type of a pass in capitals, as a media type', shop({}, { typ: 'Application/SUNBEON-pass+jwt' })],
    ['the type of a receipt', shop({}, { typ: 'sunbeon-receipt+jwt' })],
    ['the type of a login', shop({}, { typ: 'sunbeon-member+jwt' })],
    ['the token of a login', memberTokenSigner(secret)('concert', { iss: issuer, sub: 'ada-7' }, nowMs)],
    ['the token of a visitor', createTokens(secret).sign({ saleId: audience, visitorId: 'v', seq: 1, generation: 1 })],
  ])('that is or has %s is bad', async (_, token) => {
    expect(await verdictOn(token)).toBe('bad');
  });

  it('that names an unknown key is told apart', async () => {
    expect(await verdictOn(shop({}, { kid: 'other' }))).toBe('unknown_key');
    expect(await verdictOn(signedBy(rsa, claims, { alg: 'PS256' }))).toBe('unknown_key');
    expect(await verdictOn(shop({}, { kid: 7 }))).not.toBe('good');
  });
});

describe('a member token of the login', () => {
  const sign = memberTokenSigner(secret);
  const good = sign('concert', { iss: 'https://id.example', sub: 'ada-7' }, nowMs);
  const key = memberKeyOf(secret, 'login token');
  const header = { alg: 'HS256', typ: 'sunbeon-member+jwt' };
  const mine = { iss: 'https://id.example', sub: 'ada-7', aud: 'concert', exp: now + 60 };

  it('is good for its sale and two minutes', async () => {
    expect(await verifyMember(good, byLogin, nowMs)).toMatchObject({
      verdict: 'good',
      member: { iss: 'https://id.example', sub: 'ada-7' },
    });
    expect((await verifyMember(good, byLogin, nowMs + 124_000)).verdict).toBe('good');
    expect((await verifyMember(good, byLogin, nowMs + 126_000)).verdict).toBe('bad');
    expect(await verdictOn(good, { ...byLogin, saleId: 'other' })).toBe('bad');
    expect(await verdictOn(signedByHmac(key, header, mine), byLogin)).toBe('good');
  });

  it.each<[string, string]>([
    ['no type', signedByHmac(key, { alg: 'HS256' }, mine)],
    ['the type JWT', signedByHmac(key, { ...header, typ: 'JWT' }, mine)],
    ['the type of a pass', signedByHmac(key, { ...header, typ: 'sunbeon-pass+jwt' }, mine)],
    ['HS384', signedByHmac(key, { ...header, alg: 'HS384' }, mine, 'sha384')],
    ['alg none', `${part({ ...header, alg: 'none' })}.${part(mine)}.`],
    ['the secret itself as the key', signedByHmac(secret, header, mine)],
    ['the key of the cookie', signedByHmac(memberKeyOf(secret, 'login cookie'), header, mine)],
    ['a signature of a shop', signedBy(ec, mine, { typ: 'sunbeon-member+jwt' })],
    ['no issuer', signedByHmac(key, header, { ...mine, iss: undefined })],
    ['too long a time', signedByHmac(key, header, { ...mine, exp: now + limits.memberTokenSeconds + 6 })],
  ])('that has %s is bad', async (_, token) => {
    expect(await verdictOn(token, byLogin)).toBe('bad');
  });
});

describe('the visitor of a member', () => {
  const visitorOf = memberVisitorOf(secret);
  it('is the same each time, 22 characters, and another one for another sale, issuer, subject or secret', () => {
    const ids = [
      visitorOf('concert', { iss: 'i', sub: 's' }),
      visitorOf('other', { iss: 'i', sub: 's' }),
      visitorOf('concert', { iss: 'is', sub: '' }),
      visitorOf('concert', { iss: 'j', sub: 's' }),
      visitorOf('concert', { iss: 'i', sub: 't' }),
      memberVisitorOf(`${secret}x`)('concert', { iss: 'i', sub: 's' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
    expect(visitorOf('concert', { iss: 'i', sub: 's' })).toBe(ids[0]);
  });
});
