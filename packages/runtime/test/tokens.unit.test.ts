import { describe, expect, it } from '@jest/globals';
import { createSigner } from 'fast-jwt';
import { bearerOf, CodedError, createTokens, keyId, versionOf } from '../src/index.ts';

const secret = 'a'.repeat(32);
const place = { saleId: 'one', visitorId: 'v', seq: 7, generation: 1 };

it.each([
  ['Bearer a.b', 'a.b'],
  ['bearer   a.b', 'a.b'],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  ['Basic a', undefined],
  [undefined, undefined],
])('the Authorization %j has the token %j', (authorization, token) => expect(bearerOf(authorization)).toBe(token));

it.each([
  ['7', 7],
  ['"7"', 7],
  ['W/"7"', 7],
  ['*', null],
  [undefined, null],
])('the If-Match %j names the version %j', (header, version) => expect(versionOf(header)).toBe(version));

describe("a visitor's token", () => {
  const tokens = createTokens(secret);
  const good = tokens.sign(place);
  it('contains visitor, sale and place', () => expect(tokens.verify(good, 'one')).toEqual(place));
  it.each([
    ['nothing', undefined],
    ['nonsense', 'x.y.z'],
    ['too long a text', 'a'.repeat(5_000)],
    ['an edited claim', good.replace(/\.(.)/, (_, c: string) => `.${c === 'e' ? 'f' : 'e'}`)],
    ['another key', createTokens('b'.repeat(32)).sign(place)],
    ['alg none', `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${good.split('.')[1]}.`],
    ['another algorithm', createSigner({ key: secret, algorithm: 'HS512' })({ sub: 'v', aud: 'one', seq: 1, gen: 1 })],
    ['missing claims', createSigner({ key: secret, algorithm: 'HS256' })({ sub: 'v', aud: 'one' })],
    [
      'an expired one',
      createSigner({ key: secret, algorithm: 'HS256', expiresIn: 1, clockTimestamp: 1_000 })({ sub: 'v', aud: 'one', seq: 1, gen: 1 }),
    ],
  ])('is refused: %s', (_, token) => expect(() => tokens.verify(token, 'one')).toThrow(/valid token/));
  it('has one spelling: every other one of the same bytes is refused', () => {
    const [header, payload, signature] = good.split('.') as [string, string, string];
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const bytes = (text: string) => Buffer.from(text, 'base64url').toString('hex');
    const twins = [...alphabet]
      .map((last) => signature.slice(0, -1) + last)
      .filter((text) => text !== signature && bytes(text) === bytes(signature));
    expect(twins).toHaveLength(3);
    const others = [...twins, `${signature}=`, `${signature}==`, `${signature}\n`, ` ${signature}`, `${signature}.`, `${signature}.x`].map(
      (text) => `${header}.${payload}.${text}`,
    );
    others.push(
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      ` ${good}`,
      `${good} `,
      good.replace(/-/g, '+').replace(/_/g, '/') + '=',
    );
    for (const keys of [tokens, createTokens(`${'n'.repeat(32)},${secret}`)]) {
      for (const token of others) expect(() => keys.verify(token, 'one')).toThrow(/valid token/);
    }
  });
  it('expires, also when it was verified a moment ago', async () => {
    // Clocks may differ by a minute: this one is valid for the rest of this second.
    const exp = Math.floor(Date.now() / 1_000) - 59;
    const token = createSigner({ key: secret, algorithm: 'HS256' })({ sub: 'v', aud: 'one', seq: 7, gen: 1, exp });
    expect(tokens.verify(token, 'one')).toEqual(place);
    await new Promise((resolve) => setTimeout(resolve, (exp + 60) * 1_000 + 5 - Date.now()));
    expect(() => tokens.verify(token, 'one')).toThrow(/valid token/);
  });
  it('is good for its own sale only', () => expect(() => tokens.verify(good, 'two')).toThrow(/valid token/));
  it('survives a change of keys, as long as the old one is listed', () => {
    const rotated = createTokens(`${'n'.repeat(32)},${secret}`);
    expect(rotated.verify(good, 'one')).toEqual(place);
    expect(() => tokens.verify(rotated.sign(place), 'one')).toThrow();
  });
  it('is not refused as invalid while another instance may know its key, and none is signed while no key is known to all', () => {
    const [mine, theirs] = [secret, 'n'.repeat(32)];
    const changing = createTokens(`${mine},${'m'.repeat(32)}`, {
      signingId: () => keyId('m'.repeat(32)),
      mayBeElsewhere: (id) => id === keyId(theirs),
    });
    expect(() => changing.verify(createTokens(theirs).sign(place), 'one')).toThrow(expect.objectContaining({ code: 'unavailable' }));
    for (const bad of [
      createTokens('x'.repeat(32)).sign(place),
      good.replace(/.$/, 'x'),
      'a.b.c',
      `${Buffer.from('[]').toString('base64url')}.e30.AA`,
    ])
      expect(() => changing.verify(bad, 'one')).toThrow(expect.objectContaining({ code: 'invalid_token' }));
    expect(createTokens('m'.repeat(32)).verify(changing.sign(place), 'one')).toEqual(place);
    let current: string | null = keyId(mine);
    const lapsing = createTokens(mine, {
      signingId: () => {
        if (current === null) throw new CodedError('unavailable');
        return current;
      },
      mayBeElsewhere: () => false,
    });
    const sign = lapsing.signer();
    current = null;
    expect(createTokens(mine).verify(sign(place), 'one')).toEqual(place);
    const waiting = createTokens(mine, {
      signingId: () => {
        throw new CodedError('unavailable');
      },
      mayBeElsewhere: () => false,
    });
    for (const act of [() => waiting.signer(), () => waiting.sign(place)])
      expect(act).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });
  it('a join that is sent again to an instance with other keys names the same visitor', () => {
    const instances = [secret, `${secret},${'n'.repeat(32)}`, `${'n'.repeat(32)},${secret}`, 'n'.repeat(32)].map((secrets) =>
      createTokens(secrets),
    );
    expect(new Set(instances.map((keys) => keys.visitorOf('one', 'operation'))).size).toBe(1);
    expect(instances[0]!.visitorOf('two', 'operation')).not.toBe(instances[0]!.visitorOf('one', 'operation'));
  });
  it('gateway and service agree when they have one key in common, in whatever order', () => {
    const [old, both, turned, fresh] = [secret, `${secret},${'n'.repeat(32)}`, `${'n'.repeat(32)},${secret}`, 'n'.repeat(32)].map(
      (secrets) => createTokens(secrets),
    );
    for (const [gateway, service] of [
      [old, both],
      [both, old],
      [old, turned],
      [turned, old],
      [fresh, both],
      [turned, fresh],
    ])
      expect(() => service!.verifyRpc(gateway!.rpcCredential)).not.toThrow();
    for (const credential of [old!.rpcCredential, '', ' ', `${' '.repeat(9)}${fresh!.rpcCredential}`, undefined])
      expect(() => fresh!.verifyRpc(credential)).toThrow();
  });
});
