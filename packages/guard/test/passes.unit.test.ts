import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { exportSPKI, SignJWT, type JWTHeaderParameters } from 'jose';
import { call, guardFor, listeningLog, securePassCookie, told, toRoom, visit } from './guarded.ts';
import { newKey, nowSeconds, randomCode, StandIn, type SigningKey } from './stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await StandIn.start();
});
afterEach(() => {
  standIn.jwks = 'ok';
  standIn.calls = [];
});
afterAll(() => standIn.stop());

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = (more: object = {}): Record<string, unknown> => ({
  iss: standIn.url,
  aud: 'sunbeon:sale:concert',
  sub: 'visitor-of-the-tests',
  jti: `concert.${randomCode()}`,
  iat: nowSeconds(),
  exp: nowSeconds() + 300,
  ...more,
});
const header = (more: object = {}): JWTHeaderParameters => ({
  alg: 'EdDSA',
  typ: 'sunbeon-pass+jwt',
  kid: standIn.keys[0]!.jwk.kid,
  ...more,
});
/** Signed by a key, the one of the stand-in as a rule. */
const signed = ({
  head = {},
  body = {},
  key = standIn.keys[0]!,
}: { head?: object; body?: object; key?: SigningKey } = {}): Promise<string> =>
  new SignJWT(claims(body)).setProtectedHeader(header(head)).sign(key.privateKey);
