import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { keys, type OperatorSale } from '@sunbeon/contracts';
import { createService, type Service } from '@sunbeon/runtime';
import { answerOf, newSale, testRedisUrl, until } from '../../../tests/fixtures/sale.ts';
import { adminToken, freePort, passKeys, shopKeys, tokenSecret } from '../../../tests/fixtures/stack.mjs';
import { join } from '../../queue/src/scripts/join.ts';
import { buildApp } from '../src/app.ts';
import type { AdmissionConfig } from '../src/config.ts';
import { setStatus } from '../src/scripts/set-status.ts';

let service: Service;
let app: Awaited<ReturnType<typeof buildApp>>;
const ends: (() => Promise<void> | void)[] = [];
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
  app = await buildApp({ ...service, onStop: (step) => void ends.push(step) }, config);
  await app.listen({ host: config.HOST, port: PORT });
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await app.close();
  service.redis.disconnect();
});

it('ticks a reopened sale while the index of current sales cannot be written, and adds it as soon as it can', async () => {
  const { redis } = service;
  const saleId = await newSale(redis);
  await setStatus.run(redis, saleId, { verb: 'close' });
  const admitted = async (visitor: string): Promise<void> => {
    answerOf(await join.run(redis, saleId, [visitor]));
    await until(`${visitor} to be admitted`, async () => (await redis.zscore(keys.active(saleId), visitor)) !== null, 4_000);
  };
  // The first tick fails too.
  const send = redis.call.bind(redis) as (...args: unknown[]) => Promise<unknown>;
  let ticks = 0;
  const refused = jest
    .spyOn(redis, 'call')
    .mockImplementation((...args: unknown[]) =>
      args.includes(keys.leader(saleId)) && args.includes(keys.replays(saleId)) && ticks++ === 0
        ? Promise.reject(new Error('too many calls'))
        : send(...args),
    );
  const full = jest.spyOn(redis, 'zadd').mockRejectedValue(new Error('OOM command not allowed'));
  try {
    const opened = await app.inject({
      method: 'POST',
      url: `/api/admin/sales/${saleId}/open`,
      headers: { authorization: `Bearer ${adminToken}` },
    });
    expect([opened.statusCode, opened.json<OperatorSale>().status]).toEqual([200, 'open']);
    await admitted('first');
    // Longer than from one look at the index to the next.
    const from = Date.now();
    await until('two looks', () => Date.now() - from > 2_200);
    await admitted('second');
    expect(await redis.zscore(keys.currentSales, saleId)).toBeNull();
  } finally {
    full.mockRestore();
    refused.mockRestore();
  }
  await until('the sale to be listed', async () => (await redis.zscore(keys.currentSales, saleId)) !== null, 4_000);
  await setStatus.run(redis, saleId, { verb: 'close' });
}, 20_000);
