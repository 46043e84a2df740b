import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createTokens } from '@sunbeon/runtime';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { createPassKeySet, passKeysLimits, type PassKeySet } from '../src/passes/pass-keys.ts';
import { createPassVerifier, passLimits } from '../src/passes/verify-pass.ts';
import type { UpstreamAnswer } from '../src/rpc/upstream.ts';

const issuer = 'https://sunbeon.example';
const log = { write: () => {} } as never;
const nowMs = Date.UTC(2026, 4, 1, 10);
const exp = nowMs / 1_000 + 300;

const newKey = async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = await exportJWK(createPublicKey(privateKey));
  return { privateKey, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' } };
};
type Key = Awaited<ReturnType<typeof newKey>>;
const b64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const signed = (header: object, claims: object, key: KeyObject): string => {
  const text = `${b64(header)}.${b64(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
};
const saleId = 'concert';
const goodClaims = {
  iss: issuer,
  aud: `sunbeon:sale:${saleId}`,
  sub: 'v'.repeat(22),
  jti: `${saleId}.${'p'.repeat(22)}`,
  iat: exp - 300,
  exp,
};

/** Instances of admission as the gateway asks them; null for one that does not answer. */
const admissionOf = (instances: () => (Key[] | null)[]) => {
  let asked = 0;
  return {
    asked: () => asked,
    sendToAll: async (): Promise<(UpstreamAnswer | null)[]> => {
      asked += 1;
      return instances().map(
        (keys) =>
          keys && {
            status: 200,
            headers: {},
            text: JSON.stringify({ keys: keys.map(({ jwk, privateKey }) => ({ ...jwk, d: privateKey.export({ format: 'jwk' }).d })) }),
          },
      );
    },
  };
};

let key: Key;
let other: Key;
let keys: PassKeySet;
let clockMs: number;
let verify: (token: string, sale?: string) => Promise<string>;
const header = () => ({ alg: 'EdDSA', typ: 'sunbeon-pass+jwt', kid: key.jwk.kid });
const good = () => signed(header(), goodClaims, key.privateKey);
beforeEach(async () => {
  [key, other] = [await newKey(), await newKey()];
  keys = createPassKeySet(
    admissionOf(() => [[key]]),
    log,
  );
  await keys.lookFor();
  clockMs = nowMs;
  const verifier = createPassVerifier(keys, issuer, () => clockMs);
  verify = async (token, sale = saleId) => (await verifier.verify(token, sale)).verdict;
});

describe('a pass', () => {
  it('is good until 5 s after its end by the clock of Redis, remembered or not', async () => {
    expect(await verify(good())).toBe('good');
    for (const token of [good(), signed(header(), { ...goodClaims, iat: exp - 1 }, key.privateKey)]) {
      clockMs = exp * 1_000 + passLimits.toleranceMs;
      expect(await verify(token)).toBe('good');
      clockMs += 1;
      expect(await verify(token)).toBe('bad');
    }
  });

  const attacks: [string, () => string][] = [
    ['without a signature', () => `${b64({ ...header(), alg: 'none' })}.${b64(goodClaims)}.`],
    ['of `none` with the signature of a good one', () => `${b64({ ...header(), alg: 'none' })}.${good().split('.').slice(1).join('.')}`],
    ['of `None`', () => signed({ ...header(), alg: 'None' }, goodClaims, key.privateKey)],
    [
      'of HS256 with the public key as the secret, as bytes',
      () => {
        const text = `${b64({ ...header(), alg: 'HS256' })}.${b64(goodClaims)}`;
        return `${text}.${createHmac('sha256', Buffer.from(key.jwk.x!, 'base64url')).update(text).digest('base64url')}`;
      },
    ],
    [
      'of HS256 with the public key as the secret, as PEM',
      () => {
        const text = `${b64({ ...header(), alg: 'HS256' })}.${b64(goodClaims)}`;
        return `${text}.${createHmac('sha256', createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' }))
          .update(text)
          .digest('base64url')}`;
      },
    ],
    ['of an embedded key', () => signed({ ...header(), jwk: other.jwk }, goodClaims, other.privateKey)],
    ['of an embedded key with its own id', () => signed({ ...header(), kid: other.jwk.kid, jwk: other.jwk }, goodClaims, other.privateKey)],
    ['with an embedded key, signed by ours', () => signed({ ...header(), jwk: key.jwk }, goodClaims, key.privateKey)],
    ['with the address of a key', () => signed({ ...header(), x5u: 'https://evil.example/key' }, goodClaims, key.privateKey)],
    ['with the address of a set of keys', () => signed({ ...header(), jku: 'https://evil.example/keys' }, goodClaims, key.privateKey)],
    ['with a critical extension', () => signed({ ...header(), crit: ['exp'] }, goodClaims, key.privateKey)],
    ['of another key', () => signed(header(), goodClaims, other.privateKey)],
    ['of an unknown key', () => signed({ ...header(), kid: other.jwk.kid }, goodClaims, other.privateKey)],
    ['without a key id', () => signed({ alg: 'EdDSA', typ: 'sunbeon-pass+jwt' }, goodClaims, key.privateKey)],
    ['with a key id that is a property of every object', () => signed({ ...header(), kid: '__proto__' }, goodClaims, key.privateKey)],
    ['of type JWT', () => signed({ ...header(), typ: 'JWT' }, goodClaims, key.privateKey)],
    ['of a receipt', () => signed({ ...header(), typ: 'sunbeon-receipt+jwt' }, goodClaims, key.privateKey)],
    ['of a type in other letters', () => signed({ ...header(), typ: 'application/SUNBEON-PASS+jwt' }, goodClaims, key.privateKey)],
    ['without a type', () => signed({ alg: 'EdDSA', kid: key.jwk.kid }, goodClaims, key.privateKey)],
    ["that is a visitor's token", () => createTokens('s'.repeat(32)).sign({ saleId, visitorId: 'v'.repeat(22), seq: 1, generation: 1 })],
    ['of another sale', () => signed(header(), { ...goodClaims, aud: 'sunbeon:sale:other' }, key.privateKey)],
    ['of several sales', () => signed(header(), { ...goodClaims, aud: [goodClaims.aud, 'sunbeon:sale:other'] }, key.privateKey)],
    ['with the pass id of another sale', () => signed(header(), { ...goodClaims, jti: `other.${'p'.repeat(22)}` }, key.privateKey)],
    ['of another issuer', () => signed(header(), { ...goodClaims, iss: 'https://evil.example' }, key.privateKey)],
    ['of the issuer with a slash', () => signed(header(), { ...goodClaims, iss: `${issuer}/` }, key.privateKey)],
    ['without an end', () => signed(header(), { ...goodClaims, exp: undefined }, key.privateKey)],
    ['with an end that is a text', () => signed(header(), { ...goodClaims, exp: String(exp) }, key.privateKey)],
    ['without a visitor', () => signed(header(), { ...goodClaims, sub: undefined }, key.privateKey)],
    ['that is over', () => signed(header(), { ...goodClaims, exp: nowMs / 1_000 - 6 }, key.privateKey)],
    ['edited', () => good().replace(/\.[^.]+\./, `.${b64({ ...goodClaims, exp: exp + 9_999 })}.`)],
    ['with another header', () => `${b64({ ...header(), a: 1 })}.${good().split('.').slice(1).join('.')}`],
    ['cut', () => good().slice(0, -1)],
    ['without its signature', () => good().split('.').slice(0, 2).join('.')],
    ['with an empty signature', () => `${good().split('.').slice(0, 2).join('.')}.`],
    ['with a signature of zeros', () => `${good().split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}`],
    ['with padding', () => `${good()}=`],
    ['in another spelling', () => good().replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1))],
    ['in four parts', () => `${good()}.a`],
    ['too long', () => signed(header(), { ...goodClaims, a: 'a'.repeat(2_000) }, key.privateKey)],
    ['that is no token', () => 'a.b.c'],
  ];
  it.each(attacks)('%s is refused', async (_, token) => {
    expect(await verify(good())).toBe('good');
    expect(await verify(token())).toBe('bad');
  });

  it('of one sale is none of another, also when it is remembered', async () => {
    expect([await verify(good()), await verify(good(), 'other'), await verify(good())]).toEqual(['good', 'bad', 'good']);
  });

  it('is unknown, not bad, where no key was ever known', async () => {
    const none = createPassKeySet(
      admissionOf(() => [null]),
      log,
    );
    const verifier = createPassVerifier(none, issuer, () => nowMs);
    expect(await verifier.verify(good(), saleId)).toEqual({ verdict: 'unknown' });
    expect(await verifier.verify('a.b.c', saleId)).toEqual({ verdict: 'bad' });
  });
});

describe('the keys of passes', () => {
  const setOf = (instances: () => (Key[] | null)[]) => {
    let now = 0;
    const admission = admissionOf(instances);
    const set = createPassKeySet(admission, log, () => now);
    const kids = () => set.current()?.keys.map(({ kid }) => kid) ?? null;
    const look = async () => {
      now += passKeysLimits.everyMs;
      await set.lookFor();
      return kids();
    };
    return { set, look, kids, admission };
  };

  it('are the union over the instances, newest first, without a private half', async () => {
    const { look, set } = setOf(() => [[other, key], [key]]);
    expect(await look()).toEqual([other.jwk.kid, key.jwk.kid]);
    expect(JSON.stringify(set.current())).not.toContain('"d"');
  });

  it('stay while admission is away, for a minute while an instance is, and go when no instance names them any more', async () => {
    let instances: (Key[] | null)[] = [[key], [key]];
    const { look } = setOf(() => instances);
    await look();
    instances = [null, null];
    for (let i = 0; i < 20; i += 1) expect(await look()).toEqual([key.jwk.kid]);
    instances = [[other], [other]];
    expect(await look()).toEqual([other.jwk.kid]);
    instances = [[key], [key]];
    await look();
    instances = [[other], [other]];
    for (let i = 0; i < passKeysLimits.keptMs / passKeysLimits.everyMs - 1; i += 1)
      expect(await look()).toEqual([other.jwk.kid, key.jwk.kid]);
    expect(await look()).toEqual([other.jwk.kid]);
    instances = [[key], [key]];
    await look();
    instances = [[other], null];
    for (let i = 0; i < passKeysLimits.keptForSilentMs / passKeysLimits.everyMs - 1; i += 1)
      expect(await look()).toEqual([other.jwk.kid, key.jwk.kid]);
    expect(await look()).toEqual([other.jwk.kid]);
  });

  it('take the passes of a key with them', async () => {
    let instances: Key[][] = [[key]];
    const { look, set } = setOf(() => instances);
    await look();
    const verifier = createPassVerifier(set, issuer, () => nowMs);
    expect((await verifier.verify(good(), saleId)).verdict).toBe('good');
    instances = [[other]];
    for (let i = 0; i < 5; i += 1) await look();
    expect((await verifier.verify(good(), saleId)).verdict).toBe('bad');
  });

  it('are looked for at once for an unknown id, and not once for each id that somebody makes up', async () => {
    let instances: Key[][] = [[key]];
    const { look, set, admission } = setOf(() => instances);
    await look();
    instances = [[key, other]];
    await look();
    const verifier = createPassVerifier(set, issuer, () => nowMs);
    expect((await verifier.verify(signed({ ...header(), kid: other.jwk.kid }, goodClaims, other.privateKey), saleId)).verdict).toBe('good');
    const before = admission.asked();
    for (let i = 0; i < 200; i += 1)
      await verifier.verify(signed({ ...header(), kid: `made-up-${i}` }, goodClaims, other.privateKey), saleId);
    expect(admission.asked() - before).toBeLessThanOrEqual(1);
  });
});
