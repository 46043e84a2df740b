import { createOperator } from '@sunbeon/client/operator';
import { adminToken } from '../fixtures/stack.mjs';
import { createCaller, pause } from './caller.ts';
import type { History } from './history.ts';
import type { Random } from './random.ts';

/** Operators who cancel orders and check them in, and repeat the same call at times; some choose an order of another. */
export const createOrderOperators = (saleId: string, gateways: readonly string[], history: History, random: Random) => {
  const { call, insist, isRunning, end } = createCaller(history);
  let turn = 0;
  const operator = createOperator({
    baseUrl: () => gateways[(turn += 1) % gateways.length]!,
    token: adminToken,
    timeoutMs: 8_000,
  });
  const bought = (): string[] => history.buys.flatMap(({ purchaseId }) => purchaseId ?? []);

  const act = async (): Promise<void> => {
    const purchases = bought();
    if (purchases.length === 0) return pause(100);
    // Often one of the last, so that several choose the same.
    const purchaseId = random.next() < 0.7 ? random.of(purchases.slice(-20)) : random.of(purchases);
    const change = random.next() < 0.75 ? (random.next() < 0.5 ? 'restock' : 'remove') : 'check in';
    const idempotencyKey = `door-${random.next()}`;
    const attempt = async () => {
      const answer = await (change === 'check in'
        ? call('check in', operator.checkInOrder(saleId, purchaseId, { idempotencyKey }))
        : call('cancel', operator.cancelOrder(saleId, purchaseId, { reason: 'chaos', restock: change === 'restock' })));
      const { outcome, code, value } = answer;
      history.orders.push({ purchaseId, change, key: change === 'check in' ? idempotencyKey : change, outcome, code, order: value });
      return answer;
    };
    await insist(attempt);
    if (random.next() < 0.4) await insist(attempt);
    await pause(random.between(20, 200));
  };

  const people: Promise<void>[] = [];
  return {
    start: (count: number): void => {
      for (let i = 0; i < count; i += 1)
        people.push(
          (async () => {
            while (isRunning()) await act();
          })(),
        );
    },
    stop: async (): Promise<void> => {
      end();
      await Promise.all(people);
    },
  };
};
