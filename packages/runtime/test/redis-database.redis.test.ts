import { expect, it } from '@jest/globals';
import { checkRedis, commandConnection } from '../src/index.ts';

const checkResultOf = async (db: number): Promise<string[]> => {
  const redis = commandConnection(process.env['TEST_REDIS_SOCKET']!);
  redis.on('error', () => {});
  (redis as unknown as { options: { db: number } }).options.db = db;
  (redis as unknown as { condition: { select: number } }).condition = { select: 0 };
  await redis.connect();
  try {
    return (await checkRedis(redis)).refusals;
  } finally {
    redis.disconnect();
  }
};

it('a database that the server does not have is refused: the connection would serve another one', async () => {
  expect(await checkResultOf(99)).toEqual([expect.stringContaining('the database 99 of REDIS_URL does not exist')]);
  expect(await checkResultOf(0)).toEqual([]);
});
