import { CodedError, LRUCache } from '@sunbeon/runtime';

/** Limit of wrong codes of one address. */
export const wrongCodeLimits = {
  /** Wrong codes */
  guesses: 20,
  /** within this time, ms; further wrong ones are answered `rate_limited` until it is over. */
  windowMs: 60_000,
  /** Addresses remembered; the least recent is evicted. */
  addresses: 10_000,
} as const;

/**
 * Counts wrong codes by the address that limits count by. Only the answer to a wrong code changes: whether one is right, the sale alone knows, and a right one
 * is never refused. In this process alone: behind two gateways an address has twice as many.
 */
export const createWrongCodes = (now: () => number = () => performance.now()) => {
  const addresses = new LRUCache<string, { wrong: number; untilMs: number }>({ max: wrongCodeLimits.addresses });
  /** Counts one more. Throws `rate_limited` past the limit. */
  return (address: string): void => {
    const at = now();
    const known = addresses.get(address);
    const entry = known !== undefined && known.untilMs > at ? known : { wrong: 0, untilMs: at + wrongCodeLimits.windowMs };
    entry.wrong += 1;
    addresses.set(address, entry);
    if (entry.wrong > wrongCodeLimits.guesses)
      throw new CodedError('rate_limited', 'Too many wrong codes from this address.', {
        'retry-after': String(Math.max(1, Math.ceil((entry.untilMs - at) / 1_000))),
      });
  };
};

/** Whether an answer says that the code is not good. */
export const isWrongCode = ({ status, text }: { status: number; text: string }): boolean =>
  status === 403 && (JSON.parse(text) as { code?: unknown }).code === 'code_invalid';
