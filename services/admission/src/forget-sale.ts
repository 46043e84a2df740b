import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';

/** Removes the id of a sale that does not exist from the list; true when it was listed. The id of a sale created again meanwhile stays. */
export const forgetSale = async (redis: RedisClient, saleId: string): Promise<boolean> => {
  const removed = await redis.srem(keys.sales, saleId);
  if ((await redis.type(keys.sale(saleId))) !== 'hash') return removed > 0;
  await redis.sadd(keys.sales, saleId);
  return false;
};
