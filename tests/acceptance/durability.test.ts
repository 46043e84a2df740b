import type { Result } from '@sunbeon/client';
import { createShop } from '@sunbeon/client/shop';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { apiAt, joinAs, newSaleId, operatorAt, valueOf, visitorOf, type Answer } from '../fixtures/client.ts';
import { startReplicated, type Replicated } from '../fixtures/replicated.ts';
import { until } from '../fixtures/sale.ts';
import { shopKey, startStack, type Stack } from '../fixtures/stack.mjs';

let servers: Replicated;
let stack: Stack;
let base: string;
beforeAll(async () => {
  servers = await startReplicated();
  stack = await startStack({ redisUrl: servers.url, env: { DURABILITY: 'replicas:1' } });
  base = stack.gateways[0]!;
}, 60_000);
afterEach(() => servers.link('none'));
afterAll(async () => {
  await stack.stop();
  await servers.stop();
});

const create = async (settings = {}): Promise<string> => {
  const saleId = newSaleId();
  await valueOf('create', operatorAt(base).create({ saleId, title: 'T', admitPerSecond: 500, ...settings }));
  return saleId;
};
const shopSale = () => create({ stock: 10 });
const inside = async (saleId: string) => {
  const visitor = await joinAs(saleId, base);
  await until('inside', async () => (await visitor.place()).body.state === 'admitted');
  return visitor;
};

/** A visitor with a ticket. */
const atShop = async () => {
  const saleId = await create({ kind: 'gate', returnUrls: ['https://shop.test/concert'] });
  const { token } = await inside(saleId);
  const { url } = await valueOf('ticket', apiAt(base, token).ticket(saleId));
  return { saleId, shop: createShop({ baseUrl: base, token: shopKey }), ticket: new URL(url).searchParams.get('sunbeon_ticket')! };
};
/** A visitor whom the shop let in. */
const inShop = async () => {
  const { saleId, shop, ticket } = await atShop();
  const { passId } = await valueOf('redeem', shop.redeem(ticket).then(ofShop));
  return { saleId, shop, passId };
};
const ofShop = <T>(result: Result<T>): Answer<T> =>
  result.ok
    ? { status: result.status, headers: new Headers(), body: result.value }
    : { status: result.failure.status, headers: new Headers(), body: result.failure as T };
/** The stay as a server has it. */
const passIn = async (redis: RedisClient, saleId: string, passId: string) =>
  JSON.parse((await redis.hget(keys.passes(saleId), passId)) ?? '{}') as { redeemed?: object; extensions?: number; outcome?: string };

/** A call with one key; each time it is made it is the same. */
interface Call {
  call: () => Promise<Answer<unknown>>;
  /** What the answer promises, in a server's data. */
  isIn: (redis: RedisClient, body: never) => Promise<boolean>;
}
const isPurchased =
  (saleId: string) =>
  async (redis: RedisClient, { purchaseId }: { purchaseId: string }) =>
    (await redis.hexists(keys.purchases(saleId), purchaseId)) === 1;

const calls: Record<string, () => Promise<Call>> = {
  join: async () => {
    // Nobody is admitted, so that the place stays in the line.
    const saleId = await create({ stock: 10, admitPerSecond: 0.001, activeLimit: 1 });
    await joinAs(saleId, base);
    const idempotencyKey = `join-${saleId}-0123456789`;
    return {
      call: () => apiAt(base).join(saleId, { idempotencyKey }),
      isIn: async (redis, { visitor }: { visitor: { visitorId: string } }) =>
        (await redis.zscore(keys.queue(saleId), visitor.visitorId)) !== null,
    };
  },
  purchase: async () => {
    const saleId = await shopSale();
    const visitor = await inside(saleId);
    return { call: () => visitor.buy(1, 'one'), isIn: isPurchased(saleId) };
  },
  hold: async () => {
    const saleId = await shopSale();
    const visitor = await inside(saleId);
    return {
      call: () => visitor.hold(1, 'one'),
      isIn: async (redis, { holdId }: { holdId: string }) => (await redis.hexists(keys.holdData(saleId), holdId)) === 1,
    };
  },
  confirm: async () => {
    const saleId = await shopSale();
    const visitor = await inside(saleId);
    const { holdId } = await valueOf('hold', visitor.hold(1, 'one'));
    return { call: () => visitor.confirm(holdId), isIn: isPurchased(saleId) };
  },
  redeem: async () => {
    const { saleId, ticket, shop } = await atShop();
    return {
      call: async () => ofShop(await shop.redeem(ticket, { idempotencyKey: 'one' })),
      isIn: async (redis, { passId }: { passId: string }) => (await passIn(redis, saleId, passId)).redeemed !== undefined,
    };
  },
  extend: async () => {
    const { saleId, shop, passId } = await inShop();
    return {
      call: async () => ofShop(await shop.extend(passId, { idempotencyKey: 'one' })),
      isIn: async (redis) => (await passIn(redis, saleId, passId)).extensions === 1,
    };
  },
  complete: async () => {
    const { saleId, shop, passId } = await inShop();
    return {
      call: async () => ofShop(await shop.complete(passId, { outcome: 'purchased' })),
      isIn: async (redis) => (await passIn(redis, saleId, passId)).outcome === 'purchased',
    };
  },
};

const unknown = { status: 503, body: { code: 'unavailable', detail: expect.stringMatching(/outcome is unknown.*same key/) } };

describe.each(Object.keys(calls))('DURABILITY=replicas:1: %s', (verb) => {
  it('is answered when the replica has it', async () => {
    const { call, isIn } = await calls[verb]!();
    await servers.inStep();
    servers.link({ delayMs: 120 });
    const { status, body } = await call();
    expect([status < 300, await isIn(servers.replica, body as never)]).toEqual([true, true]);
  });

  it('without the replica is 503 and unknown, the first time and repeated; with it the same key tells the one outcome', async () => {
    const { call, isIn } = await calls[verb]!();
    await servers.inStep();
    servers.link('silent');
    expect(await call()).toMatchObject(unknown);
    expect(await call()).toMatchObject(unknown);
    servers.link('none');
    await servers.inStep();
    const [first, again] = [await call(), await call()];
    expect(first.status).toBeLessThan(300);
    expect(again.body).toEqual(first.body);
    expect(await isIn(servers.replica, first.body as never)).toBe(true);
  });
});

describe('DURABILITY=replicas:1', () => {
  it('does not hold up operators, nor those who only look', async () => {
    const saleId = await shopSale();
    const visitor = await inside(saleId);
    servers.link('silent');
    expect((await operatorAt(base).change(saleId, { message: 'm' })).status).toBe(200);
    expect((await visitor.place()).status).toBe(200);
  });

  it('counts the groups of answers that were too late', async () => {
    const saleId = await shopSale();
    servers.link('silent');
    expect(await visitorOf(saleId, undefined, base).join()).toMatchObject(unknown);
    const text = await (await fetch(`${stack.ops('queue-0')}/metrics`)).text();
    expect(Number(/^sunbeon_replica_waits_short_total\S* (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
    expect(Number(/^sunbeon_replica_wait_duration_seconds_count\S* (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  });

  it('warns of a master with fewer replicas, and serves all the same', async () => {
    servers.link('refuse');
    await until('the replica to be gone', async () => /connected_slaves:0/.test(await servers.master.info('replication')));
    const { child } = stack.processes.get('queue-0')!;
    child.kill('SIGKILL');
    const queue = stack.startService('queue-0');
    await stack.ready('queue-0');
    await until('the warning', () => queue.log().includes('"replicas_missing"'));
  });
});
