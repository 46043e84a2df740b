import { afterEach, expect, it } from '@jest/globals';
import { decodeResponses, publicRoutes, rpcPaths, type PublicRoute } from '@sunbeon/contracts';
import {
  createHttp,
  createLog,
  createMetrics,
  createOperatorCheck,
  createTokens,
  defineRoute,
  parseOperators,
  rpcHeader,
} from '../src/index.ts';

const tokens = createTokens('secret-of-the-tests-0123456789abcdef');
const [viewer, olga] = ['v'.repeat(24), 'o'.repeat(24)];
const operatorList = `vera:viewer:${viewer},olga:operator:${olga}`;
const checkOperator = createOperatorCheck(parseOperators({ ADMIN_TOKEN: 'operator-of-the-tests', OPERATORS: operatorList }));
const app = createHttp(createLog('test', 'test', { LOG_LEVEL: 'silent' }), createMetrics('queue'));
const context = { app, tokens, checkOperator };
afterEach(() => app.close());

const entry = {
  method: 'GET',
  url: '/api/sales/:sale',
  operationId: 'x',
  summary: 'x',
  tag: 'sales',
  service: 'queue',
  answers: { 204: null },
  errors: [],
} as const;
const sale = {
  saleId: 'a',
  title: 'A',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  stock: { total: 1, left: 1, held: 0, sold: 0, cost: 5 },
  waiting: 0,
  lobby: 0,
  active: 0,
  admitPerSecond: 1,
  activeLimit: 1,
  sessionSeconds: 1,
  perVisitorLimit: 1,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime: '2026-01-01T00:00:00.000Z',
  margin: 7,
} as const;

/** Compiled with the tests, never called: each of these must stay an error. */
export const mustNotCompile = (): void => {
  // @ts-expect-error an entry without `auth`
  defineRoute(context, entry, async () => ({ status: 204 }));
  // @ts-expect-error the same in the catalogue's own type
  const withoutAuth: PublicRoute = { ...entry, answers: { 204: null }, errors: [] };
  void withoutAuth;
  // @ts-expect-error a call of operators without a role
  const withoutRole: PublicRoute = { ...entry, auth: 'operator', answers: { 204: null }, errors: [] };
  void withoutRole;
  // @ts-expect-error a service without the operator's check
  defineRoute({ app, tokens }, publicRoutes.getOperatorSales, async () => ({ status: 200, body: { sales: [], broken: [] } }));
  // @ts-expect-error a service that cannot verify tokens
  defineRoute({ app, checkOperator }, publicRoutes.getPurchases, async () => ({ status: 200, body: { purchases: [] } }));
  // @ts-expect-error no authenticated visitor on a route for anyone
  defineRoute(context, publicRoutes.getSales, async ({ visitor }) => ({ status: 200, body: { sales: [], next: visitor.visitorId } }));
  // @ts-expect-error a status that the entry does not name
  defineRoute(context, publicRoutes.deletePlace, async () => ({ status: 200 }));
  // @ts-expect-error an answer without a property of its schema
  defineRoute(context, publicRoutes.getPurchases, async () => ({ status: 200, body: {} }));
};

it('authenticates by the entry, before body and headers are judged, and picks the answer by its schema', async () => {
  const seen: unknown[] = [];
  defineRoute(context, publicRoutes.postHold, async ({ visitor, body, headers }) => {
    seen.push([visitor.visitorId, body.quantity, headers['idempotency-key']]);
    return {
      status: 201,
      body: { holdId: 'h', saleId: visitor.saleId, visitorId: visitor.visitorId, quantity: body.quantity, expiresAt: 'now' },
    };
  });
  defineRoute(context, publicRoutes.getSale, async () => ({ status: 200, body: sale }));
  defineRoute(context, publicRoutes.deleteSale, async ({ actor }) => {
    seen.push(actor.operator);
    return { status: 204 };
  });
  defineRoute(context, publicRoutes.getPlace, async ({ visitor: { visitorId, saleId } }) => ({
    status: 200,
    // As if a handler passed on all that it has: more properties than the schema names. A line break must not end the line of the answer.
    body: {
      saleId,
      visitorId: `${visitorId}\n`,
      state: 'left' as const,
      generation: 1,
      etaSeconds: { low: 1, high: 2, epoch: 7 },
      pollAfterMs: 1,
      margin: 7,
    },
  }));
  const send = async (method: 'GET' | 'POST' | 'DELETE', url: string, token?: string, payload?: object, key?: string) => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    return (await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })).statusCode;
  };
  const token = tokens.sign({ saleId: 'a', visitorId: 'v', seq: 1, generation: 1 });
  const elsewhere = tokens.sign({ saleId: 'b', visitorId: 'v', seq: 1, generation: 1 });
  for (const wrong of [undefined, 'junk', elsewhere, 'operator-of-the-tests'])
    expect([wrong, await send('POST', '/api/sales/a/holds', wrong, { quantity: 'x' })]).toEqual([wrong, 401]);
  expect(await send('POST', '/api/sales/A/holds', token)).toBe(400);
  expect(await send('POST', '/api/sales/a/holds', token, { quantity: 'x' }, 'k')).toBe(400);
  expect(await send('POST', '/api/sales/a/holds', token, { quantity: 2 })).toBe(400);
  expect(await send('POST', '/api/sales/a/holds', token, { quantity: 2 }, 'k')).toBe(201);
  for (const wrong of [undefined, 'junk', token]) expect([wrong, await send('DELETE', '/api/admin/sales/a', wrong)]).toEqual([wrong, 401]);
  for (const small of [viewer, olga]) expect(await send('DELETE', '/api/admin/sales/a', small)).toBe(403);
  expect(await send('DELETE', '/api/admin/sales/a', 'operator-of-the-tests')).toBe(204);
  expect(seen).toEqual([['v', 2, 'k'], 'admin']);

  const shown = (await app.inject({ url: '/api/sales/a' })).json<Record<string, unknown>>();
  const {
    margin: _margin,
    stock: { cost: _cost, ...stock },
    ...rest
  } = sale;
  expect(shown).toEqual({ ...rest, stock });

  // An entry with `rpc` has no path of its own.
  expect(await send('GET', '/api/sales/a/queue/me', token)).toBe(404);
  const batch = await app.inject({
    method: 'POST',
    url: rpcPaths.place,
    headers: { [rpcHeader]: tokens.rpcCredential },
    payload: { items: [{ saleId: 'a', token }, { saleId: 'a' }] },
  });
  const [place, stranger] = decodeResponses(batch.body);
  expect({ ...place, text: JSON.parse(place!.text) as unknown }).toEqual({
    status: 200,
    text: { saleId: 'a', visitorId: 'v\n', state: 'left', generation: 1, etaSeconds: { low: 1, high: 2 }, pollAfterMs: 1 },
  });
  expect(stranger!.status).toBe(401);
  expect(JSON.parse(stranger!.text)).toMatchObject({ code: 'invalid_token' });
});
