import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, type Order } from '@sunbeon/contracts';
import { checkSale } from '../../services/admission/src/invariants/check-sale.ts';
import type { Answer } from '../fixtures/client.ts';
import { eventsOf, until } from '../fixtures/sale.ts';
import { isLong } from '../fixtures/long.ts';
import { startRedis } from '../fixtures/stack.mjs';
import { insist, startFaulty, type Faulty } from './faulty.ts';

let faulty: Faulty;
beforeAll(async () => {
  faulty = await startFaulty();
}, 60_000);
afterAll(() => faulty.stop());
afterEach(async () => {
  for (const proxy of faulty.proxies.values()) proxy.set('none');
  for (const { child } of faulty.stack.processes.values()) child.kill('SIGCONT');
  await Promise.all([...faulty.proxies.keys()].map((name) => faulty.stack.ready(name)));
}, 40_000);

const shops = ['purchase-0', 'purchase-1'];
const gateways = ['gateway-0', 'gateway-1'];
const signal = async (names: string[], what: NodeJS.Signals): Promise<void> => {
  await Promise.all(
    names.map(async (name) => {
      const { child } = faulty.stack.processes.get(name)!;
      const ended = once(child, 'exit');
      child.kill(what);
      if (what === 'SIGKILL') await ended;
    }),
  );
};
const again = async (names: string[]): Promise<void> => {
  for (const name of names) faulty.stack.startService(name);
  await Promise.all(names.map((name) => faulty.stack.ready(name)));
};
const bought = async (saleId: string): Promise<string> => {
  const visitor = await faulty.insider(saleId);
  const { status, body } = await insist(() => visitor.buy(1, 'k'));
  expect(status).toBe(201);
  return body.purchaseId;
};
const keptOf = async (saleId: string) =>
  new Map(
    Object.entries(await faulty.redis.hgetall(keys.purchases(saleId))).map(([id, json]) => [
      id,
      JSON.parse(json) as { cancelledAtMs?: number; checkedInAtMs?: number; restock?: boolean },
    ]),
  );
const expectSound = async (saleId: string, changes: number): Promise<void> => {
  const { results } = (await checkSale(faulty.redis, saleId))!;
  expect(results.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
  const events = await eventsOf(faulty.redis, saleId);
  expect(events.filter(({ type }) => type === 'cancelled' || type === 'checked_in')).toHaveLength(changes);
};

type Change = (purchaseId: string) => Promise<Answer<Order>>;
/** Each has two orders of a sale: the first is changed before any fault, so that scripts are cached; a lost NOSCRIPT would mean that nothing was done. */
const changes: [string, (saleId: string) => Change][] = [
  ['cancel with restock', (saleId) => (id) => faulty.operator.cancelOrder(saleId, id, { reason: 'why', restock: true })],
  ['cancel without', (saleId) => (id) => faulty.operator.cancelOrder(saleId, id, { reason: 'why', restock: false })],
  ['check-in', (saleId) => (id) => faulty.operator.checkInOrder(saleId, id, { idempotencyKey: `door-${id}` })],
];
/** What ends a call between two of its steps: gateway → service → Redis → service → gateway. `isDone`: whether Redis carried it out. */
const faults: [string, (call: () => Promise<void>, isDone: () => Promise<boolean>) => Promise<void>][] = [
  [
    'before the service reads the request, by a kill of the services',
    async (call) => {
      await signal(shops, 'SIGSTOP');
      const lost = call();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await signal(shops, 'SIGKILL');
      await again(shops);
      await lost;
    },
  ],
  [
    'while it is on its way to Redis, by a kill of services and gateways',
    async (call) => {
      faulty.stack.processes.get('redis')!.child.kill('SIGSTOP');
      const lost = call();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await signal([...shops, ...gateways], 'SIGKILL');
      faulty.stack.processes.get('redis')!.child.kill('SIGCONT');
      await again([...shops, ...gateways]);
      await lost;
    },
  ],
  [
    'after Redis did it, by a kill of the services',
    async (call, isDone) => {
      for (const name of shops) faulty.proxies.get(name)!.set('swallow');
      const lost = call();
      await until('it is done', isDone);
      await signal(shops, 'SIGKILL');
      for (const name of shops) faulty.proxies.get(name)!.set('none');
      await again(shops);
      await lost;
    },
  ],
  [
    'after Redis did it, by a kill of Redis',
    async (call, isDone) => {
      for (const name of shops) faulty.proxies.get(name)!.set('swallow');
      const lost = call();
      await until('it is done', isDone);
      await signal(['redis'], 'SIGKILL');
      for (const name of shops) {
        faulty.proxies.get(name)!.cut();
        faulty.proxies.get(name)!.set('none');
      }
      faulty.stack.processes.set('redis', await startRedis(faulty.stack.folder, faulty.stack.redisPort));
      await lost;
    },
  ],
  [
    'after the answer of the service, by a kill of the gateways',
    async (call, isDone) => {
      for (const name of shops) faulty.proxies.get(name)!.set('swallow');
      const lost = call();
      await until('it is done', isDone);
      await signal(gateways, 'SIGKILL');
      for (const name of shops) faulty.proxies.get(name)!.set('none');
      await again(gateways);
      await lost;
    },
  ],
];

describe.each(changes)('%s', (name, changeOf) => {
  const at = changes.findIndex(([one]) => one === name);
  // npm test: one for each change, each of another kind.
  it.each(faults.filter((_, i) => isLong || (i + 3 * at) % 5 === 0))(
    'F10: ends %s, and the same call gets one order that was changed once',
    async (how, strike) => {
      const saleId = await faulty.create(`order_${at}_${faults.findIndex(([one]) => one === how)}`);
      const change = changeOf(saleId);
      const [first, second] = [await bought(saleId), await bought(saleId)];
      expect((await insist(() => change(first))).status).toBe(200);
      const isDone = async (): Promise<boolean> => {
        const order = (await keptOf(saleId)).get(second)!;
        return (order.cancelledAtMs ?? order.checkedInAtMs) !== undefined;
      };
      let heard: Answer<Order> | null = null;
      await strike(async () => {
        heard = await change(second).catch(() => null);
      }, isDone);
      const answer = await insist(() => change(second));
      expect(answer.status).toBe(200);
      const later = await insist(() => change(second));
      expect([later.status, later.headers.get('idempotency-replayed'), later.body]).toEqual([200, 'true', answer.body]);
      const first200 = heard as Answer<Order> | null;
      if (first200?.status === 200) expect(first200.body).toEqual(answer.body);
      else expect([null, 503]).toContain(first200 && first200.status);
      await expectSound(saleId, 2);
      const stock = {
        restock: { total: 100_000, left: 100_000, held: 0, sold: 0 },
        remove: { total: 99_998, left: 99_998, held: 0, sold: 0 },
      };
      const expected =
        name === 'check-in' ? { total: 100_000, left: 99_998, held: 0, sold: 2 } : name === 'cancel without' ? stock.remove : stock.restock;
      const left = Object.entries(await faulty.redis.hgetall(keys.stock(saleId))).map(([part, tickets]) => [part, Number(tickets)]);
      expect(Object.fromEntries(left)).toEqual(expected);
    },
  );
});
