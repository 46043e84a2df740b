import { isSaleId, keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { lead } from './scripts/lead.ts';

/**
 * The index of the sales that need ticks, beside the set of all. It lies in another slot than a sale, so both cannot change in one step: who creates or
 * opens a sale adds it afterwards too, and who removes it looks again and adds it back. The ticker's round over all sales repairs what a crash left.
 */
export const addCurrent = async (redis: RedisClient, saleId: string): Promise<void> => {
  await redis.zadd(keys.currentSales, 0, saleId);
};

/** Ids of all current sales. What is no id was put there by a foreign hand. */
export const readCurrent = async (redis: RedisClient): Promise<string[]> =>
  (await redis.zrange(keys.currentSales, '-', '+', 'BYLEX')).filter(isSaleId);

/** Takes a sale out that is over, unless it was opened or made anew meanwhile. */
export const removeCurrent = async (redis: RedisClient, saleId: string, instance: string): Promise<void> => {
  await redis.zrem(keys.currentSales, saleId);
  const { role } = await lead.run(redis, saleId, instance);
  if (role !== 'idle' && role !== 'no_sale') await addCurrent(redis, saleId);
};
