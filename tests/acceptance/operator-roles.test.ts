import { beforeAll, describe, expect, it } from '@jest/globals';
import { operatorRoles, publicRoutes, type OperatorRole, type PublicRoute } from '@sunbeon/contracts';
import { operatorNames, operatorTokens } from '../fixtures/stack.mjs';
import { apiAt, createSale, gateways, joinAs, operator, operatorAt, saleOf, valueOf } from '../fixtures/client.ts';
import { browserOf } from '../fixtures/operator-session.ts';
import { rawBytes, rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';
import { soundRequest } from '../fixtures/sound-request.ts';

/** What the smallest roles may; everything else is an admin's. Written down once more, so that a change of the catalogue is no accident. */
const ofViewers = ['getOperatorSales', 'getOperatorSale', 'getStats', 'getReport', 'getPlanned'];
const ofOperators = [
  ...ofViewers,
  ...['getOrders', 'getOrder', 'checkInOrder', 'getAuditLog', 'changeSale', 'openSale', 'pauseSale', 'resumeSale', 'closeSale'],
  ...['planChange', 'deletePlanned'],
];
const routes = (Object.entries(publicRoutes) as [string, PublicRoute][]).filter(([, { auth }]) => auth === 'operator');
const may = (role: OperatorRole, name: string): boolean =>
  role === 'admin' || (role === 'operator' ? ofOperators : ofViewers).includes(name);
const pairs = routes.flatMap(([name, route]) => operatorRoles.map((role) => [role, name, route] as const));

/** Somebody buys a ticket; the id of the order. */
const bought = async (saleId: string): Promise<string> => {
  const visitor = await joinAs(saleId);
  await until('the admission', async () => (await visitor.place()).body.state === 'admitted');
  return (await valueOf('buy', visitor.buy(1, 'k'))).purchaseId;
};

let browsers: Record<OperatorRole, ReturnType<typeof browserOf>>;
beforeAll(async () => {
  browsers = Object.fromEntries(operatorRoles.map((role) => [role, browserOf(gateways()[0]!)])) as typeof browsers;
  for (const role of operatorRoles)
    expect(await browsers[role].signIn(operatorTokens[role])).toMatchObject({ status: 200, body: { name: operatorNames[role], role } });
});

describe('every route of operators, with every role', () => {
  it('is in the lists above, or an admin alone may call it', () => {
    expect(ofOperators.filter((name) => !routes.some(([known]) => known === name))).toEqual([]);
    expect(routes.length).toBeGreaterThanOrEqual(19);
  });

  it.each(pairs)('%s: %s', async (role, name, route) => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const before = await saleOf(saleId);
    const ways = [
      ({ path, ...request }: ReturnType<typeof soundRequest>) =>
        rawCall<{ code?: string } | undefined>(route.method, path, { ...request, token: operatorTokens[role] }),
      ({ path, ...request }: ReturnType<typeof soundRequest>) =>
        browsers[role].call<{ code?: string } | undefined>(route.method, path, {
          ...request,
          headers: { origin: 'http://shop.test', ...request.headers },
        }),
    ];
    for (const ask of ways) {
      const request = soundRequest(route, saleId);
      // The example of a change names a setting of each kind that operators may change.
      const { status, body } = await ask(request);
      if (may(role, name)) {
        expect([status, body?.code]).not.toEqual([401, expect.anything()]);
        expect([status, body?.code]).not.toEqual([403, expect.anything()]);
        expect(status).toBeLessThan(500);
      } else {
        expect([status, body?.code]).toEqual([403, 'role_required']);
        const { serverTime: _now, lastTickAt: _tick, ...rest } = await saleOf(saleId);
        const { serverTime: _then, lastTickAt: _last, ...was } = before;
        expect({ ...rest, leader: '', epoch: 0 }).toEqual({ ...was, leader: '', epoch: 0 });
      }
    }
  });
});

