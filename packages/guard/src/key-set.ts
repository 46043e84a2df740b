import { importJWK, type CryptoKey } from 'jose';
import { limits } from './limits.ts';
import { send, type Outcome } from './sunbeon.ts';
import type { Log } from './types.ts';

type Found = 'found' | 'away' | 'refused';

/** The public keys that verify passes: kept, and renewed in the background. */
export interface KeySet {
  keyOf: (kid: string) => CryptoKey | undefined;
  /** Whether any answer with keys ever came. */
  isKnown: () => boolean;
  /** The last two renewals ended without an answer. */
  isAway: () => boolean;
  /** The last renewal ended without an answer. */
  isFailing: () => boolean;
  /** Starts a renewal when one is due; the work, if there is any. */
  tend: () => Promise<unknown> | null;
  /** Waits for a key that is not known, `waitMs` at most: joins the first renewal, else asks, at most once in 30 s for all. */
  lookFor: (kid: string, waitMs: number) => Promise<void>;
}

interface PublicKey {
  kid: string;
  x: string;
}
const publicKeysOf = (keys: unknown): PublicKey[] =>
  (Array.isArray(keys) ? (keys as unknown[]) : [])
    .filter((key): key is PublicKey & { use?: string } => {
      const { kty, crv, kid, x, use } = (key ?? {}) as Record<string, unknown>;
      return kty === 'OKP' && crv === 'Ed25519' && typeof kid === 'string' && typeof x === 'string' && (use ?? 'sig') === 'sig';
    })
    .slice(0, limits.keys);

/** Null when there is no key to use: a set of none would throw everybody out, so the last one stays. */
const importKeys = async (body: Record<string, unknown>): Promise<Map<string, CryptoKey> | null> => {
  const found = new Map<string, CryptoKey>();
  for (const { kid, x } of publicKeysOf(body['keys'])) {
    try {
      found.set(kid, await importJWK({ kty: 'OKP' as const, crv: 'Ed25519', x }, 'EdDSA'));
    } catch {
      // A key that this runtime cannot read verifies nothing; the others do.
    }
  }
  return found.size > 0 ? found : null;
};

const within = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, Math.max(0, ms))))]);
  clearTimeout(timer);
};

export const createKeySet = (url: string, fetchIt: typeof fetch, log: Log): KeySet => {
  let keys: ReadonlyMap<string, CryptoKey> | null = null;
  let failures = 0;
  let dueMs = 0;
  let lookedMs = -Infinity;
  let usedMs = 0;
  let running: Promise<Found> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = async (answer: Outcome): Promise<Found> => {
    if (answer.outcome === 'away') return 'away';
    const found = answer.outcome === 'answered' ? await importKeys(answer.body) : null;
    if (found === null) {
      log.error(`${url} answered ${answer.status} and no key: is gatewayUrl right?`);
      return 'refused';
    }
    keys = found;
    return 'found';
  };

  /** Only a renewal counts towards `isAway`: looks are made when a visitor says so. */
  const settle = (found: Found, isRenewal: boolean, startedMs: number): void => {
    if (found === 'away') failures += isRenewal ? 1 : 0;
    else failures = 0;
    const nextMs = startedMs + (found === 'found' ? limits.renewMs : limits.renewFailingMs);
    dueMs = found === 'found' || isRenewal ? nextMs : Math.min(dueMs, nextMs);
    wakeAt(dueMs);
  };

  const ask = (isRenewal: boolean): Promise<Found> => {
    const startedMs = Date.now();
    const work = (async (): Promise<Found> => {
      const found = await send(fetchIt, { method: 'GET', url, headers: { accept: 'application/json' } }).then(take);
      running = null;
      settle(found, isRenewal, startedMs);
      return found;
    })();
    running = work;
    return work;
  };

  const tend = (isUse = true): Promise<unknown> | null => {
    if (isUse) usedMs = Date.now();
    return running ?? (Date.now() >= dueMs ? ask(true) : null);
  };

  /** In Node a timer renews between requests, too, and keeps no process alive; where timers are numbers (workers), requests alone do it. */
  const wakeAt = (atMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => (Date.now() - usedMs < limits.idleMs ? void tend(false) : undefined), Math.max(0, atMs - Date.now()));
    if (typeof timer === 'object' && 'unref' in timer) timer.unref();
    else clearTimeout(timer);
  };

  return {
    keyOf: (kid) => keys?.get(kid),
    isKnown: () => keys !== null,
    isAway: () => failures >= limits.renewalsUntilAway,
    isFailing: () => failures > 0,
    tend,
    lookFor: async (kid, waitMs) => {
      const endMs = Date.now() + waitMs;
      const joined = keys === null ? tend() : running;
      if (joined !== null) {
        await within(joined, waitMs);
        // The answer is newer than the question: it was the look.
        if (keys !== null && !keys.has(kid)) lookedMs = Math.max(lookedMs, endMs - waitMs);
        return;
      }
      if (keys === null || Date.now() - lookedMs < limits.lookMs) return;
      lookedMs = Date.now();
      await within(ask(false), waitMs);
    },
  };
};
