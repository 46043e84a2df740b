import { describe, expect, it } from '@jest/globals';
import { createClient, solveChallenge, tryCounters, payloadOf, type Challenge } from '@sunbeon/client';
import { keys, limits, proofMost, publicRoutes } from '@sunbeon/contracts';
import { Value } from 'typebox/value';
import { schemas } from '@sunbeon/contracts';
import { createProofs } from '@sunbeon/runtime';
import { gatewayOfTests, startGateway } from '../../../tests/fixtures/gateway.ts';
import { newSale, until } from '../../../tests/fixtures/sale.ts';

const { redis, gateway } = await gatewayOfTests();
const client = createClient({ baseUrl: gateway.base });
const get = (saleId: string) => fetch(`${gateway.base}${publicRoutes.getChallenge.url.replace(':sale', saleId)}`);
const challengeOf = async (saleId: string): Promise<Challenge> => {
  const read = await client.challenge(saleId);
  if (!read.ok) throw new Error(read.failure.code);
  return read.value;
};
/** Counters of this sale's challenges: so few that a test solves them at once. */
const easy = { proofOfWork: 'on', proofOfWorkSeconds: limits.proofOfWorkSecondsMin } as const;
const redisMs = async (): Promise<number> => Number((await redis.time())[0]) * 1_000;
const proofOf = (challenge: Challenge): string =>
  payloadOf(challenge, tryCounters(challenge, { from: 0, step: 1, tries: challenge.parameters.data.most })!);
const failureOf = async (joined: ReturnType<typeof client.join>) => {
  const result = await joined;
  return result.ok ? null : result.failure;
};

describe('challenges', () => {
  it('are fresh for each request, of this sale, good for two minutes by the clock of Redis, and kept by no cache', async () => {
    const saleId = await newSale(redis, { proofOfWork: 'on', proofOfWorkSeconds: 3 });
    const answer = await get(saleId);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    const challenge = (await answer.json()) as Challenge;
    expect(Value.Check(schemas.Challenge, challenge)).toBe(true);
    expect(challenge.parameters.data).toEqual({
      sale: saleId,
      generation: await redis.hget(keys.sale(saleId), 'createdAt'),
      most: proofMost(3, null),
    });
    expect(Math.abs(challenge.parameters.expiresAt * 1_000 - (await redisMs()) - limits.proofSeconds * 1_000)).toBeLessThanOrEqual(2_000);
    const next = await challengeOf(saleId);
    for (const name of ['salt', 'nonce', 'keyPrefix'] as const) expect(next.parameters[name]).not.toBe(challenge.parameters[name]);
  });

  it('do not exist without a sale, or for one that asks for none', async () => {
    for (const [saleId, code] of [
      [await newSale(redis), 'no_challenge'],
      ['no_such_sale', 'sale_not_found'],
    ] as const) {
      const answer = await get(saleId);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
      expect(await answer.json()).toMatchObject({ code });
    }
  });

  it('are given out while the sale takes joins: nobody solves them before the opening', async () => {
    const saleId = await newSale(redis, { ...easy, opensAt: new Date((await redisMs()) + 3_600_000).toISOString() });
    const refused = await get(saleId);
    expect([refused.status, await refused.json()]).toEqual([409, expect.objectContaining({ code: 'sale_not_open' })]);
    await redis.hset(keys.sale(saleId), 'opensAt', (await redisMs()) - 1);
    // What was read before is shared for a second; a refused join has its challenge all the same.
    expect(await failureOf(client.join(saleId))).toMatchObject({ code: 'proof_required', challenge: expect.anything() });
    await until('the opening to be heard', async () => (await get(saleId)).status === 200, 3_000);
  });

  it('of a rush cost what its level says', async () => {
    const mostAt = async (level: string) => {
      const saleId = await newSale(redis, { proofOfWork: 'auto', proofOfWorkSeconds: 2 });
      await redis.hset(keys.flow(saleId), 'proofLevel', level);
      return (await challengeOf(saleId)).parameters.data.most;
    };
    const full = proofMost(2, null);
    expect(await Promise.all(['0', '1', '4', '8'].map(mostAt))).toEqual([full / 4, full / 4, full, full * 2]);
  });

  it('are read from Redis once a second, however many are asked for', async () => {
    const saleId = await newSale(redis, easy);
    await challengeOf(saleId);
    await redis.hset(keys.sale(saleId), 'proofOfWork', 'off');
    await challengeOf(saleId);
    await until('the terms to be read again', async () => (await get(saleId)).status === 404, 3_000);
  });
});

