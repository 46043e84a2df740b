import { isSaleId, keys } from '@sunbeon/contracts';
import { CodedError, LRUCache, redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { createBudget } from './budget.ts';

export const knownSalesLimits = {
  /** More than the sales of an installation (5,000). */
  remembered: 10_000,
  /** Shortest interval between reads of the index of current sales, which a request for an unknown sale causes, ms. */
  indexEveryMs: 250,
  /** Budget of look-ups of sales that are neither known nor in the index: closed ones, and made-up ids. */
  lookUps: { perSecond: 50, perAddress: 10, keptForOthers: 20 },
} as const;

/**
 * Cache of existing sales. Made-up ids are unlimited, and each would cost a script: unknown ids share a
 * budget, existing sales are never refused. `readIndex`: ids of the current sales; null when this gateway has no permission to read them.
 */
export const createKnownSales = (readIndex: () => Promise<string[] | null>, now: () => number = () => performance.now()) => {
  const { remembered, indexEveryMs, lookUps } = knownSalesLimits;
  const known = new LRUCache<string, true>({ max: remembered });
  const spend = createBudget(lookUps, now);
  let startedMs = -Infinity;
  let next: Promise<void> | null = null;
  /** The next read of the index, shared by all callers until it begins. */
  const read = (): Promise<void> =>
    (next ??= new Promise((resolve) => setTimeout(resolve, Math.max(0, startedMs + indexEveryMs - now()))).then(async () => {
      startedMs = now();
      next = null;
      for (const saleId of (await readIndex()) ?? []) known.set(saleId, true);
    }));
  return {
    isKnown: (saleId: string): boolean => known.get(saleId) === true,
    /** Resolves when the sale is known or the budget allows a look-up; throws `rate_limited` when it is exhausted. */
    mayAsk: async (saleId: string, address: string): Promise<void> => {
      if (known.get(saleId)) return;
      await read();
      if (known.get(saleId) || spend(address, 1)) return;
      throw new CodedError('rate_limited', 'Too many requests for sales that do not exist.', { 'retry-after': '1' });
    },
    /** Updates the cache by the status of an answer. */
    answered: (saleId: string, status: number): void => {
      if (status === 404) known.delete(saleId);
      else if (status < 300 && !known.get(saleId)) known.set(saleId, true);
    },
  };
};
export type KnownSales = ReturnType<typeof createKnownSales>;

/** Ids of the index of current sales; nothing for a user of Redis created before this index, without permission to read it. */
export const currentSalesReader = (redis: RedisClient) => async (): Promise<string[] | null> => {
  try {
    return (
      await redisBreakerOf(redis).execute(
        () => redis.zrange(keys.currentSales, '-', '+', 'BYLEX', 'LIMIT', 0, knownSalesLimits.remembered),
        'read',
      )
    ).filter(isSaleId);
  } catch (error) {
    if ((error as Error).message.startsWith('NOPERM')) return null;
    throw error instanceof CodedError ? error : new CodedError('unavailable');
  }
};
