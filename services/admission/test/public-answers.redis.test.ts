import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { schemas, type OperatorSale } from '@sunbeon/contracts';
import type { Service, StoredSale } from '@sunbeon/runtime';
import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import { passKeys, shopKeys } from '../../../tests/fixtures/stack.mjs';
import type { TestGateway, TestSocket } from '../../../tests/fixtures/gateway.ts';

// A property of the operator's sale that is not declared public: in its schema, and in every value read from Redis.
Object.assign(schemas.OperatorSale.properties, { margin: Type.Integer() });
const withMargin = (sale: OperatorSale): OperatorSale => Object.assign(sale, { margin: 7 });

const runtime = await import('@sunbeon/runtime');
jest.unstable_mockModule('@sunbeon/runtime', () => ({
  ...runtime,
  readSale: async (...args: Parameters<typeof runtime.readSale>) => {
    const sale = await runtime.readSale(...args);
    return sale && withMargin(sale);
  },
  lookUpSale: async (...args: Parameters<typeof runtime.lookUpSale>): Promise<StoredSale> => {
    const found = await runtime.lookUpSale(...args);
    return found.stored === 'sale' ? { ...found, sale: withMargin(found.sale) } : found;
  },
}));
const { buildApp } = await import('../src/app.ts');
const { startGateway } = await import('../../../tests/fixtures/gateway.ts');
const { testRedisUrl, until } = await import('../../../tests/fixtures/sale.ts');

const adminToken = 'operator-of-the-tests';
const settings = {
  REDIS_URL: testRedisUrl(),
  HOST: '127.0.0.1',
  PORT: 15_104,
  OPS_PORT: 20_104,
  LOG_LEVEL: 'silent' as const,
  REQUEST_LOG: 'off' as const,
  LOG_ADDRESSES: 'off' as const,
  TOKEN_SECRET: 'token-secret-of-the-tests-0123456789',
  ADMIN_TOKEN: adminToken,
  WRONG_TOKENS_PER_MINUTE: 10,
  DURABILITY: 'local',
  AUDIT_LOG_ENTRIES: 10_000,
  AUDIT_LOG_DAYS: 400,
  SHOP_KEYS: shopKeys,
  PASS_KEYS: passKeys,
  PUBLIC_URL: 'http://localhost:4000',
  DRAND_URLS: 'http://127.0.0.1:1',
};
const stops: (() => Promise<void> | void)[] = [];
let service: Service;
let app: FastifyInstance;
let gateway: TestGateway;
beforeAll(async () => {
  service = runtime.createService('admission', settings);
  service.onStop = (step) => {
    stops.push(step);
  };
  await service.redis.connect();
  app = await buildApp(service, settings);
  gateway = await startGateway({ ADMISSION_URL: await app.listen({ port: 0, host: '127.0.0.1' }) });
});
afterAll(async () => {
  await gateway.stop();
  for (const step of stops.reverse()) await step();
  await app.close();
  service.redis.disconnect();
});

const ask = async (
  path: string,
  { method = 'GET', token, body }: { method?: string; token?: string; body?: object } = {},
): Promise<string> => {
  const response = await fetch(`${gateway.base}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return await response.text();
};

it("a property added to the operator's sale is in the operator's answers, and in no public one", async () => {
  const saleId = `public_${Date.now().toString(36)}`;
  const sale = `/api/sales/${saleId}`;
  const operators = { token: adminToken };
  await ask('/api/admin/sales', { method: 'POST', ...operators, body: { saleId, title: 'One', stock: 1, admitPerSecond: 0.001 } });
  for (const path of ['', `/${saleId}`, `/${saleId}/stats`])
    expect([path, await ask(`/api/admin/sales${path}`, operators)]).toEqual([path, expect.stringContaining('"margin":7')]);

  const joined = await ask(`${sale}/queue`, { method: 'POST' });
  const { token } = JSON.parse(joined) as { token: string };
  const socket = (await gateway.open(saleId, token)) as TestSocket;
  const frame = (type: string) => socket.frames.find((one) => one.type === type);
  await until('the first state', () => frame('state') !== undefined);
  await ask(`/api/admin/sales/${saleId}`, { method: 'PATCH', ...operators, body: { title: 'Another' } });
  await until('the changed sale', () => frame('sale') !== undefined);
  const shown = {
    list: await ask('/api/sales'),
    sale: await ask(sale),
    joined,
    place: await ask(`${sale}/queue/me`, { token }),
    state: JSON.stringify(frame('state')),
    frame: JSON.stringify(frame('sale')),
  };
  for (const [name, text] of Object.entries(shown)) {
    expect([name, text]).toEqual([name, expect.stringContaining(saleId)]);
    expect([name, text]).toEqual([name, expect.not.stringContaining('margin')]);
  }
});
