import { isSaleId, keys } from '@sunbeon/contracts';
import { CodedError, LRUCache, redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { createBudget } from './budget.ts';

export const knownSalesLimits = {
  /** More than the sales of an installation (5,000). */
  remembered: 10_000,
  /** The index of current sales is read when a sale is asked for that is not known here; no more often than this, ms. */
  indexEveryMs: 250,
  /** Looks for sales that neither this gateway nor the index knows: closed ones, and ids that a stranger made up. */
  lookUps: { perSecond: 50, perAddress: 10, keptForOthers: 20 },
} as const;

/**
 * Which sales exist, as far as this gateway knows. Ids can be made up without end, and each would cost a script: those that are not known share a
 * budget, and those that are there are never refused. `readIndex`: ids of the current sales; null when this gateway may not read them.
 */
export const createKnownSales = (readIndex: () => Promise<string[] | null>, now: () => number = () => performance.now()) => {
  const { remembered, indexEveryMs, lookUps } = knownSalesLimits;
  const known = new LRUCache<string, true>({ max: remembered });
  const spend = createBudget(lookUps, now);
  let startedMs = -Infinity;
  let next: Promise<void> | null = null;
  /** A reading that begins from now on; whoever asks meanwhile shares it. */
  const read = (): Promise<void> =>
    (next ??= new Promise((resolve) => setTimeout(resolve, Math.max(0, startedMs + indexEveryMs - now()))).then(async () => {
      startedMs = now();
      next = null;
      for (const saleId of (await readIndex()) ?? []) known.set(saleId, true);
    }));
  return {
    isKnown: (saleId: string): boolean => known.get(saleId) === true,
    /** Returns when the sale is known or may be looked for; throws `rate_limited` when too many were looked for in vain. */
    mayAsk: async (saleId: string, address: string): Promise<void> => {
      if (known.get(saleId)) return;
      await read();
      if (known.get(saleId) || spend(address, 1)) return;
      throw new CodedError('rate_limited', 'Too many sales were asked for that are not there.', { 'retry-after': '1' });
    },
    /** What an answer says of the sale. */
    answered: (saleId: string, status: number): void => {
      if (status === 404) known.delete(saleId);
      else if (status < 300 && !known.get(saleId)) known.set(saleId, true);
    },
  };
};
export type KnownSales = ReturnType<typeof createKnownSales>;

/** The ids of the index of current sales; with a user of Redis of before this index, who may not read it, nothing. */
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
