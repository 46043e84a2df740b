import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, limits, saleDefaults } from '@sunbeon/contracts';
import { createService, type Service } from '@sunbeon/runtime';
import { adminToken, freePort, passKeys, shopKeys, tokenSecret, until } from '../../../tests/fixtures/stack.mjs';
import { testRedisUrl } from '../../../tests/fixtures/sale.ts';
import { buildApp } from '../src/app.ts';
import type { AdmissionConfig } from '../src/config.ts';
import { readStats } from '../src/scripts/read-stats.ts';
import { join } from '../../queue/src/scripts/join.ts';

/** 500 open ones, 4,000 scheduled ones, 500 closed and empty. */
const counts = { open: 500, scheduled: 4_000, closed: 500 } as const;
const prefix = 'many_';
const idOf = (kind: keyof typeof counts, i: number): string => `${prefix}${kind}_${String(i).padStart(4, '0')}`;
const ids = Object.entries(counts).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, i) => ({ kind: kind as keyof typeof counts, saleId: idOf(kind as keyof typeof counts, i) })),
);
const broken = `${prefix}a_broken`;

interface List {
  sales: { saleId: string; status: string }[];
  broken?: { saleId: string; broken: string }[];
  next?: string;
}
let service: Service;
let app: Awaited<ReturnType<typeof buildApp>>;
const ends: (() => Promise<void> | void)[] = [];

