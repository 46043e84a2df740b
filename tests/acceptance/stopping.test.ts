import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreateSale } from '@sunbeon/contracts';
import { openLive, operatorAt, valueOf, visitorOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import { startStack, type Stack } from '../fixtures/stack.mjs';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ instances: { queue: 2, admission: 2, purchase: 2, gateway: 1 } });
}, 60_000);
afterAll(() => stack.stop());

const create = async (saleId: string, settings: Partial<CreateSale> = {}): Promise<string> => {
  const sale = { saleId, title: 'T', stock: 100_000, admitPerSecond: 200, activeLimit: 100_000, ...settings };
  await valueOf('create', operatorAt(stack.gateways[0]).create(sale));
  return saleId;
};

/** Sends SIGTERM; resolves with exit code and duration. */
const stopGently = async (name: string) => {
  const { child } = stack.processes.get(name)!;
  const startedAt = Date.now();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  return { code, tookMs: Date.now() - startedAt };
};

/** `workers` visitors join, poll and buy in a loop; records every answer that is neither a success nor a refusal. */
const load = (saleId: string, workers: number) => {
  let running = true;
  const failures: string[] = [];
  let done = 0;
  const base = stack.gateways[0]!;
  const worker = async (): Promise<void> => {
    while (running) {
      try {
        const joined = await visitorOf(saleId, undefined, base).join();
        if (joined.status !== 201) {
          failures.push(`join ${joined.status} ${JSON.stringify(joined.body)}`);
          continue;
        }
        const visitor = visitorOf(saleId, joined.body.token, base);
        const place = await visitor.place();
        if (place.status !== 200) failures.push(`place ${place.status} ${JSON.stringify(place.body)}`);
        const bought = await visitor.buy(1, 'k');
        if (bought.status !== 201 && bought.status !== 403) failures.push(`buy ${bought.status} ${JSON.stringify(bought.body)}`);
        done += 1;
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  const all = Array.from({ length: workers }, worker);
  return {
    done: () => done,
    stop: async () => {
      running = false;
      await Promise.all(all);
      return failures;
    },
  };
};

describe('SIGTERM under load', () => {
  it.each([['queue-0'], ['purchase-0'], ['admission-0']])(
    '%s finishes what it began; nobody sees an error; exit 0 within 10 s',
    async (name) => {
      const saleId = await create(`stop_${name.replace('-', '_')}`);
      const traffic = load(saleId, 16);
      await until('traffic flows', () => traffic.done() > 100);
      const { code, tookMs } = await stopGently(name);
      const before = traffic.done();
      await until('traffic goes on', () => traffic.done() > before + 100);
      expect(await traffic.stop()).toEqual([]);
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(10_000);
      stack.startService(name);
      await stack.ready(name);
    },
  );

  it('the admission leader hands over at once: the next tick is not late', async () => {
    const saleId = await create('stop_leader', { admitPerSecond: 5, claimSeconds: 600 });
    const base = stack.gateways[0]!;
    for (let i = 0; i < 60; i += 1) await visitorOf(saleId, undefined, base).join();
    const sale = async () => (await operatorAt(base).sale(saleId)).body;
    await until('a leader', async () => (await sale()).leader !== undefined);
    const leader = (await sale()).leader!;
    const name = ['admission-0', 'admission-1'].find((candidate) => leader.includes(`-${stack.processes.get(candidate)!.pid}-`))!;
    const { code } = await stopGently(name);
    expect(code).toBe(0);
    const { admitted } = await sale();
    await until('the other admits', async () => (await sale()).admitted > admitted, 2_500);
    expect((await sale()).leader).not.toBe(leader);
    stack.startService(name);
    await stack.ready(name);
  });

  it('the gateway closes its sockets with 1012, finishes requests in flight, and exits 0 within 10 s', async () => {
    const saleId = await create('stop_gateway', { admitPerSecond: 0.001 });
    const base = stack.gateways[0]!;
    const sockets = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { body } = await visitorOf(saleId, undefined, base).join();
        const live = await openLive(saleId, body.token, { base });
        await live.waitFor('state');
        return live;
      }),
    );
    const traffic = load(saleId, 8);
    await until('traffic flows', () => traffic.done() > 50);
    const ended = stopGently('gateway-0');
    const closes = await Promise.all(sockets.map((live) => live.waitForClose()));
    const { code, tookMs } = await ended;
    const failures = await traffic.stop();
    expect(new Set(closes.map((close) => close.code))).toEqual(new Set([1012]));
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    // New connections are refused once it stops listening; accepted requests must be answered without an error.
    expect(failures.filter((failure) => !/fetch failed/.test(failure))).toEqual([]);
    stack.startService('gateway-0');
    await stack.ready('gateway-0');
  });

  it('a Redis that is away makes 503 with Retry-After, /readyz red and /livez green, and all recovers by itself', async () => {
    const saleId = await create('redis_away');
    const base = stack.gateways[0]!;
    const { body } = await visitorOf(saleId, undefined, base).join();
    const { child } = stack.processes.get('redis')!;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const answer = await visitorOf(saleId, undefined, base).join();
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    for (const name of ['queue-0', 'admission-0', 'purchase-0', 'gateway-0']) {
      await until(`${name} is red`, async () => (await fetch(`${stack.ops(name)}/readyz`)).status === 503);
      expect((await fetch(`${stack.ops(name)}/livez`)).status).toBe(200);
    }
    const { startRedis } = await import('../fixtures/stack.mjs');
    stack.processes.set('redis', await startRedis(stack.folder, stack.redisPort));
    await Promise.all([...stack.processes.keys()].filter((name) => name !== 'redis').map(stack.ready));
    expect((await visitorOf(saleId, body.token, base).place()).body.visitorId).toBe(body.visitor.visitorId);
  });

  it.each([['redis'], ['queue-0', 'queue-1']])(
    'while %s hangs, with requests in flight, one half sent, and sockets open, every service still exits 0 within 10 s',
    async (...hung: string[]) => {
      const saleId = await create(`hang_${hung[0]!.replace('-', '_')}`, { admitPerSecond: 50 });
      const base = stack.gateways[0]!;
      const { body } = await visitorOf(saleId, undefined, base).join();
      const live = await openLive(saleId, body.token, { base });
      await live.waitFor('state');
      // An incomplete request counts as a request in flight, too.
      const half = connect(Number(new URL(base).port), '127.0.0.1').on('error', () => {});
      half.write('POST /api/sales HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
      for (const name of hung) stack.processes.get(name)!.child.kill('SIGSTOP');
      const asking = Array.from({ length: 200 }, (_, i) =>
        (i % 2 ? visitorOf(saleId, body.token, base).buy(1, `k${i}`) : visitorOf(saleId, undefined, base).join()).catch(() => {}),
      );
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      const stopped = ['queue-1', 'admission-1', 'purchase-1', 'gateway-0'].filter((name) => !hung.includes(name));
      // A request after the signal on an open connection is served; it must not delay the exit.
      const late = setInterval(
        () =>
          void visitorOf(saleId, body.token, base)
            .place()
            .catch(() => {}),
        20,
      );
      try {
        const ends = await Promise.all(stopped.map(async (name) => ({ name, ...(await stopGently(name)) })));
        expect(ends.filter(({ code, tookMs }) => code !== 0 || tookMs >= 10_000)).toEqual([]);
      } finally {
        clearInterval(late);
        half.destroy();
        for (const name of hung) stack.processes.get(name)!.child.kill('SIGCONT');
      }
      await Promise.all(asking);
      for (const name of stopped) stack.startService(name);
      await Promise.all(stopped.map(stack.ready));
    },
  );
});
