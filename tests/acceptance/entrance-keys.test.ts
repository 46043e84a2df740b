import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiAt, createSale, endSales, operatorAt, saleOf, valueOf, visitorOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { startStack, until } from '../fixtures/stack.mjs';

type Body = { token: string; visitor: { visitorId: string; seq: number; state: string }; code: string };
const joinWith = (saleId: string, key: string, body?: Record<string, string>) =>
  rawCall<Body>('POST', `/api/sales/${saleId}/queue`, { headers: { 'idempotency-key': key }, ...(body ? { body } : {}) });

describe('the key of a join', () => {
  it('gets one place and one token for 40 requests at once, and the same again after the place was given up', async () => {
    const saleId = await createSale();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 40 }, () => joinWith(saleId, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.token)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(39);
    await until('the turn', async () => (await joinWith(saleId, key)).body.visitor.state === 'admitted');
    expect((await joinWith(saleId, key)).body.token).toBe(answers[0]!.body.token);
    expect((await visitorOf(saleId, answers[0]!.body.token).leave()).status).toBe(204);
    const late = await joinWith(saleId, key);
    expect([late.status, late.body.token, late.body.visitor.state]).toEqual([201, answers[0]!.body.token, 'left']);
    expect((await saleOf(saleId)).waiting).toBe(0);
  });

  it('is refused with another body, and when it is short, long or odd', async () => {
    const saleId = await createSale();
    const key = randomUUID();
    await joinWith(saleId, key);
    expect(await joinWith(saleId, key, { code: 'ANOTHER1' })).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
    for (const odd of ['x'.repeat(21), 'x'.repeat(129), `${'x'.repeat(22)} y`])
      expect([odd, await joinWith(saleId, odd)]).toEqual([odd, expect.objectContaining({ status: 400 })]);
    for (const good of ['x'.repeat(22), 'x'.repeat(128)]) expect((await joinWith(saleId, good)).status).toBe(201);
  });

  it('shares its batch with the largest and oddest ones that others send', async () => {
    const saleId = await createSale({ stock: 1_000 });
    const large = { proof: '\u{1f3ab}'.repeat(512), member: '\\"'.repeat(1_024), code: '\u0000'.repeat(64) };
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => joinWith(saleId, `${'"'.repeat(90)}${randomUUID()}`, i % 2 === 0 ? large : undefined)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const tooLarge = { proof: 'x'.repeat(1_025) };
    expect(await joinWith(saleId, randomUUID(), tooLarge)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('the limit of joins of an address', () => {
  const limit = 5;
  let stack: Awaited<ReturnType<typeof startStack>>;
  let base: string;
  beforeAll(async () => {
    stack = await startStack({ env: { JOIN_LIMIT_PER_MINUTE: String(limit) } });
    base = stack.gateways[0]!;
  }, 60_000);
  afterAll(() => stack.stop());

  it('refuses no right token and no right code, and everything else', async () => {
    const admin = operatorAt(base);
    const create = (saleId: string, settings: object) =>
      valueOf('create', admin.create({ saleId, title: 'Limited', stock: 100, ...settings }));
    await create('limited', {});
    await create('invited', { access: 'code' });
    await valueOf('codes', admin.makeCodes('invited', { codes: ['GOODCODE'], uses: 10 }));
    const first = await valueOf('join', apiAt(base).join('limited'));
    for (let i = 1; i < limit; i += 1) await valueOf('join', apiAt(base).join('limited'));
    const refused = await apiAt(base).join('limited');
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await apiAt(base).join('limited', { code: 'GOODCODE' })).status).toBe(429);
    expect(await apiAt(base, first.token).join('limited')).toMatchObject({ status: 200, body: { visitor: { seq: 1 } } });
    expect((await apiAt(base).join('invited', { code: 'WRONGONE' })).status).toBe(403);
    expect((await apiAt(base).join('invited', { code: 'GOODCODE' })).status).toBe(201);
    expect((await operatorAt(base).sale('limited')).body.waiting).toBe(limit);
  });
});

afterAll(endSales);