const hmac = (secret: string | Buffer): string => {
  const text = `${encode(header({ alg: 'HS256' }))}.${encode(claims())}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
/** Another token of the same bytes: bits of the last character that no byte has. */
const twin = (token: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) + 1]!;
};

describe('a pass that Sunbeon signed for this sale', () => {
  it('lets in, with its ids and its end, and without a question to Sunbeon', async () => {
    const guard = guardFor(standIn);
    const { pass, passId } = await standIn.stay();
    const result = await guard.check(visit('/basket?a=1', { pass }));
    expect(result).toEqual({
      pass: { passId, saleId: 'concert', visitorId: 'visitor-of-the-tests', expiresAt: expect.stringMatching(/^\d{4}-.*:\d\d\.000Z$/) },
    });
    standIn.calls = [];
    for (let i = 0; i < 50; i += 1) expect(told(await guard.check(call('/api', { pass }, 'POST')))).toBe(`in ${passId}`);
    expect(standIn.calls).toEqual([]);
  });

  it('is good until 5 s after its end by this clock, and no longer, also when it was found good before', async () => {
    const guard = guardFor(standIn);
    const exp = nowSeconds() + 120;
    const [pass, other] = [await signed({ body: { exp } }), await signed({ body: { exp } })];
    expect(told(await guard.check(visit('/', { pass })))).toMatch(/^in concert/);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(exp * 1_000 + 5_000);
    try {
      expect(told(await guard.check(visit('/', { pass })))).toMatch(/^in concert/);
      clock.mockReturnValue(exp * 1_000 + 5_001);
      expect(told(await guard.check(visit('/', { pass })))).toMatch(/^302/);
      expect(told(await guard.check(visit('/', { pass: other })))).toMatch(/^302/);
    } finally {
      clock.mockRestore();
    }
  });

  it('is the first good one of several cookies of the name', async () => {
    const guard = guardFor(standIn);
    const [first, second] = [await standIn.stay(), await standIn.stay()];
    const cookie = ['nonsense', await signed({ body: { exp: 1 } }), first.pass, second.pass].map((value) => `${securePassCookie}=${value}`);
    expect(told(await guard.check(visit('/', { cookie: `a=b; ${cookie.join('; ')}; c` })))).toBe(`in ${first.passId}`);
    expect(told(await guard.check(visit('/', { cookie: `${securePassCookie}="${second.pass}"` })))).toBe(`in ${second.passId}`);
  });

  it('counts by https only in the cookie that no other host can set', async () => {
    const guard = guardFor(standIn);
    const { pass, passId } = await standIn.stay();
    expect(told(await guard.check(visit('/', { cookie: `sunbeon-pass.concert=${pass}` })))).toBe(toRoom('https://shop.example/'));
    const plain = new Request('http://shop.example/', { headers: { accept: 'text/html', cookie: `sunbeon-pass.concert=${pass}` } });
    expect(told(await guard.check(plain))).toBe(`in ${passId}`);
    // TLS ends before the shop: the setting says what the request does not.
    const behind = guardFor(standIn, { secure: true });
    const forwarded = new Request('http://shop.example/', { headers: { accept: 'text/html', cookie: `${securePassCookie}=${pass}` } });
    expect(told(await behind.check(forwarded))).toBe(`in ${passId}`);
  });
});

describe('what is no pass of this sale', () => {
  const attacks: [string, () => Promise<string> | string][] = [
    ['alg none', () => `${encode(header({ alg: 'none' }))}.${encode(claims())}.`],
    ['alg none with a signature', async () => `${encode(header({ alg: 'none' }))}.${(await signed()).split('.').slice(1).join('.')}`],
    ['alg None in another case', () => `${encode(header({ alg: 'nOnE' }))}.${encode(claims())}.AA`],
    ['HS256 with the public key as PEM', async () => hmac(await exportSPKI(standIn.keys[0]!.publicKey))],
    ['HS256 with the public key as JWK', () => hmac(JSON.stringify(standIn.keys[0]!.jwk))],
    ['HS256 with the bytes of the public key', () => hmac(Buffer.from(standIn.keys[0]!.jwk.x!, 'base64url'))],
    [
      'an embedded jwk that signed it',
      async () => {
        const key = await newKey();
        return await signed({ head: { jwk: key.jwk }, key });
      },
    ],
    [
      'an embedded jwk and its own kid',
      async () => {
        const key = await newKey();
        return await signed({ head: { jwk: key.jwk, kid: key.jwk.kid }, key });
      },
    ],
    ['a jku', () => signed({ head: { jku: 'https://evil.example/jwks.json' } })],
    ['a x5u', () => signed({ head: { x5u: 'https://evil.example/cert.pem' } })],
    ['a x5c', () => signed({ head: { x5c: ['AAAA'] } })],
    ['no kid', () => signed({ head: { kid: undefined } })],
    ['a kid that walks', () => signed({ head: { kid: '../../etc/passwd' } })],
    ['typ JWT', () => signed({ head: { typ: 'JWT' } })],
    ['no typ', () => signed({ head: { typ: undefined } })],
    ['the typ of a visitor', () => signed({ head: { typ: 'sunbeon-visitor+jwt' } })],
    ['another sale', () => signed({ body: { aud: 'sunbeon:sale:other', jti: `other.${randomCode()}` } })],
    ['a pass id of another sale', () => signed({ body: { jti: `other.${randomCode()}` } })],
    ['a sale whose name begins alike', () => signed({ body: { aud: 'sunbeon:sale:concert2' } })],
    ['several audiences', () => signed({ body: { aud: ['sunbeon:sale:concert', 'sunbeon:sale:other'] } })],
    ['another issuer', () => signed({ body: { iss: 'https://evil.example' } })],
    ['no exp', () => signed({ body: { exp: undefined } })],
    ['an exp that is text', async () => `${encode(header())}.${encode(claims({ exp: '9999999999' }))}.${(await signed()).split('.')[2]!}`],
    ['an exp beyond dates', () => signed({ body: { exp: 9e15 } })],
    ['no jti', () => signed({ body: { jti: undefined } })],
    ['no sub', () => signed({ body: { sub: undefined } })],
    ['stale', () => signed({ body: { exp: nowSeconds() - 60 } })],
    ['signed by a key that Sunbeon never had', async () => await signed({ key: await newKey() })],
    [
      'claims edited',
      async () => {
        const [head, , signature] = (await signed()).split('.');
        return `${head!}.${encode(claims({ exp: nowSeconds() + 999_999 }))}.${signature!}`;
      },
    ],
    ['cut', async () => (await signed()).slice(0, -4)],
    ['cut to two parts', async () => (await signed()).split('.').slice(0, 2).join('.')],
    ['longer', async () => `${await signed()}.AAAA`],
    ['padded', async () => `${await signed()}==`],
    ['the same bytes in another spelling', async () => twin(await signed())],
    ['no JSON', () => 'AAAA.AAAA.AAAA'],
    ['JSON that is no object', () => `${encode(null)}.${encode([])}.AAAA`],
    ['1 MB', () => `A.${'A'.repeat(1_000_000)}.A`],
  ];

  it.each(attacks)('%s', async (_, make) => {
    const guard = guardFor(standIn);
    const { pass, passId } = await standIn.stay();
    expect(told(await guard.check(visit('/', { pass })))).toBe(`in ${passId}`);
    const token = await make();
    expect(told(await guard.check(visit('/', { pass: token })))).toBe(toRoom('https://shop.example/'));
    expect(told(await guard.check(call('/', { pass: token })))).toBe('401');
    expect(await guard.read(visit('/', { pass: token }))).toBeNull();
  });

  it('a twin differs from its pass by one letter, and decodes to the same bytes', async () => {
    const token = await signed();
    expect(twin(token)).not.toBe(token);
    expect(Buffer.from(twin(token).split('.')[2]!, 'base64url')).toEqual(Buffer.from(token.split('.')[2]!, 'base64url'));
  });
});

describe('keys', () => {
  it('that were rotated in are found by the first pass of theirs', async () => {
    const rotating = await StandIn.start();
    try {
      const guard = guardFor(rotating);
      const before = await rotating.stay();
      expect(told(await guard.check(visit('/', { pass: before.pass })))).toBe(`in ${before.passId}`);
      rotating.keys.unshift(await newKey());
      const after = await rotating.stay();
      expect(told(await guard.check(visit('/', { pass: after.pass })))).toBe(`in ${after.passId}`);
      expect(told(await guard.check(visit('/', { pass: before.pass })))).toBe(`in ${before.passId}`);
      expect(rotating.count('jwks')).toBe(2);
    } finally {
      await rotating.stop();
    }
  });

  it('that were rotated out take their passes with them at the next renewal, also those that were found good', async () => {
    const rotating = await StandIn.start();
    try {
      const guard = guardFor(rotating);
      const { pass, passId } = await rotating.stay();
      expect(told(await guard.check(visit('/', { pass })))).toBe(`in ${passId}`);
      rotating.keys = [await newKey()];
      const next = await rotating.stay();
      expect(told(await guard.check(visit('/', { pass: next.pass })))).toBe(`in ${next.passId}`);
      expect(told(await guard.check(visit('/', { pass })))).toMatch(/^302/);
    } finally {
      await rotating.stop();
    }
  });

  it('that nobody has are looked for once in 30 s, however many ask', async () => {
    const guard = guardFor(standIn);
    const flood = await Promise.all(Array.from({ length: 200 }, (_, i) => signed({ head: { kid: `made-up-${i}` } })));
    const results = await Promise.all(flood.slice(0, 100).map((pass) => guard.check(visit('/', { pass }))));
    for (const pass of flood.slice(100)) results.push(await guard.check(visit('/', { pass })));
    expect(new Set(results.map(told))).toEqual(new Set([toRoom('https://shop.example/')]));
    expect(standIn.count('jwks')).toBe(1);
    // After a good one, too.
    const second = guardFor(standIn);
    const { pass } = await standIn.stay();
    await second.check(visit('/', { pass }));
    standIn.calls = [];
    for (const token of flood) await second.check(visit('/', { pass: token }));
    expect(standIn.count('jwks')).toBe(1);
  });

  it.each([
    ['no keys', { status: 200, body: '{"keys":[]}' }],
    [
      'keys of other kinds',
      { status: 200, body: '{"keys":[{"kty":"RSA","kid":"a","n":"AA","e":"AQAB"},null,{"kty":"OKP","crv":"Ed25519","kid":"b","x":"!"}]}' },
    ],
    ['a page', { status: 200, body: '<html>' }],
    ['404', { status: 404 }],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }],
    ['an endless answer', { status: 200, body: `{"keys":[${'{},'.repeat(100_000)}{}]}` }],
  ])('stay when Sunbeon answers %s', async (_, mood) => {
    const log = listeningLog();
    const guard = guardFor(standIn, { log });
    const { pass, passId } = await standIn.stay();
    await guard.check(visit('/', { pass }));
    standIn.jwks = mood;
    await guard.check(visit('/', { pass: await signed({ head: { kid: 'made-up' } }) }));
    expect(log.lines.join()).toMatch(/jwks\.json answered \d+ and no key/);
    expect(told(await guard.check(visit('/', { pass })))).toBe(`in ${passId}`);
  });
});
