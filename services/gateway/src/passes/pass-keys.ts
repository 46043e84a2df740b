import type { PassKeys } from '@sunbeon/contracts';
import type { Service } from '@sunbeon/runtime';
import { importJWK, type CryptoKey } from 'jose';
import type { Upstream } from '../rpc/upstream.ts';

export const passKeysLimits = {
  /** From one look to the next, ms; after one that nobody answered, ms. */
  everyMs: 2_000,
  retryMs: 500,
  /** A key that no answer names any more verifies this long yet, ms: one address may stand for several instances, which take turns. */
  keptMs: 8_000,
  /** The same while an instance is silent, which may know it; a longer silence must not keep a key that was taken away, ms. */
  keptForSilentMs: 60_000,
  /** For a key that is not known, a look is made at once, but no more often than this, ms, and waited for this long at the most, ms. */
  unknownEveryMs: 500,
  unknownWaitMs: 1_000,
  /** Keys of one answer. */
  keys: 16,
} as const;

type PublicKey = PassKeys['keys'][number];
interface KnownKey {
  jwk: PublicKey;
  key: CryptoKey;
  seenMs: number;
}

/** The public halves of `PASS_KEYS`, as the admission service says them. */
export interface PassKeySet {
  /** Null until admission answered once; then the last that was known, also while it is away. */
  current: () => PassKeys | null;
  keyOf: (kid: string) => CryptoKey | undefined;
  /** For a key id that is not known: it may have been added just now. Cheap for ids that somebody made up. */
  lookFor: () => Promise<void>;
  start: () => { stop: () => void };
}

/** Of what a service says, the public members of Ed25519 keys; a private one would go no further than here. */
const publicKeysOf = (text: string): PublicKey[] => {
  const { keys } = JSON.parse(text) as { keys: Record<string, unknown>[] };
  return keys
    .slice(0, passKeysLimits.keys)
    .flatMap(({ kty, crv, x, kid }) =>
      kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && typeof kid === 'string'
        ? [{ kty, crv, x, kid, alg: 'EdDSA' as const, use: 'sig' as const }]
        : [],
    );
};

export const createPassKeySet = (
  admission: Pick<Upstream, 'sendToAll'>,
  log: Pick<Service['log'], 'write'>,
  now: () => number = () => performance.now(),
): PassKeySet => {
  /** Newest first, as the last answer said. */
  let known = new Map<string, KnownKey>();
  let startedMs = -Infinity;
  let looking: Promise<boolean> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  /** The union over the instances that answer. While none does, all that was known stays. */
  const look = async (): Promise<boolean> => {
    startedMs = now();
    const answers = await admission.sendToAll({ method: 'GET', path: '/internal/pass-keys', repeatable: true });
    const told = answers.flatMap((answer) => {
      if (answer?.status !== 200) return [];
      try {
        return [publicKeysOf(answer.text)];
      } catch {
        return [];
      }
    });
    if (told.length === 0) return false;
    const next = new Map<string, KnownKey>();
    for (const jwk of told.flat()) {
      const before = known.get(jwk.kid);
      if (next.has(jwk.kid)) continue;
      const key = before?.jwk.x === jwk.x ? before.key : await importJWK(jwk, 'EdDSA');
      next.set(jwk.kid, { jwk, key, seenMs: now() });
    }
    const keptMs = told.length === answers.length ? passKeysLimits.keptMs : passKeysLimits.keptForSilentMs;
    for (const [kid, key] of known) if (!next.has(kid) && now() - key.seenMs < keptMs) next.set(kid, key);
    const before = [...known.keys()].join(' ');
    known = next;
    if (before !== [...next.keys()].join(' ')) log.write('pass_keys_changed', { kids: [...next.keys()] });
    return true;
  };
  const shared = (): Promise<boolean> =>
    (looking ??= look()
      .catch((error: unknown) => {
        log.write('pass_keys_unreadable', { err: error });
        return false;
      })
      .finally(() => {
        looking = null;
      }));
  const again = async (): Promise<void> => {
    const found = await shared();
    if (!stopped) timer = setTimeout(() => void again(), found ? passKeysLimits.everyMs : passKeysLimits.retryMs).unref();
  };

  return {
    current: () => (known.size === 0 ? null : { keys: [...known.values()].map(({ jwk }) => jwk) }),
    keyOf: (kid) => known.get(kid)?.key,
    lookFor: async () => {
      const sinceMs = now() - startedMs;
      if (looking === null && sinceMs < passKeysLimits.unknownEveryMs) return;
      const waitMs = looking === null ? passKeysLimits.unknownWaitMs : passKeysLimits.unknownWaitMs - sinceMs;
      if (waitMs <= 0) return;
      let late: NodeJS.Timeout | undefined;
      await Promise.race([shared(), new Promise((resolve) => (late = setTimeout(resolve, waitMs)))]);
      clearTimeout(late);
    },
    start: () => {
      void again();
      return {
        stop: () => {
          stopped = true;
          clearTimeout(timer);
        },
      };
    },
  };
};
