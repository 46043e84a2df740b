import { LRUCache } from 'lru-cache';
import type { RedisClient } from './redis.ts';
import { readMembers, type MemberSettings } from './scripts/read-members.ts';

export const memberSettingsLimits = {
  /** Time from the start of a read for which its settings are shared, ms. */
  shareMs: 1_000,
  /** Sales whose settings are kept for that time. */
  sales: 10_000,
} as const;

export interface MemberSettingsReader {
  /** Null for a sale that does not exist. Throws what the read threw. */
  of: (saleId: string) => Promise<MemberSettings | null>;
  /** The next `of` reads anew. */
  forget: (saleId: string) => void;
}

/** How members of sales are known, of a sale at most one read a second. */
export const createMemberSettings = (redis: RedisClient, now: () => number = () => performance.now()): MemberSettingsReader => {
  const kept = new LRUCache<string, { settings: Promise<MemberSettings | null>; untilMs: number }>({ max: memberSettingsLimits.sales });
  return {
    of: (saleId) => {
      const known = kept.get(saleId);
      if (known && known.untilMs > now()) return known.settings;
      const settings = readMembers.run(redis, saleId, null).then((read) => (read.outcome === 'no_sale' ? null : read));
      const mine = { settings, untilMs: now() + memberSettingsLimits.shareMs };
      kept.set(saleId, mine);
      settings.catch(() => {
        if (kept.get(saleId) === mine) kept.delete(saleId);
      });
      return settings;
    },
    forget: (saleId) => {
      kept.delete(saleId);
    },
  };
};
