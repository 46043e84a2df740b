import { describe, expect, it } from '@jest/globals';
import { createChallenge, solveChallenge as solveByLibrary, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { createClient, payloadOf, solveChallenge, tryCounters, type Challenge } from '../src/index.ts';

const hmacSignatureSecret = 'secret';
const challengeOf = async (counter: number, most: number): Promise<Challenge> =>
  (await createChallenge({
    algorithm: 'SHA-256',
    cost: 1,
    counter,
    data: { sale: 'concert', generation: '1', most },
    deriveKey,
    hmacSignatureSecret,
  })) as Challenge;
const read = (payload: string) =>
  JSON.parse(Buffer.from(payload, 'base64').toString()) as { challenge: Challenge; solution: { counter: number; derivedKey: string } };

describe('the solver', () => {
  it('finds what the library of ALTCHA finds, and the library verifies it', async () => {
    for (const counter of [0, 1, 4_999, 5_000, 12_345]) {
      const challenge = await challengeOf(counter, 20_000);
      const { solution, challenge: sent } = read(await solveChallenge(challenge));
      expect(sent).toEqual(challenge);
      expect(solution).toEqual({ counter, derivedKey: (await solveByLibrary({ challenge, deriveKey }))!.derivedKey });
      expect(await verifySolution({ challenge: sent, solution, deriveKey, hmacSignatureSecret })).toMatchObject({ verified: true });
    }
  });

  it('several workers together try each counter once', async () => {
    const challenge = await challengeOf(700, 1_000);
    const found = [0, 1, 2].map((from) => tryCounters(challenge, { from, step: 3, tries: 10_000 })?.counter);
    expect(found).toEqual([undefined, 700, undefined]);
    expect(tryCounters(challenge, { from: 0, step: 1, tries: 700 })).toBeNull();
    expect(tryCounters(challenge, { from: 0, step: 1, tries: 701 })).toMatchObject({ counter: 700 });
  });

  it('tells how far it is, and stops when it is aborted', async () => {
    const challenge = await challengeOf(30_000, 40_000);
    const seen: number[] = [];
    await solveChallenge(challenge, { onProgress: (done) => seen.push(done) });
    expect(seen).toEqual([0.125, 0.25, 0.375, 0.5, 0.625, 0.75]);
    const abort = new AbortController();
    const solving = solveChallenge(challenge, { signal: abort.signal, onProgress: () => abort.abort(new Error('left')) });
    await expect(solving).rejects.toThrow('left');
  });

  it('a challenge without a solution ends with an error', async () => {
    await expect(solveChallenge(await challengeOf(100, 50))).rejects.toThrow('no solution');
  });
});

const challenge = await challengeOf(5, 10);
describe('a join that needs a proof', () => {
  const place = { visitor: { visitorId: 'v' }, token: 't' };
  const answering = (status: number, body: object) =>
    new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': status < 300 ? 'application/json' : 'application/problem+json' },
    });
  /** A server that asks for a proof, and gets one. */
  const server = (refusal: object = { challenge }) => {
    const sent: { key: string; body: unknown }[] = [];
    const client = createClient({
      baseUrl: 'http://sunbeon.test',
      fetch: async (_, { headers, body }) => {
        sent.push({
          key: (headers as Record<string, string>)['idempotency-key']!,
          body: body === undefined ? null : JSON.parse(String(body)),
        });
        const proof = (sent.at(-1)!.body as { proof?: string } | null)?.proof;
        return proof === undefined ? answering(403, { code: 'proof_required', ...refusal }) : answering(201, place);
      },
    });
    return { client, sent };
  };

  it('is solved and sent again with the same key', async () => {
    const { client, sent } = server();
    expect(await client.join('concert', { code: 'C', solve: solveChallenge })).toEqual({ ok: true, status: 201, value: place });
    expect(sent.map(({ body }) => body)).toEqual([
      { code: 'C' },
      { code: 'C', proof: payloadOf(challenge, tryCounters(challenge, { from: 0, step: 1, tries: 10 })!) },
    ]);
    expect(sent[0]!.key).toBe(sent[1]!.key);
  });

  it('is refused without a solver, or without a challenge', async () => {
    const { client, sent } = server();
    expect(await client.join('concert')).toMatchObject({ ok: false, failure: { code: 'proof_required', challenge } });
    expect(sent).toHaveLength(1);
    const without = server({});
    expect(await without.client.join('concert', { solve: solveChallenge })).toMatchObject({
      ok: false,
      failure: { code: 'proof_required' },
    });
    expect(without.sent).toHaveLength(1);
  });

  it('ends as aborted when its caller gives up while it is solved', async () => {
    const { client, sent } = server();
    const abort = new AbortController();
    const solve = async (_: unknown, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<string> => {
      abort.abort();
      signal!.throwIfAborted();
      return '';
    };
    expect(await client.join('concert', { signal: abort.signal, solve })).toEqual({
      ok: false,
      failure: { code: 'network', status: 0, reason: 'aborted' },
    });
    expect(sent).toHaveLength(1);
  });
});
