import type { FastifyRateLimitStore } from '@fastify/rate-limit';
import { LRUCache } from '@sunbeon/runtime';
import { ownShareOf, type PoolClient } from './shared-limits.ts';

/** One of several processes: its limits per address count for all of them together. */
export interface Together {
  count: number;
  pools: PoolClient;
}

/** Sockets of an address, in all processes. */
export interface AddressSockets {
  /** Resolves with what gives the socket back, or null when the address has as many as it may. */
  take: (address: string) => Promise<(() => void) | null>;
}

export const createAddressSockets = ({ count, pools }: Together, limit: number): AddressSockets => {
  const own = new Map<string, number>();
  const share = ownShareOf(limit, count);
  const add = (address: string, by: number): void => {
    const sum = (own.get(address) ?? 0) + by;
    if (sum > 0) own.set(address, sum);
    else own.delete(address);
  };
  return {
    take: async (address) => {
      if (limit === 0) return () => {};
      if ((own.get(address) ?? 0) < share) {
        add(address, 1);
        return () => add(address, -1);
      }
      const answer = await pools.take('sockets', address);
      if (answer === null) return () => {};
      return answer.taken ? () => pools.release('sockets', address) : null;
    },
  };
};

/** Addresses remembered by one process, as many as the plugin's own store has. */
const addresses = 5_000;

/** The store of the limit of joins: counts an own share in this process, then asks the primary. */
export const joinStoreOf = ({ count, pools }: Together, limit: number): new () => FastifyRateLimitStore => {
  const share = ownShareOf(limit, count);
  const windows = new LRUCache<string, { untilMs: number; used: number }>({ max: addresses });
  class JoinStore implements FastifyRateLimitStore {
    incr(address: string, done: (error: Error | null, result?: { current: number; ttl: number }) => void, windowMs = 60_000): void {
      const now = performance.now();
      let window = windows.get(address);
      if (!window || window.untilMs <= now) windows.set(address, (window = { untilMs: now + windowMs, used: 0 }));
      const ttl = Math.ceil(window.untilMs - now);
      if (window.used < share) {
        window.used += 1;
        return done(null, { current: window.used, ttl });
      }
      void pools.take('joins', address).then((answer) => {
        if (answer === null) done(null, { current: share, ttl });
        else done(null, { current: answer.taken ? share + answer.used : limit + 1, ttl: answer.ttlMs });
      });
    }
    child(): this {
      return this;
    }
  }
  return JoinStore;
};
