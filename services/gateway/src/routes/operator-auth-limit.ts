import { createHash } from 'node:crypto';
import { LRUCache } from '@sunbeon/runtime';

/** Limit of wrong operator tokens. */
export const operatorAuthLimits = {
  /** Wrong tokens of one address */
  guesses: 300,
  /** within this time, ms; then any token not yet accepted here must wait, also the right one. */
  windowMs: 60_000,
  /** Addresses remembered; the oldest is evicted. */
  addresses: 10_000,
  /** Accepted tokens remembered: more than the operators of an installation. */
  operators: 1_000,
} as const;

/**
 * Counts wrong tokens by address, in this process alone, so that the limit also works while Redis is away. Wrong tokens of others at the same address
 * do not delay an operator whose token was accepted here. Of several `processes` behind one port each has its share.
 */
export const createOperatorAuthLimit = (now: () => number = () => performance.now(), processes = 1) => {
  const guesses = Math.ceil(operatorAuthLimits.guesses / processes);
  const wrong = new Map<string, { count: number; untilMs: number }>();
  const accepted = new LRUCache<string, true>({ max: operatorAuthLimits.operators });
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
      if (wrong.size >= operatorAuthLimits.addresses) wrong.delete(wrong.keys().next().value!);
      wrong.set(address, { count: 1, untilMs: now() + operatorAuthLimits.windowMs });
    }
  };
  return {
    /** Seconds until this address may try again; 0 when it may now. */
    waitSeconds: (address: string, authorization: string | undefined): number => {
      const entry = current(address);
      if (!entry || entry.count < guesses || accepted.has(keyOf(authorization))) return 0;
      return Math.max(1, Math.ceil((entry.untilMs - now()) / 1_000));
    },
    /** Records the service's answer on a token. */
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
