import { isSaleId, keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { lead } from './scripts/lead.ts';

/**
 * Index of the sales that need ticks, beside the set of all. It lies in another slot than a sale, so both cannot change in one step: a creation or
 * opening also adds the sale afterwards, and a removal checks again and adds it back. The ticker's pass over all sales repairs the rest after a crash.
 */
export const addCurrent = async (redis: RedisClient, saleId: string): Promise<void> => {
  await redis.zadd(keys.currentSales, 0, saleId);
};

/** Ids of all current sales. Skips external entries that are no sale id. */
export const readCurrent = async (redis: RedisClient): Promise<string[]> =>
  (await redis.zrange(keys.currentSales, '-', '+', 'BYLEX')).filter(isSaleId);

/** Removes a finished sale, unless it was opened or created again meanwhile. */
export const removeCurrent = async (redis: RedisClient, saleId: string, instance: string): Promise<void> => {
  await redis.zrem(keys.currentSales, saleId);
  const { role } = await lead.run(redis, saleId, instance);
  if (role !== 'idle' && role !== 'no_sale') await addCurrent(redis, saleId);
};

/** The same of a deleted one, for those that do not lead. */
export const removeDeleted = async (redis: RedisClient, saleId: string): Promise<void> => {
  await redis.zrem(keys.currentSales, saleId);
  if ((await redis.exists(keys.sale(saleId))) === 1) await addCurrent(redis, saleId);
};
