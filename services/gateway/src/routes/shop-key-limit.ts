import { createHash } from 'node:crypto';
import type { PublicRoute } from '@sunbeon/contracts';
import { bearerOf, hasTokenForm, LRUCache } from '@sunbeon/runtime';

/** Limit of wrong shop keys. */
export const shopKeyLimits = {
  /** Wrong keys of one address */
  guesses: 300,
  /** within this time, ms; then any key not yet accepted here must wait, also the right one. */
  windowMs: 60_000,
  /** Addresses remembered; the oldest is evicted. */
  addresses: 10_000,
  /** Accepted keys remembered: more than the shops of an installation. */
  shops: 1_000,
} as const;

/** Whether a call shows a shop key, right or wrong. Where visitors may call, too, any credential without the form of their tokens is one: these never count. */
export const showsShopKey = ({ auth }: Pick<PublicRoute, 'auth'>, authorization: string | undefined): boolean =>
  auth === 'shop' || (auth === 'visitor-or-shop' && authorization !== undefined && !hasTokenForm(bearerOf(authorization) ?? ''));

/**
 * Counts wrong shop keys by address, in this process alone, so that the limit also works while Redis is away. Wrong keys of others at the same address
 * do not delay a shop whose key was accepted here. Wrong tokens of operators are counted by the services. Of several `processes` behind one port each has its share.
 */
export const createShopKeyLimit = (now: () => number = () => performance.now(), processes = 1) => {
  const guesses = Math.ceil(shopKeyLimits.guesses / processes);
  const wrong = new Map<string, { count: number; untilMs: number }>();
  const accepted = new LRUCache<string, true>({ max: shopKeyLimits.shops });
  const keyOf = (authorization: string | undefined): string =>
    createHash('sha256')
      .update(authorization ?? '')
      .digest('base64url');
  const current = (address: string) => {
    const entry = wrong.get(address);
    if (entry && entry.untilMs > now()) return entry;
    wrong.delete(address);
    return null;
  };
  const wasWrong = (address: string): void => {
    const entry = current(address);
    if (entry) entry.count += 1;
    else {
      if (wrong.size >= shopKeyLimits.addresses) wrong.delete(wrong.keys().next().value!);
      wrong.set(address, { count: 1, untilMs: now() + shopKeyLimits.windowMs });
    }
  };
  return {
    /** Seconds until this address may try again; 0 when it may now. */
    waitSeconds: (address: string, authorization: string | undefined): number => {
      const entry = current(address);
      if (!entry || entry.count < guesses || accepted.has(keyOf(authorization))) return 0;
      return Math.max(1, Math.ceil((entry.untilMs - now()) / 1_000));
    },
    /** Records the service's answer on a key. */
    judged: (address: string, authorization: string | undefined, status: number): void => {
      const key = keyOf(authorization);
      if (status < 300) accepted.set(key, true);
      if (status === 401) {
        accepted.delete(key);
        wasWrong(address);
      }
    },
  };
};
