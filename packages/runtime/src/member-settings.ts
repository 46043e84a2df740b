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
  /** The next `of` reads anew, unless that was done since: what is kept has another version than `refused`, or is being read. */
  forget: (saleId: string, refused: string) => void;
}
interface Kept {
  settings: Promise<MemberSettings | null>;
  untilMs: number;
  /** Of the settings, once they are read. */
  version: string | null;
}

/** How members of sales are known, of a sale at most one read a second. */
export const createMemberSettings = (redis: RedisClient, now: () => number = () => performance.now()): MemberSettingsReader => {
  const kept = new LRUCache<string, Kept>({ max: memberSettingsLimits.sales });
  return {
    of: (saleId) => {
      const known = kept.get(saleId);
      if (known && known.untilMs > now()) return known.settings;
      const settings = readMembers.run(redis, saleId, null).then((read) => (read.outcome === 'no_sale' ? null : read));
      const mine: Kept = { settings, untilMs: now() + memberSettingsLimits.shareMs, version: null };
      kept.set(saleId, mine);
      settings.then(
        (read) => {
          mine.version = read?.version ?? null;
        },
        () => {
          if (kept.get(saleId) === mine) kept.delete(saleId);
        },
      );
      return settings;
    },
    forget: (saleId, refused) => {
      if (kept.get(saleId)?.version === refused) kept.delete(saleId);
    },
  };
};
