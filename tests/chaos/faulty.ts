import { Redis } from 'ioredis';
import type { CreateSale, Hold, OperatorSale, Place, Purchase, Visitor } from '@sunbeon/contracts';
import { joinAs, operatorAt, visitorOf, type Answer } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import type { Stack } from '../fixtures/stack.mjs';
import { startFaultyStack } from './run.ts';
import type { FaultProxy } from './proxy.ts';

export interface Faulty {
  stack: Stack;
  proxies: Map<string, FaultProxy>;
  /** Straight to Redis, past the proxies. */
  redis: Redis;
  create: (saleId: string, settings?: Partial<CreateSale>) => Promise<string>;
  sale: (saleId: string) => Promise<OperatorSale>;
  operator: ReturnType<typeof operatorAt>;
  join: (saleId: string, base?: string) => Promise<Place & ReturnType<typeof visitorOf>>;
  /** An active visitor. */
  insider: (saleId: string) => Promise<Place & ReturnType<typeof visitorOf>>;
  /** One metric of one process, summed over its labels. */
  metric: (process: string, name: string) => Promise<number>;
  stop: () => Promise<void>;
}
export type { Hold, Purchase, Visitor };

/** A stack with a fault proxy before each process, and hands to work it. */
export const startFaulty = async (env: Record<string, string> = {}): Promise<Faulty> => {
  const { stack, proxies, stop } = await startFaultyStack(env);
  const redis = new Redis(stack.redisPort, '127.0.0.1', { maxRetriesPerRequest: null });
  redis.on('error', () => {});
  let turn = 0;
  const gateway = (): string => stack.gateways[(turn += 1) % stack.gateways.length]!;
  const operator = operatorAt(gateway);
  const join: Faulty['join'] = (saleId, base = gateway()) => joinAs(saleId, base);
  return {
    stack,
    proxies,
    redis,
    operator,
    join,
    create: async (saleId, settings = {}) => {
      const create = () =>
        operator.create({
          saleId,
          title: 'Faults',
          stock: 100_000,
          admitPerSecond: 100,
          activeLimit: 10_000,
          claimSeconds: 600,
          ...settings,
        });
      // The fault before may have left a service that still refuses: nothing was changed then.
      let { status, body } = await create();
      for (const endMs = Date.now() + 10_000; status === 503 && Date.now() < endMs; { status, body } = await create())
        await new Promise((resolve) => setTimeout(resolve, 200));
      if (status !== 201) throw new Error(`create: ${status} ${JSON.stringify(body)}`);
      return saleId;
    },
    sale: async (saleId) => (await operator.sale(saleId)).body,
    insider: async (saleId) => {
      const visitor = await join(saleId);
      await until('inside', async () => (await visitor.place()).body.state === 'admitted');
      return visitor;
    },
    metric: async (process, name) => {
      const text = await (await fetch(`${stack.ops(process)}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
    stop: async () => {
      redis.disconnect();
      await stop();
    },
  };
};

/** Repeats a call until its outcome is known. */
export const insist = async <T>(attempt: () => Promise<Answer<T>>, limitMs = 20_000): Promise<Answer<T>> => {
  let answer: Answer<T> | null = null;
  await until(
    'an answer that is known',
    async () => {
      answer = await attempt().catch(() => null);
      return answer !== null && answer.status !== 503;
    },
    limitMs,
  );
  return answer!;
};
