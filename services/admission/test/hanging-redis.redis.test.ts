import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createService, redisBreakerLimits, type Service } from '@sunbeon/runtime';
import { adminToken, passKeys, shopKeys, freePort, startRedis, tokenSecret, type RunningProcess } from '../../../tests/fixtures/stack.mjs';
import { newSale } from '../../../tests/fixtures/sale.ts';
import { buildApp } from '../src/app.ts';
import type { AdmissionConfig } from '../src/config.ts';
import { readSamples } from '../src/read-samples.ts';

let folder: string;
let server: RunningProcess;
let service: Service;
let app: Awaited<ReturnType<typeof buildApp>>;
const stops: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sunbeon-hanging-'));
  const [redisPort, PORT, OPS_PORT] = [await freePort(), await freePort(), await freePort()];
  server = await startRedis(folder, redisPort);
  const config = {
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
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
    DRAND_URLS: 'http://127.0.0.1:1',
  } satisfies AdmissionConfig;
  service = createService('admission', config);
  service.onStop = (step) => {
    stops.push(step);
  };
  await service.redis.connect();
  app = await buildApp(service, config);
});
afterAll(async () => {
  for (const step of stops.reverse()) await step();
  await app.close();
  service.redis.disconnect();
  const ended = once(server.child, 'exit');
  server.child.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

const auditLog = async (saleId: string): Promise<{ status: number; ms: number }> => {
  const started = performance.now();
  const { statusCode } = await app.inject({
    url: `/api/admin/audit-log?sale=${saleId}`,
    headers: { authorization: `Bearer ${adminToken}` },
  });
  return { status: statusCode, ms: performance.now() - started };
};

it("the operator's reads of audit log and samples open the breaker when Redis hangs, and are refused at once while it is open", async () => {
  const saleId = await newSale(service.redis);
  expect((await auditLog(saleId)).status).toBe(200);
  expect(await readSamples(service.redis, saleId, null)).toEqual([]);
  server.child.kill('SIGSTOP');
  try {
    // Nobody else calls: this read itself waits for its answer in vain, and opens the breaker.
    expect((await auditLog(saleId)).status).toBe(503);
    const second = await auditLog(saleId);
    const started = performance.now();
    await expect(readSamples(service.redis, saleId, null)).rejects.toMatchObject({ code: 'unavailable' });
    const samplesMs = performance.now() - started;
    expect(second.status).toBe(503);
    expect(Math.max(second.ms, samplesMs)).toBeLessThan(redisBreakerLimits.pauseMs);
  } finally {
    server.child.kill('SIGCONT');
  }
});
