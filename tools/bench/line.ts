import { randomBytes } from 'node:crypto';
import { keys, limits } from '@sunbeon/contracts';
import { createTokens } from '@sunbeon/runtime';
import type { Redis } from 'ioredis';
import { admit } from '../../services/admission/src/scripts/admit.ts';
import { join } from '../../services/queue/src/scripts/join.ts';
import { leave } from '../../services/queue/src/scripts/leave.ts';
import { tokenSecret } from '../../tests/fixtures/stack.mjs';

const batch = limits.batchItems;
/** Joins in flight. */
const lanes = 4;
export const newVisitors = (count: number): string[] => Array.from({ length: count }, () => randomBytes(16).toString('base64url'));

/** Joins by the script of the service, in batches of its size, in the order of the list. */
export const joinAll = async (redis: Redis, saleId: string, visitors: readonly string[]): Promise<void> => {
  for (let from = 0; from < visitors.length; from += batch * lanes) {
    await Promise.all(
      Array.from({ length: lanes }, (_, lane) => visitors.slice(from + lane * batch, from + (lane + 1) * batch))
        .filter((some) => some.length > 0)
        .map((some) => join.run(redis, saleId, some)),
    );
  }
};
export const leaveAll = async (redis: Redis, saleId: string, visitors: readonly string[]): Promise<void> => {
  for (let from = 0; from < visitors.length; from += batch)
    await Promise.all(visitors.slice(from, from + batch).map((visitor) => leave.run(redis, saleId, { visitor: visitor })));
};

/** Admits `count` at once, regardless of the pace, in scripts of at most `admitBatchVisitors`, as the leader does. */
export const admitNow = async (redis: Redis, saleId: string, count: number): Promise<void> => {
  let idle = 0;
  for (let left = count; left > 0;) {
    const epoch = Number(await redis.hget(keys.flow(saleId), 'epoch'));
    const cap = Math.min(left, limits.admitBatchVisitors);
    await redis.hset(keys.flow(saleId), 'tokens', String(cap), 'refilledAt', String(Date.now()));
    const outcome = await admit.run(redis, saleId, { epoch, cap, isFirstBatch: false });
    // The service's leader may have ticked in between and emptied the bucket (retried), or admitted the last visitor.
    idle = outcome.outcome === 'admitted' && outcome.admitted > 0 ? 0 : idle + 1;
    if (outcome.outcome === 'admitted' && outcome.waiting === 0) return;
    if (outcome.outcome === 'no_sale' || idle > 2) throw new Error(`admitted ${JSON.stringify(outcome)} instead of ${cap}`);
    left -= outcome.outcome === 'admitted' ? outcome.admitted : 0;
  }
};

/** A token in the form signed by the queue service. */
export const tokensFor = async (redis: Redis, saleId: string): Promise<(visitorId: string, seq: number) => string> => {
  const tokens = createTokens(tokenSecret);
  const generation = Number(await redis.hget(keys.sale(saleId), 'createdAt'));
  return (visitorId, seq) => tokens.sign({ saleId, visitorId, seq, generation });
};
