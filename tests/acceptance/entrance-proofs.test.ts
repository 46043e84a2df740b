import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { newKey, payloadOf, solveChallenge, tryCounters, type Challenge } from '@sunbeon/client';
import { limits } from '@sunbeon/contracts';
import { api, apiAt, createSale, endSales, gateways, joinAs, operator, publicSale, saleOf, visitorOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';

afterAll(endSales);

const seconds = limits.proofOfWorkSecondsMin;
const always = { proofOfWork: 'on', proofOfWorkSeconds: seconds } as const;
const proofOf = (challenge: Challenge): string =>
  payloadOf(challenge, tryCounters(challenge, { from: 0, step: 1, tries: challenge.parameters.data.most })!);
const proofFor = async (saleId: string): Promise<string> => proofOf((await api.challenge(saleId)).body);

describe('a sale whose places cost work', () => {
  it('says so, gives out challenges at every gateway, and places who solves one', async () => {
    const saleId = await createSale(always);
    expect((await publicSale(saleId)).body).toMatchObject({ proofOfWork: 'on', proofWanted: true });
    for (const base of gateways()) {
      const asked = await apiAt(base).challenge(saleId);
      expect([asked.status, asked.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    }
    expect(await api.join(saleId)).toMatchObject({
      status: 403,
      body: { code: 'proof_required', challenge: { parameters: { data: { sale: saleId } } } },
    });
    expect(await api.join(saleId, { proof: 'x' })).toMatchObject({ status: 403, body: { code: 'proof_invalid' } });
    const joined = await api.join(saleId, { proof: await proofFor(saleId) });
    expect(joined).toMatchObject({ status: 201, body: { visitor: { state: 'waiting', seq: 1 } } });
    expect(await visitorOf(saleId, joined.body.token).join()).toMatchObject({ status: 200, body: { visitor: { seq: 1 } } });
    expect(await api.join(saleId, { solve: solveChallenge })).toMatchObject({ status: 201, body: { visitor: { seq: 2 } } });
  });

  it('has no challenge when it asks for none, and takes a proof all the same', async () => {
    const [free, asking] = await Promise.all([createSale(), createSale(always)]);
    expect(await api.challenge(free)).toMatchObject({ status: 404, body: { code: 'no_challenge' } });
    expect(await api.challenge('no_such_sale')).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
    expect(await api.join(free, { proof: await proofFor(asking) })).toMatchObject({ status: 201 });
  });

  it('gives one place for one solution, to whichever of 40 is first, at any gateway', async () => {
    const saleId = await createSale(always);
    const proof = await proofFor(saleId);
    const json = Buffer.from(proof, 'base64').toString();
    const joins = await Promise.all(
      Array.from({ length: 40 }, (_, i) => api.join(saleId, { proof: Buffer.from(json + ' '.repeat(i)).toString('base64') })),
    );
    expect(joins.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 39 }, () => 403)]);
    expect(await saleOf(saleId)).toMatchObject({ waiting: 1, joined: 1 });
  });

  it('gives the same place for a repeated join with its key, without another proof', async () => {
    const saleId = await createSale(always);
    const ask = { idempotencyKey: newKey(), proof: await proofFor(saleId) };
    const first = await api.join(saleId, ask);
    expect(await api.join(saleId, ask)).toMatchObject({ status: 201, body: { token: first.body.token } });
  });

  it('takes no proof of another sale', async () => {
    const [saleId, other] = await Promise.all([createSale(always), createSale(always)]);
    expect(await api.join(saleId, { proof: await proofFor(other) })).toMatchObject({ status: 403, body: { code: 'proof_invalid' } });
  });

  it('leaves those who are in line alone when it begins to ask', async () => {
    const saleId = await createSale();
    const early = await joinAs(saleId);
    const { body } = await operator.sale(saleId);
    await operator.change(saleId, { ...always }, { version: body.version });
    expect((await early.join()).status).toBe(200);
    expect(await api.join(saleId)).toMatchObject({ status: 403, body: { code: 'proof_required' } });
    await early.leave();
    expect((await early.join()).body).toMatchObject({ code: 'proof_required' });
  });
});

describe('a sale whose places cost work in a rush', () => {
  it('asks once joins exceed the normal, and no more some seconds after the rush', async () => {
    const saleId = await createSale({ proofOfWork: 'auto', proofOfWorkSeconds: seconds, admitPerSecond: 0.1 });
    expect((await publicSale(saleId)).body).toMatchObject({ proofOfWork: 'auto', proofWanted: false });
    expect((await api.join(saleId)).status).toBe(201);
    // Each second about one and a half times of what is no rush in any sale: the level is low, and soon 0 again.
    let asked = 0;
    await until(
      'a join to need a proof',
      async () => {
        const joins = await Promise.all(Array.from({ length: Math.ceil(limits.proofCalmPerSecond / 3) }, () => api.join(saleId)));
        asked = joins.filter(({ body }) => (body as { code?: string }).code === 'proof_required').length;
        await sleep(200);
        return asked > 0;
      },
      20_000,
    );
    // A gateway tells what it heard last: each of them has to.
    const wanted = async () => await Promise.all(gateways().map(async (base) => (await publicSale(saleId, base)).body.proofWanted));
    await until('the pages to know', async () => (await wanted()).every(Boolean), 5_000);
    const { parameters } = (await api.challenge(saleId)).body;
    const full = 2 * seconds * limits.proofHashesPerSecond;
    expect(parameters.data.most).toBeGreaterThanOrEqual(full / 4);
    expect(parameters.data.most).toBeLessThanOrEqual(full * 2);
    expect(await api.join(saleId, { solve: solveChallenge })).toMatchObject({ status: 201 });
    await until('the rush to be over', async () => !(await wanted()).some(Boolean), 60_000);
    expect((await api.join(saleId)).status).toBe(201);
  }, 100_000);
});
