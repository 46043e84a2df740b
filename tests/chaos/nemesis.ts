import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { startRedis, type Stack } from '../fixtures/stack.mjs';
import type { FaultProxy } from './proxy.ts';
import type { Random } from './random.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface Nemesis {
  /** One fault, from its start to its end; returns its description. */
  strike: () => Promise<string>;
  kills: () => Record<string, number>;
  /** Heals everything and waits until all is ready. */
  heal: () => Promise<void>;
}

/** Draws faults from a seed. `proxies`: the network of each process, by its name. Never damages data. */
export const createNemesis = (
  stack: Stack,
  proxies: ReadonlyMap<string, FaultProxy>,
  redis: () => Redis,
  saleIds: readonly string[],
  random: Random,
  options: { redisKills: boolean },
): Nemesis => {
  const killed: Record<string, number> = {};
  const names = [...stack.processes.keys()].filter((name) => name !== 'redis');

  const kill = async (name: string): Promise<void> => {
    const { child } = stack.processes.get(name)!;
    const kind = name.split('-')[0]!;
    killed[kind] = (killed[kind] ?? 0) + 1;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const killService = async (name: string): Promise<string> => {
    await kill(name);
    await pause(random.between(0, 800));
    stack.startService(name);
    await stack.ready(name);
    return `kill -9 ${name}`;
  };
  const freeze = async (name: string, ms: number): Promise<string> => {
    const { child } = stack.processes.get(name)!;
    child.kill('SIGSTOP');
    await pause(ms);
    child.kill('SIGCONT');
    return `freeze ${name} for ${Math.round(ms)} ms`;
  };
  const killRedis = async (): Promise<string> => {
    await kill('redis');
    await pause(random.between(0, 1_000));
    stack.processes.set('redis', await startRedis(stack.folder, stack.redisPort));
    return 'kill -9 redis';
  };
  const network = async (what: string, ms: number, begin: (proxy: FaultProxy) => void): Promise<string> => {
    const name = random.of(names);
    const proxy = proxies.get(name)!;
    begin(proxy);
    await pause(ms);
    proxy.set('none');
    return `${what} ${name} for ${Math.round(ms)} ms`;
  };

  const faults: [weight: number, () => Promise<string>][] = [
    [12, () => killService(random.of(names))],
    [4, () => killService(random.of(names.filter((name) => name.startsWith('admission'))))],
    [options.redisKills ? 4 : 0, killRedis],
    [4, () => freeze(random.of(names), random.between(200, 5_000))],
    [2, () => freeze('redis', random.between(200, 3_000))],
    [4, () => network('swallow', random.between(20, 1_500), (proxy) => proxy.set('swallow'))],
    [2, () => network('silent', random.between(200, 3_000), (proxy) => proxy.set('silent'))],
    [2, () => network('delay', random.between(500, 3_000), (proxy) => proxy.set({ delayMs: 150 }))],
    [2, () => network('cut', 0, (proxy) => proxy.cut())],
    [2, () => network('refuse', random.between(200, 2_000), (proxy) => proxy.set('refuse'))],
    [
      1,
      async () => {
        await redis().call('SCRIPT', 'FLUSH');
        return 'script flush';
      },
    ],
    [
      1,
      async () => {
        await redis().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        return 'client kill';
      },
    ],
    [
      1,
      async () => {
        const saleId = random.of(saleIds);
        await redis().del(keys.leader(saleId));
        return `the lease of ${saleId} is lost`;
      },
    ],
    [
      1,
      async () => {
        const name = random.of(names);
        const { child } = stack.processes.get(name)!;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
        stack.startService(name);
        await stack.ready(name);
        return `SIGTERM ${name}`;
      },
    ],
  ];
  const total = faults.reduce((sum, [weight]) => sum + weight, 0);

  return {
    strike: async () => {
      let draw = random.next() * total;
      for (const [weight, act] of faults) {
        draw -= weight;
        if (draw < 0 && weight > 0) return await act();
      }
      return 'nothing';
    },
    kills: () => killed,
    heal: async () => {
      for (const proxy of proxies.values()) proxy.set('none');
      await Promise.all(names.map(stack.ready));
    },
  };
};
