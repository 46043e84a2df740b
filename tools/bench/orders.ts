// Orders of a sale with a million purchases: first page, search and CSV of the purchase service alone, and its memory.
// node --conditions=development --import tsx tools/bench/orders.ts <url of an empty Redis> [orders]
import { keys } from '@sunbeon/contracts';
import { createService } from '@sunbeon/runtime';
import { Redis } from 'ioredis';
import { buildApp } from '../../services/purchase/src/app.ts';

const [url = 'redis://127.0.0.1:6399', count = '1000000'] = process.argv.slice(2);
const orders = Number(count);
const saleId = 'bench_orders';
const redis = new Redis(url);
const write = `
local from, to = tonumber(ARGV[1]), tonumber(ARGV[2])
for n = from, to do
  local id = 'p_' .. string.sub(redis.sha1hex(tostring(n)), 1, 22)
  local number, visitor, reference = '\\1' .. string.format('%010.0f', n), 'v' .. n, 'A-' .. n
  redis.call('HSET', KEYS[1], id, cjson.encode({ purchaseId = id, visitor = visitor, quantity = 1, purchasedAtMs = 1770000000000 + n, n = n, seq = n, reference = reference }))
  redis.call('HSET', KEYS[2], visitor, cjson.encode({ id }))
  redis.call('RPUSH', KEYS[3], id)
  redis.call('ZADD', KEYS[4], 0, 'i' .. string.sub(id, 1, 6) .. number, 0, 'r' .. reference .. number)
end`;
const memory = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]) / 1e6;
await redis.hset(keys.sale(saleId), { createdAt: 1, status: 'open' });
await redis.hset(keys.flow(saleId), 'purchased', orders);
const names = [keys.purchases(saleId), keys.receipts(saleId), keys.orders(saleId), keys.orderWords(saleId)];
for (let n = 1; n <= orders; n += 2_000) await redis.eval(write, 4, ...names, n, Math.min(orders, n + 1_999));
const sizes = await Promise.all(names.map((name) => redis.memory('USAGE', name, 'SAMPLES', 100)));
console.log(
  `${orders} orders: Redis has ${Math.round(await memory())} MB; ${names.map((name, i) => `${name} ${Math.round(Number(sizes[i]) / 1e6)} MB`).join(', ')}`,
);

const token = 'operator-of-the-bench-0123456789';
const settings = {
  REDIS_URL: url,
  HOST: '127.0.0.1',
  PORT: 15_903,
  OPS_PORT: 20_903,
  LOG_LEVEL: 'silent' as const,
  REQUEST_LOG: 'off' as const,
  LOG_ADDRESSES: 'off' as const,
  TOKEN_SECRET: 's'.repeat(32),
  ADMIN_TOKEN: token,
  WRONG_TOKENS_PER_MINUTE: 10,
  DURABILITY: 'local',
  AUDIT_LOG_ENTRIES: 10_000,
  AUDIT_LOG_DAYS: 400,
  SHOP_KEYS: `shop:${'k'.repeat(32)}`,
};
const service = createService('purchase', settings);
await service.redis.connect();
const app = buildApp(service, settings);
await app.listen({ port: settings.PORT, host: settings.HOST });
const at = (query: string) =>
  fetch(`http://127.0.0.1:${settings.PORT}/api/admin/sales/${saleId}/orders${query}`, { headers: { authorization: `Bearer ${token}` } });
const timed = async (what: string, queryOf: (i: number) => string) => {
  const ms: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    const from = performance.now();
    await (await at(queryOf(i))).text();
    ms.push(performance.now() - from);
  }
  ms.sort((a, b) => a - b);
  console.log(`${what}: p50 ${ms[100]!.toFixed(1)} ms, p95 ${ms[190]!.toFixed(1)} ms, worst ${ms[199]!.toFixed(1)} ms`);
};
await timed('first page of 100', () => '');
await timed('first page of 500', () => '?limit=500');
await timed('a page from the middle', (i) => `?limit=100&cursor=${Math.floor(orders / 2) + i}`);
await timed('one reference', (i) => `?q=A-${i * 37 + 1}`);
await timed('one visitor', (i) => `?q=v${i * 37 + 1}`);
await timed('six characters', (i) => `?q=p_${i.toString(16).padStart(4, '0')}`);
await timed('cancelled', () => '?state=cancelled');

const before = process.memoryUsage().rss;
let most = 0;
let bytes = 0;
let lines = 0;
const from = performance.now();
for await (const part of (await at('?format=csv')).body!) {
  bytes += (part as Uint8Array).length;
  for (const byte of part as Uint8Array) if (byte === 10) lines += 1;
  most = Math.max(most, process.memoryUsage().rss);
}
console.log(
  `CSV: ${lines - 1} orders, ${Math.round(bytes / 1e6)} MB in ${((performance.now() - from) / 1_000).toFixed(1)} s; ${Math.round((most - before) / 1e6)} MB more memory, client included`,
);
console.log(`slowest scripts: ${JSON.stringify(await redis.slowlog('GET', 3)).slice(0, 300)}`);
await app.close();
service.redis.disconnect();
redis.disconnect();
