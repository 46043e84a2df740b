import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { checkSale } from '../../services/admission/src/invariants/check-sale.ts';
import { openLive, visitorOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';
import { adminToken, startRedis } from '../fixtures/stack.mjs';
import { insist, startFaulty, type Faulty } from './faulty.ts';

let faulty: Faulty;
beforeAll(async () => {
  faulty = await startFaulty();
}, 60_000);
afterAll(() => faulty.stop());
// Heals the faults of a failed test, so that one failure does not become ten.
afterEach(async () => {
  for (const proxy of faulty.proxies.values()) proxy.set('none');
  for (const { child } of faulty.stack.processes.values()) child.kill('SIGCONT');
  await Promise.all([...faulty.proxies.keys()].map((name) => faulty.stack.ready(name)));
}, 40_000);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const expectSound = async (saleId: string): Promise<void> => {
  const { results } = (await checkSale(faulty.redis, saleId))!;
  expect(results.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
};
const killRedis = async (): Promise<void> => {
  const { child } = faulty.stack.processes.get('redis')!;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};
const startRedisAgain = async (): Promise<void> => {
  faulty.stack.processes.set('redis', await startRedis(faulty.stack.folder, faulty.stack.redisPort));
};

describe('Redis', () => {
  it('F7: killed three times under purchase load, it keeps every acknowledged purchase, and service is back within 5 s of it', async () => {
    const saleId = await faulty.create('f7', { admitPerSecond: 500 });
    const crowd = await Promise.all(Array.from({ length: 400 }, () => faulty.join(saleId)));
    await until('all inside', async () => (await faulty.sale(saleId)).active === 400, 15_000);
    const acked = new Map<string, string>();
    let next = 0;
    const buyer = async (): Promise<void> => {
      for (let i = next++; i < crowd.length; i = next++) {
        const { status, body } = await insist(() => crowd[i]!.buy(1, `key-${i}`));
        if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
        acked.set(crowd[i]!.visitor.visitorId, body.purchaseId);
        await pause(60);
      }
    };
    const buyers = Array.from({ length: 8 }, buyer);
    for (let round = 1; round <= 3; round += 1) {
      await until('purchases', () => acked.size >= round * 80);
      await killRedis();
      const away = await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join();
      expect([away.status, Number(away.headers.get('retry-after')) >= 1]).toEqual([503, true]);
      await startRedisAgain();
      await until(
        'service is back',
        async () => (await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join()).status === 201,
        5_000,
      );
    }
    await Promise.all(buyers);
    const kept = Object.values(await faulty.redis.hgetall(keys.purchases(saleId))).map(
      (json) => JSON.parse(json) as { purchaseId: string; visitor: string },
    );
    expect(kept.length).toBe(400);
    expect(Object.fromEntries(kept.map(({ visitor, purchaseId }) => [visitor, purchaseId]))).toEqual(Object.fromEntries(acked));
    await expectSound(saleId);
  });

  it('F9: frozen for 5 s, it makes quick refusals and no pile, and all goes on when it is back', async () => {
    const saleId = await faulty.create('f9');
    await faulty.join(saleId);
    const { child } = faulty.stack.processes.get('redis')!;
    child.kill('SIGSTOP');
    const startedAt = Date.now();
    const asked: Promise<{ status: number; atMs: number; tookMs: number }>[] = [];
    while (Date.now() - startedAt < 5_000) {
      const atMs = Date.now() - startedAt;
      asked.push(
        visitorOf(saleId, undefined, faulty.stack.gateways[0])
          .join()
          .then(({ status }) => ({ status, atMs, tookMs: Date.now() - startedAt - atMs })),
      );
      await pause(25);
    }
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    // The first calls wait for the timeout of a command; with open breakers only probes wait.
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(4_500);
    const later = answers.filter(({ atMs }) => atMs > 2_200);
    expect(later.filter(({ tookMs }) => tookMs < 200).length).toBeGreaterThan(later.length * 0.2);
    for (const name of ['queue-0', 'queue-1']) expect((await fetch(`${faulty.stack.ops(name)}/livez`)).status).toBe(200);
    child.kill('SIGCONT');
    await until('joins again', async () => (await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join()).status === 201, 5_000);
    await expectSound(saleId);
  });

  it('F10: an answer that is lost is unknown, and the same key gets the one purchase that was made', async () => {
    const saleId = await faulty.create('f10');
    // The script is cached: a lost NOSCRIPT would mean that nothing was done.
    expect((await (await faulty.insider(saleId)).buy(1, 'first')).status).toBe(201);
    const buyers = await Promise.all(Array.from({ length: 20 }, () => faulty.insider(saleId)));
    const shops = ['purchase-0', 'purchase-1'].map((name) => faulty.proxies.get(name)!);
    for (const proxy of shops) proxy.set('swallow');
    const lost = Promise.all(buyers.map((buyer) => buyer.buy(1, 'the-key')));
    await until('the purchases are made', async () => (await faulty.sale(saleId)).stock!.sold === 21);
    for (const proxy of shops) {
      proxy.cut();
      proxy.set('none');
    }
    for (const { status, body } of await lost)
      expect([503, 201]).toContain(status === 503 && (body as unknown as { code: string }).code === 'unavailable' ? 503 : status);
    for (const buyer of buyers) {
      const answer = await insist(() => buyer.buy(1, 'the-key'));
      expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    }
    expect((await faulty.sale(saleId)).stock!.sold).toBe(21);
    await expectSound(saleId);
  });

  it('F10: stock that was added while the answer was lost is added once: nothing is sent again by itself', async () => {
    const saleId = await faulty.create('f10b', { stock: 10 });
    const shops = ['purchase-0', 'purchase-1'].map((name) => faulty.proxies.get(name)!);
    expect((await insist(() => faulty.operator.addStock(saleId, 1))).status).toBe(200);
    for (const proxy of shops) proxy.set('swallow');
    // Without the key that the client would send: with one, a second delivery would not be seen in the stock.
    const lost = rawCall('POST', `/api/admin/sales/${saleId}/stock`, {
      base: faulty.stack.gateways[0]!,
      token: adminToken,
      body: { add: 5 },
    });
    await until('it was added', async () => (await faulty.redis.hget(keys.stock(saleId), 'total')) === '16');
    for (const proxy of shops) {
      proxy.cut();
      proxy.set('none');
    }
    expect((await lost).status).toBe(503);
    for (const name of ['purchase-0', 'purchase-1']) await faulty.stack.ready(name);
    expect((await faulty.sale(saleId)).stock!.total).toBe(16);
  });

  it('F11: connections that are reset or go silent are replaced; none is left behind', async () => {
    const saleId = await faulty.create('f11');
    const before = [...faulty.proxies.values()].map((proxy) => proxy.open());
    for (let storm = 0; storm < 20; storm += 1) {
      for (const proxy of faulty.proxies.values()) proxy.cut();
      await pause(50);
    }
    for (const proxy of faulty.proxies.values()) proxy.set('silent');
    await pause(3_000);
    for (const proxy of faulty.proxies.values()) proxy.set('none');
    await until('joins again', async () => (await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join()).status === 201, 15_000);
    await Promise.all([...faulty.proxies.keys()].map((name) => faulty.stack.ready(name)));
    for (const [i, proxy] of [...faulty.proxies.values()].entries()) expect(proxy.open()).toBeLessThanOrEqual(before[i]! + 2);
  });

  it('F18: full, it refuses newcomers, and those inside buy, leave and are let in', async () => {
    const saleId = await faulty.create('f18', { admitPerSecond: 20 });
    const buyer = await faulty.insider(saleId);
    const leaver = await faulty.insider(saleId);
    await faulty.operator.pause(saleId);
    const waiting = await faulty.join(saleId);
    await faulty.redis.config('SET', 'maxmemory', '1mb');
    try {
      expect(await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join()).toMatchObject({
        status: 503,
        body: { code: 'unavailable' },
      });
      expect((await waiting.place()).body.state).toBe('waiting');
      expect(await buyer.claim()).toMatchObject({ status: 200 });
      expect(await buyer.buy(1, 'k')).toMatchObject({ status: 201 });
      expect(await leaver.leave()).toMatchObject({ status: 204 });
      expect(await faulty.operator.resume(saleId)).toMatchObject({ status: 200 });
      await until('let in', async () => (await waiting.place()).body.state === 'admitted', 5_000);
    } finally {
      await faulty.redis.config('SET', 'maxmemory', '0');
    }
    expect((await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join()).status).toBe(201);
    await expectSound(saleId);
  });

  it('F25: without its scripts gets them again after NOSCRIPT; nothing happens twice', async () => {
    const saleId = await faulty.create('f25', { admitPerSecond: 0.001 });
    for (let seq = 1; seq <= 30; seq += 1) {
      await faulty.redis.call('SCRIPT', 'FLUSH');
      expect((await faulty.join(saleId)).visitor.seq).toBe(seq);
    }
    await expectSound(saleId);
  });

  it('F26: that became a replica makes 503, and nothing is lost when it is master again', async () => {
    const saleId = await faulty.create('f26', { admitPerSecond: 0.001 });
    await faulty.join(saleId);
    await faulty.redis.call('REPLICAOF', '127.0.0.1', '1');
    await until('refusals', async () => (await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join()).status === 503, 5_000);
    await faulty.redis.call('REPLICAOF', 'NO', 'ONE');
    await until('joins again', async () => (await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join()).status === 201, 5_000);
    await expectSound(saleId);
  });
});

describe('the stream', () => {
  it('F27: with entries that are no events stops neither the sale nor the relay, and they are counted', async () => {
    const saleId = await faulty.create('f27');
    const visitor = await faulty.join(saleId);
    const live = await openLive(saleId, visitor.token, { base: faulty.stack.gateways[0]! });
    await live.waitFor('state');
    const { redis } = faulty;
    const next = async () => `${Number(await redis.hget(keys.flow(saleId), 'event')) + 1}-0`;
    const unreadable = await faulty.metric('gateway-0', 'sunbeon_stream_unreadable_total');
    for (const poison of [
      ['type', 'nonsense', 'data', '{}'],
      ['type', 'tick', 'data', '{broken'],
      ['x', 'y'],
      ['type', 'admitted', 'data', '[]'],
    ]) {
      // Between reading the number and writing, a tick may have taken it: then once more.
      await until('the poison is in', async () =>
        redis.xadd(keys.events(saleId), await next(), ...poison).then(
          () => true,
          () => false,
        ),
      );
      await faulty.join(saleId);
      await until(
        'an event after it',
        async () =>
          Number(await redis.hget(keys.flow(saleId), 'event')) >
          Number((await redis.xrevrange(keys.events(saleId), '+', '-', 'COUNT', 2))[1]![0].split('-')[0]),
      );
    }
    const later = await faulty.join(saleId);
    const stream = await openLive(saleId, later.token, { base: faulty.stack.gateways[0]! });
    await Promise.race([stream.waitFor('admitted'), stream.waitFor('state', (message) => message.visitor.state === 'admitted')]);
    await until('counted', async () => (await faulty.metric('gateway-0', 'sunbeon_stream_unreadable_total')) > unreadable);
    expect((await later.buy(1, 'k')).status).toBe(201);
    live.close();
    stream.close();
  });

  it('F21: trimmed behind a gateway that slept: it notices, and every browser gets a fresh state', async () => {
    const saleId = await faulty.create('f21', { admitPerSecond: 5 });
    const base = faulty.stack.gateways[0]!;
    await Promise.all(Array.from({ length: 40 }, () => faulty.join(saleId, faulty.stack.gateways[1])));
    const visitor = await faulty.join(saleId, base);
    const live = await openLive(saleId, visitor.token, { base });
    const first = await live.waitFor('state');
    const gaps = await faulty.metric('gateway-0', 'sunbeon_stream_gaps_total');
    const { child } = faulty.stack.processes.get('gateway-0')!;
    child.kill('SIGSTOP');
    const before = Number(await faulty.redis.hget(keys.flow(saleId), 'event'));
    await until('events pass', async () => Number(await faulty.redis.hget(keys.flow(saleId), 'event')) > before + 3);
    await faulty.redis.xtrim(keys.events(saleId), 'MAXLEN', 1);
    child.kill('SIGCONT');
    const fresh = await live.waitFor('state', (message) => message !== first && Number(message.id.split('-')[0]) >= before + 3, 10_000);
    expect(fresh.visitor.visitorId).toBe(visitor.visitor.visitorId);
    expect(await faulty.metric('gateway-0', 'sunbeon_stream_gaps_total')).toBeGreaterThan(gaps);
    live.close();
  });

  it('F22: that vanished with everything else is not re-created: the sale is gone, and sockets are closed', async () => {
    const saleId = await faulty.create('f22');
    const visitor = await faulty.join(saleId);
    const live = await openLive(saleId, visitor.token, { base: faulty.stack.gateways[0]! });
    await live.waitFor('state');
    await faulty.redis.flushall();
    expect((await live.waitForClose(10_000)).code).toBe(4010);
    await pause(2_500);
    expect(await visitorOf(saleId, undefined, faulty.stack.gateways[0]).join()).toMatchObject({
      status: 404,
      body: { code: 'sale_not_found' },
    });
    expect(await visitor.place()).toMatchObject({ status: 404 });
    // Instances that live say so again.
    expect((await faulty.redis.keys('*')).filter((key) => key !== keys.keyring)).toEqual([]);
    expect((await faulty.join(await faulty.create('f22'))).visitor.seq).toBe(1);
  });
});
