import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { limits, proofMost, type Challenge } from '@sunbeon/contracts';
import { createChallenge, solveChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { alone, keyId } from '../src/keyring/keyring.ts';
import { createProofs, type ProofTerms } from '../src/proofs.ts';

const secret = 'a-secret-of-thirty-two-characters-0';
const other = 'b-secret-of-thirty-two-characters-0';
const hmacSignatureSecret = createHmac('sha256', secret).update('proof of work').digest('base64url');
const proofs = createProofs(secret);
const nowMs = Date.now();
const terms: ProofTerms = { saleId: 'concert', generation: '1777000000000', most: 50, nowMs };
const untilMs = (Math.floor(nowMs / 1_000) + limits.proofSeconds) * 1_000;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const solutionOf = ({ parameters }: Challenge) => {
  for (let counter = 0; ; counter += 1) {
    const bytes = Buffer.alloc(36, Buffer.from(parameters.salt + parameters.nonce, 'hex'));
    bytes.writeUInt32BE(counter, 32);
    const derivedKey = createHash('sha256').update(bytes).digest('hex');
    if (derivedKey.startsWith(parameters.keyPrefix)) return { counter, derivedKey };
  }
};
const solved = (challenge = proofs.challenge(terms)) => ({ challenge, solution: solutionOf(challenge) });
/** The same with some parameters replaced, as somebody without the key can do it. */
const tampered = (parameters: object, data: object = {}) => {
  const { challenge, solution } = solved();
  return encode({
    challenge: { ...challenge, parameters: { ...challenge.parameters, ...parameters, data: { ...challenge.parameters.data, ...data } } },
    solution,
  });
};

describe('proofs of work', () => {
  it('a solved challenge says for which sale it was made and until when it is good', () => {
    const proof = proofs.check('concert', encode(solved()));
    expect(proof).toEqual({ id: expect.stringMatching(/^[\w-]{22}$/), untilMs, generation: '1777000000000' });
  });

  it('the library of ALTCHA solves and verifies our challenges', async () => {
    const challenge = proofs.challenge(terms);
    const solution = (await solveChallenge({ challenge, deriveKey }))!;
    expect(proofs.check('concert', encode({ challenge, solution }))).toMatchObject({ generation: '1777000000000' });
    expect(await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret })).toMatchObject({ verified: true });
    const forged = { ...challenge, parameters: { ...challenge.parameters, expiresAt: challenge.parameters.expiresAt + 1 } };
    expect(await verifySolution({ challenge: forged, solution, deriveKey, hmacSignatureSecret })).toMatchObject({ invalidSignature: true });
  });

  it('we check challenges that the library of ALTCHA makes', async () => {
    const challenge = (await createChallenge({
      algorithm: 'SHA-256',
      cost: 1,
      counter: 17,
      data: { sale: 'concert', generation: '1777000000000', most: 50 },
      deriveKey,
      expiresAt: untilMs / 1_000,
      hmacSignatureSecret,
    })) as Challenge;
    expect(challenge.parameters).toEqual({
      ...proofs.challenge(terms).parameters,
      keyPrefix: expect.any(String),
      nonce: expect.any(String),
      salt: expect.any(String),
    });
    expect(JSON.stringify(challenge.parameters)).toMatch(/^\{"algorithm":"SHA-256","cost":1,"data":\{"generation":/);
    const solution = (await solveChallenge({ challenge, deriveKey }))!;
    expect(solution.counter).toBe(17);
    expect(proofs.check('concert', encode({ challenge, solution }))).toMatchObject({ untilMs, generation: '1777000000000' });
  });

  it('another sale, generation, cost, end or sign is none', () => {
    const { challenge, solution } = solved();
    expect(proofs.check('concert', tampered({}))).not.toBeNull();
    expect(proofs.check('theatre', encode({ challenge, solution }))).toBeNull();
    expect(proofs.check('theatre', tampered({}, { sale: 'theatre' }))).toBeNull();
    expect(proofs.check('concert', tampered({}, { generation: '1777000000001' }))).toBeNull();
    expect(proofs.check('concert', tampered({}, { most: 1 }))).toBeNull();
    expect(proofs.check('concert', tampered({}, { more: 1 }))).toBeNull();
    expect(proofs.check('concert', tampered({ more: 1 }))).toBeNull();
    expect(proofs.check('concert', tampered({ expiresAt: challenge.parameters.expiresAt + 60 }))).toBeNull();
    for (const changed of [{ keyPrefix: '00' }, { algorithm: 'SHA-512' }, { cost: 2 }, { keyLength: 16 }])
      expect(proofs.check('concert', tampered(changed))).toBeNull();
    const flipped = challenge.signature.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    for (const signature of [flipped, '', undefined, null, 7, 'f'.repeat(64), challenge.signature.toUpperCase()])
      expect(proofs.check('concert', encode({ challenge: { ...challenge, signature }, solution }))).toBeNull();
    expect(createProofs(other).check('concert', encode({ challenge, solution }))).toBeNull();
  });

  it('a challenge without its solution is none', () => {
    const { challenge, solution } = solved();
    const wrong = solutionOf(proofs.challenge(terms));
    for (const given of [
      wrong,
      { ...solution, counter: solution.counter + 1 },
      { ...solution, counter: String(solution.counter) },
      { ...solution, counter: solution.counter + 2 ** 32 },
      { ...solution, counter: -1 },
      { ...solution, derivedKey: solution.derivedKey.toUpperCase() },
      { counter: solution.counter },
      {},
      null,
      undefined,
    ])
      expect(proofs.check('concert', encode({ challenge, solution: given }))).toBeNull();
  });

  it('a right key that does not begin as asked is none', () => {
    const { challenge, solution } = solved();
    const bytes = Buffer.alloc(36, Buffer.from(challenge.parameters.salt + challenge.parameters.nonce, 'hex'));
    bytes.writeUInt32BE(solution.counter + 1, 32);
    const derivedKey = createHash('sha256').update(bytes).digest('hex');
    expect(proofs.check('concert', encode({ challenge, solution: { counter: solution.counter + 1, derivedKey } }))).toBeNull();
  });

  it('all spellings of one solution have one id, and each challenge its own', () => {
    const { challenge, solution } = solved();
    const json = JSON.stringify({ challenge, solution });
    const texts = [
      json,
      ` ${json}`,
      JSON.stringify({ solution: { time: 3, ...solution }, challenge, more: 1 }),
      json.replace('"sale"', '"\\u0073ale"'),
    ];
    const ids = texts.map((text) => proofs.check('concert', Buffer.from(text).toString('base64'))?.id);
    expect(new Set(ids)).toEqual(new Set([expect.stringMatching(/^[\w-]{22}$/)]));
    const base64 = Buffer.from(`${json} `).toString('base64');
    for (const spelled of [`${base64}=`, ` ${base64}`, `${base64}\n`, base64.replace(/=*$/, '====')])
      expect(proofs.check('concert', spelled)).toBeNull();
    expect(proofs.check('concert', encode(solved()))!.id).not.toBe(ids[0]);
  });

  it('garbage of any kind and size is none, and throws nothing', () => {
    const deep = `${'['.repeat(380)}${']'.repeat(380)}`;
    for (const text of [
      '',
      'x',
      'null',
      '7',
      '"a"',
      '[]',
      '{}',
      '{"challenge":7}',
      '{"challenge":{"parameters":[]}}',
      '{"__proto__":{}}',
      deep,
    ])
      expect(proofs.check('concert', Buffer.from(text).toString('base64'))).toBeNull();
    expect(proofs.check('concert', 'invalid')).toBeNull();
    const { challenge, solution } = solved();
    const large = encode({ challenge, solution, more: 'x'.repeat(limits.proofCharacters) });
    expect(large.length).toBeGreaterThan(limits.proofCharacters);
    expect(proofs.check('concert', large)).toBeNull();
  });

  it('the largest challenge of the longest sale fits in a join', () => {
    const challenge = proofs.challenge({ ...terms, saleId: 's'.repeat(40), most: 2 });
    const most = { ...challenge.parameters.data, most: proofMost(limits.proofOfWorkSeconds, limits.proofLevels) };
    const payload = encode({
      challenge: { ...challenge, parameters: { ...challenge.parameters, data: most } },
      solution: { counter: 0xff_ff_ff_ff, derivedKey: 'f'.repeat(64), time: 123_456.7 },
    });
    expect(payload.length).toBeLessThanOrEqual(limits.proofCharacters);
  });

  it('counters are drawn from all of the range, and salts never repeat', () => {
    const made = Array.from({ length: 400 }, () => proofs.challenge({ ...terms, most: 4 }));
    const counts = new Map<number, number>();
    for (const challenge of made) {
      const { counter } = solutionOf(challenge);
      counts.set(counter, (counts.get(counter) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3]);
    expect(Math.min(...counts.values())).toBeGreaterThan(50);
    expect(new Set(made.map(({ parameters: { salt, nonce } }) => salt + nonce)).size).toBe(400);
  });

  it('after a rotation, challenges of either key are good, and the key of the keyring signs', () => {
    const both = createProofs(`${other},${secret}`, { ...alone(other), signingId: () => keyId(secret) });
    const of = (made: typeof proofs) => encode(solved(made.challenge(terms)));
    expect(both.check('concert', of(proofs))).not.toBeNull();
    expect(both.check('concert', of(createProofs(other)))).not.toBeNull();
    expect(proofs.check('concert', of(both))).not.toBeNull();
    expect(createProofs(other).check('concert', of(both))).toBeNull();
  });

  it('a rush costs from a quarter to twice of what a sale says', () => {
    const rate = limits.proofHashesPerSecond;
    expect([null, 0, 1, 4, 8, 9].map((level) => proofMost(2, level) / 2 / rate)).toEqual([2, 0.5, 0.5, 2, 4, 4]);
    expect(proofMost(0.000_000_1, 1)).toBe(1);
    // Done by a middling phone before it is stale, however the counter falls.
    expect(proofMost(limits.proofOfWorkSeconds, limits.proofLevels) / rate).toBeLessThanOrEqual(limits.proofSeconds / 2);
  });
});