describe('a join of a sale that asks for proofs', () => {
  it('is refused with a fresh challenge, and is placed with its solution, once', async () => {
    const saleId = await newSale(redis, easy);
    const refusal = await failureOf(client.join(saleId));
    expect(refusal).toMatchObject({ status: 403, code: 'proof_required', challenge: { parameters: { data: { sale: saleId } } } });
    const proof = proofOf((refusal as { challenge: Challenge }).challenge);
    const joins = await Promise.all(Array.from({ length: 40 }, () => client.join(saleId, { proof })));
    expect(joins.filter(({ ok }) => ok)).toHaveLength(1);
    for (const joined of joins) if (!joined.ok) expect(joined.failure).toMatchObject({ status: 403, code: 'proof_invalid' });
    expect(await redis.zcard(keys.queue(saleId))).toBe(1);
    const again = joins.find(({ ok }) => ok) as { ok: true; value: { token: string } };
    expect(await client.withToken(again.value.token).join(saleId)).toMatchObject({ ok: true, status: 200 });
  });

  it('solves it by itself where the client may', async () => {
    const saleId = await newSale(redis, easy);
    expect(await client.join(saleId, { solve: solveChallenge })).toMatchObject({ ok: true, status: 201 });
  });

  it('another spelling of a spent solution is spent', async () => {
    const saleId = await newSale(redis, easy);
    const proof = proofOf(await challengeOf(saleId));
    const spaced = Buffer.from(` ${Buffer.from(proof, 'base64').toString()}`).toString('base64');
    expect(await client.join(saleId, { proof })).toMatchObject({ ok: true });
    expect(await failureOf(client.join(saleId, { proof: spaced }))).toMatchObject({ code: 'proof_invalid' });
  });

  it('takes no proof of another sale, of an earlier sale of its id, that is stale, or of no kind', async () => {
    const [saleId, other] = await Promise.all([newSale(redis, easy), newSale(redis, easy)]);
    const foreign = proofOf(await challengeOf(other));
    const generation = (await redis.hget(keys.sale(saleId), 'createdAt'))!;
    const made = (terms: { generation: string; nowMs: number }) =>
      proofOf(createProofs('token-secret-of-the-tests-0123456789').challenge({ saleId, most: 5, ...terms }));
    const nowMs = await redisMs();
    const earlier = made({ generation: '1', nowMs });
    const stale = made({ generation, nowMs: nowMs - (limits.proofSeconds + 1) * 1_000 });
    for (const proof of [foreign, earlier, stale, '', 'x', '한글', '"', 'A'.repeat(limits.proofCharacters)])
      expect(await failureOf(client.join(saleId, { proof }))).toMatchObject({ status: 403, code: 'proof_invalid' });
    expect(await failureOf(client.join(saleId, { proof: 'A'.repeat(limits.proofCharacters + 1) }))).toMatchObject({
      code: 'invalid_request',
    });
    expect(await client.join(saleId, { proof: made({ generation, nowMs }) })).toMatchObject({ ok: true, status: 201 });
  });

  it('is refused without a challenge where none can be made', async () => {
    const alone = await startGateway();
    try {
      const saleId = await newSale(redis, easy);
      const at = createClient({ baseUrl: alone.base });
      // Its own sale is gone from the gateway's view: the terms that it keeps say that no proof is asked for.
      await redis.hset(keys.sale(saleId), 'proofOfWork', 'off');
      expect(await at.challenge(saleId)).toMatchObject({ failure: { code: 'no_challenge' } });
      await redis.hset(keys.sale(saleId), 'proofOfWork', 'on');
      const refusal = await failureOf(at.join(saleId));
      expect(refusal).toMatchObject({ code: 'proof_required' });
      expect(refusal).not.toHaveProperty('challenge');
    } finally {
      await alone.stop();
    }
  });
});
