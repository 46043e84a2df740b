import { afterAll, describe, expect, it } from '@jest/globals';
import { limits, type PlanChange } from '@sunbeon/contracts';
import { createSale, endSales, newSaleId, operator, saleOf, valueOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';
import { adminToken } from '../fixtures/stack.mjs';

afterAll(endSales);

const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
const hourMs = 3_600_000;
const plan = (saleId: string, inMs: number, change: PlanChange['change']) => operator.plan(saleId, { at: at(inMs), change });
const planOf = async (saleId: string) => (await valueOf('the plan', operator.planned(saleId))).planned;
/** Entries of a sale about its plan, oldest first. */
const logOf = async (saleId: string) =>
  (await valueOf('the log', operator.auditLog(saleId))).entries.filter(({ action }) => action.includes('plan')).reverse();
const refused = (code: string, status: number) => ({ status, body: { code } });

describe('planned changes', () => {
  it('are planned with the author, listed next first, and taken back once', async () => {
    const saleId = await createSale();
    const later = { at: at(2 * hourMs), change: { status: 'paused' as const } };
    const sooner = { at: at(hourMs), change: { admitPerSecond: 12.5, activeLimit: 30, message: 'Faster\nnow' } };
    const [second, first] = [await operator.plan(saleId, later), await operator.plan(saleId, sooner)];
    expect(second).toMatchObject({ status: 201, body: later });
    expect(Object.keys(first.body).sort()).toEqual(['at', 'change', 'operator', 'plannedId']);
    expect(await planOf(saleId)).toEqual([first.body, second.body]);

    const { plannedId } = first.body;
    expect((await operator.unplan(saleId, plannedId)).status).toBe(204);
    expect(await operator.unplan(saleId, plannedId)).toMatchObject(refused('planned_not_found', 404));
    expect(await planOf(saleId)).toEqual([second.body]);
    const log = await logOf(saleId);
    expect(log.map(({ action }) => action)).toEqual(['plan', 'plan', 'unplan']);
    expect(log.map(({ operator: name }) => name)).toEqual(log.map(() => first.body.operator));
    expect(log[2]!.detail).toMatchObject({ planned: plannedId, change: sooner.change });
  });

  it('are planned once per Idempotency-Key', async () => {
    const saleId = await createSale();
    const wanted = { at: at(hourMs), change: { admitPerSecond: 3 } };
    const answers = await Promise.all([1, 2, 3].map(() => operator.plan(saleId, wanted, { idempotencyKey: 'once' })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.plannedId}`)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(2);
    expect(await operator.plan(saleId, { ...wanted, change: { admitPerSecond: 4 } }, { idempotencyKey: 'once' })).toMatchObject(
      refused('idempotency_conflict', 422),
    );
    expect(await planOf(saleId)).toHaveLength(1);
  });

  it.each([
    ['no change', { change: {} }],
    ['an unknown setting', { change: { stock: 3 } }],
    ['an unknown field', { change: { admitPerSecond: 3 }, note: 'why' }],
    ['a status that nobody sets', { change: { status: 'drawing' } }],
    ['a pace out of range', { change: { admitPerSecond: 0 } }],
    ['a time without a zone', { at: '2090-01-01T10:00:00', change: { admitPerSecond: 3 } }],
    ['no time', { at: undefined, change: { admitPerSecond: 3 } }],
  ])('with %s are refused', async (_, wrong) => {
    const saleId = await createSale();
    const body = { at: at(hourMs), ...wrong };
    expect(await rawCall('POST', `/api/admin/sales/${saleId}/planned`, { token: adminToken, body })).toMatchObject(
      refused('invalid_request', 400),
    );
    expect(await planOf(saleId)).toEqual([]);
  });

  it('are refused in the past, beyond the most of a sale, of a closed sale and of none', async () => {
    const saleId = await createSale();
    expect(await plan(saleId, -1_000, { admitPerSecond: 3 })).toMatchObject({
      ...refused('invalid_request', 400),
      body: { errors: [{ path: '/at', detail: 'is in the past' }] },
    });
    for (let i = 0; i < limits.plannedChanges; i += 1) expect((await plan(saleId, hourMs + i, { admitPerSecond: 3 })).status).toBe(201);
    expect(await plan(saleId, hourMs, { admitPerSecond: 3 })).toMatchObject(refused('invalid_request', 400));
    expect(await planOf(saleId)).toHaveLength(limits.plannedChanges);

    await operator.close(saleId);
    expect(await planOf(saleId)).toEqual([]);
    expect(await plan(saleId, hourMs, { status: 'open' })).toMatchObject(refused('invalid_transition', 409));
    await operator.open(saleId);
    expect(await planOf(saleId)).toEqual([]);

    const none = newSaleId();
    expect(await plan(none, hourMs, { status: 'open' })).toMatchObject(refused('sale_not_found', 404));
    expect(await operator.planned(none)).toMatchObject(refused('sale_not_found', 404));
    expect(await operator.unplan(none, 'pl_x')).toMatchObject(refused('sale_not_found', 404));
  });

  it('go with a sale that is deleted: one of the same id has no plan', async () => {
    const saleId = await createSale();
    await plan(saleId, hourMs, { status: 'paused' });
    await operator.close(saleId);
    expect((await operator.delete(saleId)).status).toBe(204);
    expect((await operator.create({ saleId, title: 'Again', stock: 1 })).status).toBe(201);
    expect(await planOf(saleId)).toEqual([]);
  });

  it('are made at their time, once, with one version each; an older version then conflicts', async () => {
    const saleId = await createSale({ admitPerSecond: 1 });
    const { version } = await saleOf(saleId);
    const made = await valueOf('plan', plan(saleId, 1_500, { admitPerSecond: 9, activeLimit: 77, message: 'As planned' }));
    expect(await saleOf(saleId)).toMatchObject({ version: version + 1, admitPerSecond: 1 });
    expect(await operator.change(saleId, { title: 'Old' }, { version })).toMatchObject(refused('version_conflict', 412));
    await until('the change', async () => (await saleOf(saleId)).admitPerSecond === 9, 10_000);
    const sale = await saleOf(saleId);
    expect(sale).toMatchObject({ version: version + 2, activeLimit: 77, message: 'As planned', status: 'open' });
    expect(await operator.change(saleId, { title: 'Old' }, { version: version + 1 })).toMatchObject(refused('version_conflict', 412));
    expect(await planOf(saleId)).toEqual([]);
    expect(await operator.unplan(saleId, made.plannedId)).toMatchObject(refused('planned_not_found', 404));
    const entry = (await logOf(saleId)).at(-1)!;
    expect(entry).toMatchObject({ action: 'planned_change', operator: made.operator, detail: { planned: made.plannedId } });
    expect(entry.before).toMatchObject({ admitPerSecond: '1', message: '' });
    expect(entry.after).toEqual({ admitPerSecond: '9', activeLimit: '77', message: 'As planned' });
    // By the clock of Redis, not before, and within one tick; the machine may be busy.
    const afterMs = Date.parse(entry.at) - Date.parse(made.at);
    expect(afterMs).toBeGreaterThanOrEqual(0);
    expect(afterMs).toBeLessThan(limits.tickMs + 1_000);
  });

  it('that are not possible at their time are skipped, which the audit log says', async () => {
    const saleId = await createSale({ draft: true });
    await plan(saleId, 500, { status: 'paused', message: 'Never' });
    await until('the end of the plan', async () => (await planOf(saleId)).length === 0, 15_000);
    const entry = (await logOf(saleId)).at(-1);
    expect(entry).toMatchObject({ action: 'planned_change', detail: { skipped: 'scheduled' } });
    expect(entry).not.toHaveProperty('after');
    const sale = await saleOf(saleId);
    expect(sale.status).toBe('scheduled');
    expect(sale).not.toHaveProperty('message');
  });

  it('pause and resume a sale, and close it, which drops the rest', async () => {
    const saleId = await createSale();
    await plan(saleId, 400, { status: 'paused' });
    await plan(saleId, 500, { status: 'open', message: 'On again' });
    await plan(saleId, 600, { status: 'closed' });
    await plan(saleId, 700, { status: 'open' });
    await plan(saleId, hourMs, { admitPerSecond: 2 });
    await until('the closing', async () => (await saleOf(saleId)).status === 'closed', 15_000);
    expect(await saleOf(saleId)).toMatchObject({ message: 'On again' });
    expect(await planOf(saleId)).toEqual([]);
    const made = (await logOf(saleId)).filter(({ action }) => action === 'planned_change');
    expect(made).toMatchObject([
      { detail: { change: { status: 'paused' } }, before: { status: 'open' }, after: { status: 'paused' } },
      { detail: { change: { status: 'open' } }, before: { status: 'paused', message: '' }, after: { status: 'open', message: 'On again' } },
      { detail: { change: { status: 'closed' } }, before: { status: 'open' }, after: { status: 'closed' } },
    ]);
  });
});

describe('a draft', () => {
  it.each(['opensAt', 'lobbyOpensAt'] as const)('has no %s', async (name) => {
    const saleId = newSaleId();
    const answer = await operator.create({ saleId, title: 'T', stock: 1, draft: true, [name]: at(hourMs) });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ path: `/${name}` }] } });
    expect((await operator.sale(saleId)).status).toBe(404);
  });

  it('is scheduled without a time until it is opened by hand, or by a planned change', async () => {
    const byHand = await createSale({ draft: true });
    const sale = await saleOf(byHand);
    expect(sale.status).toBe('scheduled');
    expect(sale).not.toHaveProperty('opensAt');
    expect((await operator.open(byHand)).status).toBe(200);
    expect((await saleOf(byHand)).status).toBe('open');

    const byPlan = await createSale({ draft: true });
    await plan(byPlan, 500, { status: 'open' });
    await until('the opening', async () => (await saleOf(byPlan)).status === 'open', 15_000);
  });
});

describe('the time zone of a sale', () => {
  it('is an IANA name, UTC unless set, and shown to everyone', async () => {
    expect(await saleOf(await createSale())).toMatchObject({ timeZone: 'UTC' });
    const saleId = await createSale({ timeZone: 'America/New_York' });
    expect(await saleOf(saleId)).toMatchObject({ timeZone: 'America/New_York' });
    expect((await operator.change(saleId, { timeZone: 'Asia/Seoul' })).body).toMatchObject({ timeZone: 'Asia/Seoul' });
    for (const wrong of ['Asia/Nowhere', '+09:00', ''])
      expect(await operator.change(saleId, { timeZone: wrong })).toMatchObject(refused('invalid_request', 400));
  });
});
