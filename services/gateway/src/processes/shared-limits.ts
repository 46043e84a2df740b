import { LRUCache } from '@sunbeon/runtime';
import { processLimits, type FromProcess, type PoolName } from './messages.ts';

/**
 * A limit per address across processes. Each process lets this many of an address through by itself, half of the limit together; the rest is a pool
 * that the primary counts. So an address rarely asks, the sum never exceeds the limit, and one that keeps to the limit on one connection has at least half of it.
 */
export const ownShareOf = (limit: number, processes: number): number => Math.floor(limit / (2 * processes));
export const poolOf = (limit: number, processes: number): number => limit - processes * ownShareOf(limit, processes);

export interface Taken {
  taken: boolean;
  /** Of the pool, by all processes. */
  used: number;
  /** Time until the pool is full again, ms; 0 when only releases fill it. */
  ttlMs: number;
}

interface Pool {
  size: number;
  /** Length of a window, ms; 0: each unit is released. */
  windowMs: number;
}
/** Addresses of a window that are remembered; the least recent is evicted. */
const mostAddresses = 10_000;

/** The primary's side: units taken from the pools, by address and process. */
export const createPools = (pools: Record<PoolName, Pool>, now: () => number = () => performance.now()) => {
  const held = new Map<string, Map<number, number>>();
  const windows = new LRUCache<string, { untilMs: number; used: number }>({ max: mostAddresses });
  const usedOf = (key: string): number => [...(held.get(key)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const count = (key: string, process: number, by: number): void => {
    const of = held.get(key) ?? new Map<number, number>();
    const sum = (of.get(process) ?? 0) + by;
    if (sum > 0) of.set(process, sum);
    else of.delete(process);
    if (of.size > 0) held.set(key, of);
    else held.delete(key);
  };
  return {
    take: (process: number, pool: PoolName, address: string): Taken => {
      const { size, windowMs } = pools[pool];
      const key = `${pool} ${address}`;
      if (windowMs === 0) {
        const used = usedOf(key);
        if (used >= size) return { taken: false, used, ttlMs: 0 };
        count(key, process, 1);
        return { taken: true, used: used + 1, ttlMs: 0 };
      }
      let window = windows.get(key);
      if (!window || window.untilMs <= now()) windows.set(key, (window = { untilMs: now() + windowMs, used: 0 }));
      const ttlMs = Math.ceil(window.untilMs - now());
      if (window.used >= size) return { taken: false, used: window.used, ttlMs };
      window.used += 1;
      return { taken: true, used: window.used, ttlMs };
    },
    release: (process: number, pool: PoolName, address: string): void => count(`${pool} ${address}`, process, -1),
    /** Releases all that a process held. */
    end: (process: number): void => {
      for (const [key, of] of [...held]) if (of.delete(process) && of.size === 0) held.delete(key);
    },
  };
};
export type Pools = ReturnType<typeof createPools>;

/** A process's side: asks the primary. */
export interface PoolClient {
  /** Resolves with null when the primary does not answer. */
  take: (pool: PoolName, address: string) => Promise<Taken | null>;
  release: (pool: PoolName, address: string) => void;
}

export const createPoolClient = (
  send: (message: FromProcess) => void,
): PoolClient & { answered: (message: Taken & { id: number }) => void } => {
  const asked = new Map<number, (answer: Taken) => void>();
  let id = 0;
  return {
    take: (pool, address) =>
      new Promise((resolve) => {
        id += 1;
        const own = id;
        const timer = setTimeout(() => {
          resolve(null);
          // A late answer takes nothing.
          asked.set(own, ({ taken }) => {
            asked.delete(own);
            if (taken && pool === 'sockets') send({ type: 'release', pool, address });
          });
        }, processLimits.takeMs);
        asked.set(own, (answer) => {
          clearTimeout(timer);
          asked.delete(own);
          resolve(answer);
        });
        send({ type: 'take', id: own, pool, address });
      }),
    release: (pool, address) => send({ type: 'release', pool, address }),
    answered: ({ id: own, taken, used, ttlMs }) => asked.get(own)?.({ taken, used, ttlMs }),
  };
};