describe('a change of settings', () => {
  it('by an operator may name pace, cap and message; one other setting refuses the whole', async () => {
    const saleId = await createSale({ admitPerSecond: 5, activeLimit: 10 });
    const olga = operatorAt(undefined, operatorTokens.operator);
    expect(await olga.change(saleId, { admitPerSecond: 6, activeLimit: 11, message: 'soon' })).toMatchObject({ status: 200 });
    for (const change of [{ title: 'Hers' }, { admitPerSecond: 7, title: 'Hers' }, { message: null, sessionSeconds: 90 }])
      expect(await olga.change(saleId, change)).toMatchObject({ status: 403, body: { code: 'role_required' } });
    expect(await saleOf(saleId)).toMatchObject({
      title: 'Acceptance',
      admitPerSecond: 6,
      activeLimit: 11,
      message: 'soon',
      sessionSeconds: 300,
    });
    expect(await operatorAt(undefined, operatorTokens.admin).change(saleId, { title: 'Hers' })).toMatchObject({ status: 200 });
  });

  it('is refused by the role before anything of it is judged', async () => {
    const path = `/api/admin/sales/${await createSale()}`;
    for (const body of [{ nonsense: 1 }, { admitPerSecond: 'x' }])
      expect(await rawCall('PATCH', path, { token: operatorTokens.viewer, body })).toMatchObject({
        status: 403,
        body: { code: 'role_required' },
      });
    expect(await rawCall('PATCH', path, { token: operatorTokens.operator, body: { admitPerSecond: 'x' } })).toMatchObject({ status: 400 });
  });
});

it('a refusal says which role is needed, and which one the caller has', async () => {
  const saleId = await createSale();
  expect(await operatorAt(undefined, operatorTokens.viewer).pause(saleId)).toMatchObject({
    status: 403,
    body: { code: 'role_required', detail: 'This call needs the role operator; yours is viewer.' },
  });
});

it('actions are in the audit log under the name of who did them', async () => {
  const saleId = await createSale();
  await operatorAt(undefined, operatorTokens.operator).pause(saleId);
  await operatorAt(undefined, operatorTokens.admin).addStock(saleId, 1);
  const { body } = await operator.auditLog(saleId);
  expect(body.entries.map(({ action, operator: name }) => [action, name])).toEqual([
    ['add_stock', 'anna'],
    ['pause', 'olga'],
    ['create', 'admin'],
  ]);
});

it('orders: an operator reads them, also as CSV, and checks them in; an admin alone cancels; a viewer sees none', async () => {
  const saleId = await createSale({ admitPerSecond: 500, activeLimit: 500 });
  const [first, second] = [await bought(saleId), await bought(saleId)];
  const at = (role: OperatorRole) => operatorAt(undefined, operatorTokens[role]);
  const csv = async (role: OperatorRole) =>
    await rawBytes(`/api/admin/sales/${saleId}/orders?format=csv`, { headers: { authorization: `Bearer ${operatorTokens[role]}` } });
  const refused = { status: 403, body: { code: 'role_required' } };
  expect(await at('viewer').orders(saleId)).toMatchObject(refused);
  expect(await at('viewer').order(saleId, first)).toMatchObject(refused);
  expect(await at('viewer').checkInOrder(saleId, first)).toMatchObject(refused);
  const answer = await csv('viewer');
  expect([answer.status, answer.bytes.toString()]).toEqual([403, expect.not.stringContaining(first)]);
  for (const role of ['viewer', 'operator'] as const)
    expect(await at(role).cancelOrder(saleId, second, { reason: 'Hers', restock: true })).toMatchObject(refused);
  expect((await at('operator').orders(saleId)).body.orders.map(({ state }) => state)).toEqual(['paid', 'paid']);
  expect((await csv('operator')).bytes.toString().split('\r\n')).toHaveLength(4);
  expect((await at('operator').checkInOrder(saleId, first)).status).toBe(200);
  expect((await at('admin').cancelOrder(saleId, second, { reason: 'Paid twice', restock: true })).status).toBe(200);
  const { body } = await operator.auditLog(saleId);
  expect(body.entries.map(({ action, operator: name, detail }) => ({ action, name, detail }))).toEqual([
    { action: 'cancel_order', name: 'anna', detail: { purchaseId: second, quantity: 1, restock: true, reason: 'Paid twice' } },
    { action: 'check_in', name: 'olga', detail: { purchaseId: first, quantity: 1 } },
    expect.objectContaining({ action: 'create' }),
  ]);
});

it('no call of visitors takes the token of an operator', async () => {
  const saleId = await createSale();
  for (const token of Object.values(operatorTokens)) expect((await apiAt(undefined, token).place(saleId)).status).toBe(401);
});
