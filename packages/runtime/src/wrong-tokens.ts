import { LRUCache } from 'lru-cache';
import { operatorLimits } from '@sunbeon/contracts';
import type { Log } from './log/log.ts';
import type { Metrics } from './metrics.ts';
import type { Credentials } from './operators.ts';
import { CodedError, codedErrorOf } from './problems.ts';
import type { RedisClient } from './redis.ts';
import { noteWrongToken } from './scripts/note-wrong-token.ts';

const refusal = (untilMs: number): CodedError =>
  new CodedError('rate_limited', 'Too many wrong tokens from this address.', {
    'retry-after': String(Math.max(1, Math.ceil(untilMs / 1_000))),
  });

/**
 * Counts wrong tokens of operators, by the address that limits count by and for all instances together; the log has their sum of each minute. Only the answer to a wrong one changes past
 * the limit: neither a right token nor a session is ever asked here. `most`: wrong ones a minute, 0 for any number.
 */
export const createWrongTokens = (
  { redis, log, metrics }: { redis: RedisClient; log: Pick<Log, 'count'>; metrics: Metrics },
  most: number,
  now: () => number = () => performance.now(),
) => {
  /** Addresses past the limit, and until when: further wrong tokens of theirs cost Redis nothing. */
  const limited = new LRUCache<string, number>({ max: operatorLimits.wrongTokenAddresses });
  const noted = metrics.counters('sunbeon_wrong_operator_tokens_total', 'outcome');
  /** Throws `rate_limited` past the limit. */
  return async ({ address, addressKey }: Pick<Credentials, 'address' | 'addressKey'>): Promise<void> => {
    const untilMs = (limited.get(addressKey) ?? 0) - now();
    const counted =
      untilMs > 0
        ? ({ outcome: 'limited', untilMs } as const)
        : await noteWrongToken.run(redis, '', { addressKey, most, by: { operator: '', address } }).catch((error: unknown) => {
            // Without Redis nobody counts, and a wrong token is still wrong.
            if (codedErrorOf(error).code === 'unavailable') return null;
            throw error;
          });
    const isLimited = counted?.outcome === 'limited';
    noted[isLimited ? 'limited' : 'counted']();
    log.count('sign_ins_failed', address);
    if (counted === null || counted.outcome !== 'limited') return;
    limited.set(addressKey, now() + counted.untilMs);
    throw refusal(counted.untilMs);
  };
};
export type WrongTokens = ReturnType<typeof createWrongTokens>;
