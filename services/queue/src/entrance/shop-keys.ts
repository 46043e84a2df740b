import type { Service } from '@sunbeon/runtime';
import { LRUCache } from '@sunbeon/runtime';
import { createLocalJWKSet, type JWK, type LocalJWKSet } from 'jose';
import type { FetchText } from './fetch-keys.ts';

export const shopKeysLimits = {
  /** Age from which keys are renewed in the background, at their next use, ms. */
  renewMs: 300_000,
  /** Age from which a use waits for the renewal, ms: a shop may have taken a key away long ago. */
  staleMs: 3_600_000,
  /** Shortest interval between two fetches from one address, ms: a made-up key id causes no more. */
  everyMs: 5_000,
  /** A first use waits for a fetch this long at the most, ms, and not at all after one that failed: others wait in the same batch. */
  waitMs: 1_000,
  /** One with an unknown key id waits until a fetch has gone on for this long, ms: strangers make such ids up. */
  unknownWaitMs: 200,
  /** Keys of one answer. */
  keys: 64,
  /** Addresses that are remembered. */
  addresses: 1_000,
} as const;

/** Secret and private members of a JWK. */
const privateParts = ['k', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const;

/** Public keys of a JWK Set. A secret or private key in it is none: whoever can read the address has it. Throws for anything else than a set. */
export const publicKeysOf = (text: string): LocalJWKSet => {
  const { keys } = JSON.parse(text) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('no JWK Set');
  if (keys.length > shopKeysLimits.keys) throw new Error(`more than ${shopKeysLimits.keys} keys`);
  const usable = keys.filter(
    (key): key is JWK =>
      typeof key === 'object' &&
      key !== null &&
      ['RSA', 'EC', 'OKP'].includes((key as JWK).kty!) &&
      !privateParts.some((part) => part in key),
  );
  if (usable.length === 0) throw new Error('no public key');
  return createLocalJWKSet({ keys: usable });
};

interface Kept {
  keys: LocalJWKSet | null;
  /** Of `keys`: the same text makes no new set. */
  text: string;
  readMs: number;
  startedMs: number;
  /** Whether the last fetch failed. */
  isAway: boolean;
  fetching: Promise<void> | null;
}

export interface ShopKeys {
  /** The keys at an address: what is kept, also while the shop is away. Null while none were ever read. */
  at: (address: string) => Promise<LocalJWKSet | null>;
  /**
   * For a key id that is not known: the keys after another fetch, the same when none is due. `awaited`: it takes longer than `unknownWaitMs`; null when the shop
   * does not answer, so that nobody can tell.
   */
  newerAt: (address: string, than: LocalJWKSet) => Promise<LocalJWKSet | 'awaited' | null>;
}

/** Keys of shops' logins by their addresses: fetched at the first use, kept, renewed in the background. */
export const createShopKeys = (
  fetchText: FetchText,
  log: Pick<Service['log'], 'write'>,
  now: () => number = () => performance.now(),
): ShopKeys => {
  const kept = new LRUCache<string, Kept>({ max: shopKeysLimits.addresses });

  const read = async (address: string, entry: Kept): Promise<void> => {
    try {
      const text = await fetchText(address);
      if (text !== entry.text || entry.keys === null) entry.keys = publicKeysOf(text);
      entry.text = text;
      entry.readMs = now();
      if (entry.isAway) log.write('member_keys_readable', { url: address });
      entry.isAway = false;
    } catch (error) {
      if (!entry.isAway) log.write('member_keys_unreadable', { url: address, reason: (error as Error).message });
      entry.isAway = true;
    } finally {
      entry.fetching = null;
    }
  };
  const entryOf = (address: string): Kept => {
    const known = kept.get(address);
    if (known) return known;
    const entry: Kept = { keys: null, text: '', readMs: -Infinity, startedMs: -Infinity, isAway: false, fetching: null };
    kept.set(address, entry);
    return entry;
  };
  const startWhenDue = (address: string, entry: Kept): void => {
    if (entry.fetching !== null || now() - entry.startedMs < shopKeysLimits.everyMs) return;
    entry.startedMs = now();
    entry.fetching = read(address, entry);
  };
  const wait = async ({ fetching, isAway }: Kept, longestMs: number): Promise<void> => {
    if (fetching === null || isAway || longestMs <= 0) return;
    let late: NodeJS.Timeout | undefined;
    await Promise.race([fetching, new Promise((resolve) => (late = setTimeout(resolve, longestMs)))]);
    clearTimeout(late);
  };

  return {
    at: async (address) => {
      const entry = entryOf(address);
      const ageMs = now() - entry.readMs;
      if (ageMs > shopKeysLimits.renewMs) startWhenDue(address, entry);
      if (entry.keys === null || ageMs > shopKeysLimits.staleMs) await wait(entry, shopKeysLimits.waitMs);
      return entry.keys;
    },
    newerAt: async (address, than) => {
      const entry = entryOf(address);
      // Somebody else fetched them meanwhile.
      if (entry.keys !== than && entry.keys !== null) return entry.keys;
      startWhenDue(address, entry);
      await wait(entry, entry.startedMs + shopKeysLimits.unknownWaitMs - now());
      if (entry.isAway) return null;
      return entry.fetching === null ? entry.keys : 'awaited';
    },
  };
};
