import { describe, expect, it } from '@jest/globals';
import { memberKeyOf } from '@sunbeon/runtime';
import { EncryptJWT, type JWTPayload } from 'jose';
import { createLoginCookie } from '../src/login/login-cookie.ts';

const secret = 'member-secret-of-the-tests-0123456789';
const login = { saleId: 'concert', state: 'concert.state', nonce: 'nonce', verifier: 'verifier' };
const plain = createLoginCookie(secret, false);
/** `name=value` of a `Set-Cookie`. */
const pairOf = (cookie: string): string => cookie.split(';', 1)[0]!;
const sealed = (
  claims: JWTPayload,
  key = memberKeyOf(secret, 'login cookie'),
  exp = Math.floor(Date.now() / 1_000) + 600,
): Promise<string> => new EncryptJWT(claims).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).setExpirationTime(exp).encrypt(key);

describe('the cookie of a login', () => {
  it('is HttpOnly, Lax and good for ten minutes; over https it belongs to the host', async () => {
    expect(await plain.set(login)).toMatch(/^sunbeon-login=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
    expect(await createLoginCookie(secret, true).set(login)).toMatch(
      /^__Host-sunbeon-login=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(plain.clear).toBe('sunbeon-login=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
  });

  it('is read again among others, and shows nobody what it holds', async () => {
    const cookie = pairOf(await plain.set(login));
    expect(await plain.read(`a=b; ${cookie}; c=d`)).toEqual(login);
    expect(Buffer.from(cookie, 'base64url').toString('latin1')).not.toContain('verifier');
    expect(cookie).not.toContain(Buffer.from('verifier').toString('base64url'));
  });

  it('is found behind one that somebody planted', async () => {
    expect(await plain.read(`sunbeon-login=junk; ${pairOf(await plain.set(login))}`)).toEqual(login);
  });

  it('is none when it is altered, of another secret or purpose, over, or not whole', async () => {
    const cookie = pairOf(await plain.set(login));
    const at = cookie.length - 30;
    const altered = cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1);
    const values = [
      await sealed(login, memberKeyOf(`${secret}x`, 'login cookie')),
      await sealed(login, memberKeyOf(secret, 'login token')),
      await sealed(login, undefined, Math.floor(Date.now() / 1_000) - 1),
      await sealed({ ...login, verifier: undefined }),
      await sealed({ ...login, saleId: 7 }),
      '',
      'x'.repeat(5_000),
    ];
    expect(await plain.read(`sunbeon-login=${await sealed(login)}`)).toEqual(login);
    for (const header of [undefined, '', altered, ...values.map((value) => `sunbeon-login=${value}`)])
      expect(await plain.read(header)).toBeNull();
    expect(await createLoginCookie(secret, true).read(cookie)).toBeNull();
  });
});