/** State of an older version: in the set of all, not in the index of current sales. */
const createAll = async (): Promise<void> => {
  const { redis } = service;
  const far = Date.now() + 86_400_000;
  for (let from = 0; from < ids.length; from += 500) {
    const some = ids.slice(from, from + 500);
    await Promise.all([
      redis.sadd(keys.sales, ...some.map(({ saleId }) => saleId)),
      ...some.flatMap(({ kind, saleId }) => [
        redis.hset(keys.sale(saleId), {
          title: saleId,
          status: kind,
          version: 1,
          createdAt: Date.now(),
          opensAt: kind === 'scheduled' ? far : '',
          closesAt: '',
          message: '',
          ...saleDefaults,
        }),
        redis.hset(keys.stock(saleId), { total: 100, left: 100, held: 0, sold: 0 }),
        redis.hset(keys.flow(saleId), { refilledAt: Date.now(), tokens: 0, pace: 50 }),
      ]),
    ]);
  }
  await redis.hset(keys.sale(broken), { title: 'Broken', status: 'open', version: 1, closesAt: 'NaN', opensAt: '', ...saleDefaults });
  await redis.sadd(keys.sales, broken, '{no id}');
};
const get = async (path: string): Promise<{ status: number; body: List & { code?: string }; ms: number }> => {
  const started = performance.now();
  const answer = await app.inject({ url: path, headers: { authorization: `Bearer ${adminToken}` } });
  return { status: answer.statusCode, body: answer.json(), ms: performance.now() - started };
};
/** All pages of a list; each answer must be 200. */
const all = async (path: string, limit: number): Promise<List['sales']> => {
  const sales: List['sales'] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const { status, body } = await get(`${path}?limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    expect(body.sales.length + (body.broken?.length ?? 0)).toBeLessThanOrEqual(limit);
    sales.push(...body.sales);
    cursor = body.next;
  }
  return sales.filter(({ saleId }) => saleId.startsWith(prefix));
};
const openIds = ids.filter(({ kind }) => kind === 'open').map(({ saleId }) => saleId);

beforeAll(async () => {
  const [PORT, OPS_PORT] = [await freePort(), await freePort()];
  const config = {
    REDIS_URL: testRedisUrl(),
    HOST: '127.0.0.1',
    PORT,
    OPS_PORT,
    LOG_LEVEL: 'silent',
    REQUEST_LOG: 'off',
    LOG_ADDRESSES: 'off',
    TOKEN_SECRET: tokenSecret,
    ADMIN_TOKEN: adminToken,
    WRONG_TOKENS_PER_MINUTE: 10,
    DURABILITY: 'local',
    AUDIT_LOG_ENTRIES: 10_000,
    AUDIT_LOG_DAYS: 400,
    SHOP_KEYS: shopKeys,
    PASS_KEYS: passKeys,
    PUBLIC_URL: 'http://localhost:4000',
    DRAND_URLS: 'http://127.0.0.1:9',
  } as unknown as AdmissionConfig;
  service = createService('admission', config);
  await service.redis.connect();
  await createAll();
  app = await buildApp(
    {
      ...service,
      onStop: (step) => {
        ends.push(step);
      },
    },
    config,
  );
  await app.listen({ host: config.HOST, port: PORT });
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await app.close();
  const { redis } = service;
  for (const saleId of [...ids.map((one) => one.saleId), broken])
    void redis.unlink(
      ...Object.values(keys)
        .filter((key) => typeof key === 'function')
        .map((key) => key(saleId)),
    );
  await redis.srem(keys.sales, '{no id}', broken, ...ids.map(({ saleId }) => saleId));
  await redis.zrem(keys.currentSales, broken, ...ids.map(({ saleId }) => saleId));
  service.redis.disconnect();
});

describe('an installation with 5,000 sales, 500 of them open', () => {
  it('finds those that are not closed although no index named them, and ticks every open one each second', async () => {
    const tickedAt = async (): Promise<number[]> => {
      const many = service.redis.pipeline();
      for (const saleId of openIds) many.hget(keys.flow(saleId), 'tickAt');
      return ((await many.exec()) ?? []).map(([, at]) => Number(at ?? 0));
    };
    await until('every open sale to be ticked', async () => (await tickedAt()).every((at) => at > 0), 20_000);
    await join.run(service.redis, openIds[250]!, ['v1', 'v2']);
    await until('two visitors to be admitted', async () => (await service.redis.zcard(keys.active(openIds[250]!))) === 2, 4_000);
    await until('the whole index', async () => (await service.redis.zcard(keys.currentSales)) >= counts.open + counts.scheduled, 20_000);
    const now = Number((await service.redis.time())[0]) * 1_000;
    expect(Math.min(...(await tickedAt()))).toBeGreaterThan(now - 5_000);
  }, 40_000);

  it('lists open sales in pages, and all sales to an operator, the first page at once', async () => {
    const first = await get('/api/sales');
    expect(first).toMatchObject({ status: 200, body: { next: expect.any(String) } });
    expect(first.body.sales.length).toBe(limits.salesPerPageDefault);
    const open = await all('/api/sales', 500);
    expect(open).toHaveLength(counts.open + counts.scheduled);
    expect(new Set(open.map(({ saleId }) => saleId)).size).toBe(open.length);
    expect(await all('/api/admin/sales', 500)).toHaveLength(ids.length);
    for (const query of [
      'limit=0',
      'limit=501',
      'limit=x',
      'limit=1&limit=2',
      'cursor=x',
      'cursor=%7B%7D',
      `cursor=${Buffer.from('NO').toString('base64url')}`,
    ]) {
      expect(await get(`/api/sales?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    }
  }, 30_000);

  it('takes a closed sale with no visitor inside out of the index, and back in when it opens', async () => {
    const saleId = openIds[7]!;
    const post = (verb: string) =>
      app.inject({ method: 'POST', url: `/api/admin/sales/${saleId}/${verb}`, headers: { authorization: `Bearer ${adminToken}` } });
    expect((await post('close')).statusCode).toBe(200);
    await until('it to leave', async () => (await service.redis.zscore(keys.currentSales, saleId)) === null, 5_000);
    expect((await post('open')).statusCode).toBe(200);
    expect(await service.redis.zscore(keys.currentSales, saleId)).not.toBeNull();
    await until('its leader', async () => (await service.redis.exists(keys.leader(saleId))) === 1, 5_000);
  }, 15_000);

  it('shows a sale that cannot be read as broken to its operator; lists and ticks of the others go on', async () => {
    expect((await get(`/api/admin/sales?cursor=${Buffer.from(`${prefix}a`).toString('base64url')}`)).body.broken).toContainEqual({
      saleId: broken,
      broken: expect.stringMatching(/closesAt|stock/),
    });
    expect(await get(`/api/sales/${broken}`)).toMatchObject({ status: 500, body: { code: 'sale_unreadable' } });
    expect(await readStats.run(service.redis, openIds[0]!, { members: 0 })).toMatchObject({ outcome: 'read', status: 'open' });
  });
});
