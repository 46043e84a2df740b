/** How often somebody may be wrong about the operator's token. */
export const guessLimits = {
  /** Wrong tokens of one address */
  guesses: 300,
  /** within this time, ms; then even the right one has to wait. */
  windowMs: 60_000,
  /** Addresses remembered at once; the oldest is forgotten. */
  addresses: 10_000,
} as const;

/** Counts wrong tokens by address, in this process alone, so that it also works while Redis is away. */
export const createGuessLimit = (now: () => number = () => performance.now()) => {
  const wrong = new Map<string, { count: number; untilMs: number }>();
  const current = (address: string) => {
    const entry = wrong.get(address);
    if (entry && entry.untilMs > now()) return entry;
    wrong.delete(address);
    return null;
  };
  return {
    /** Seconds until this address may try again; 0 when it may now. */
    waitSeconds: (address: string): number => {
      const entry = current(address);
      return entry && entry.count >= guessLimits.guesses ? Math.max(1, Math.ceil((entry.untilMs - now()) / 1_000)) : 0;
    },
    wasWrong: (address: string): void => {
      const entry = current(address);
      if (entry) entry.count += 1;
      else {
        if (wrong.size >= guessLimits.addresses) wrong.delete(wrong.keys().next().value!);
        wrong.set(address, { count: 1, untilMs: now() + guessLimits.windowMs });
      }
    },
  };
};
