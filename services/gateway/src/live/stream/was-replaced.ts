import { isDeepStrictEqual } from 'node:util';
import { keys } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import type { Entry } from './stream-reader.ts';

/**
 * Whether a sale's stream has no longer the entry that was read: it was lost with a master, and its number may be another event's by now. A stream
 * that begins later was trimmed, and says nothing; nor does null, nothing read.
 */
export const wasReplaced = async (redis: RedisClient, saleId: string, seen: Entry | null): Promise<boolean> => {
  if (seen === null) return false;
  const [newest] = (await redis.xrevrange(keys.events(saleId), seen[0], '-', 'COUNT', 1)) as Entry[];
  return newest !== undefined && !isDeepStrictEqual(newest, seen);
};
