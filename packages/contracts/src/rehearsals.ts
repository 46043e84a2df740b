/** Bounds of rehearsals: copies of a sale with virtual people. Pages of visitors do not load them. */
export const rehearsalLimits = {
  people: 20_000,
  /** Until the copy closes by itself. */
  minutes: 60,
  /** Over which the people arrive, seconds. */
  arrivalSeconds: 1_800,
  /** From the closing that was planned to the deletion, ms: time to read charts and orders. */
  readMs: 900_000,
  /** Calls of all crowds of one gateway process: per second, and unanswered ones. */
  callsPerSecond: 600,
  inFlight: 64,
} as const;

export const rehearsalDefaults = { minutes: 10, conversion: 0.8, noShowRate: 0.1, arrivalSeconds: 60 } as const;

const pattern = /^rehearsal-[0-9a-f]{16}$/;
/** Ids of this form belong to rehearsals: no other sale gets one, and the public API knows none of them. */
export const isRehearsalId = (saleId: string): boolean => pattern.test(saleId);
export const rehearsalIdOf = (random: bigint): string => `rehearsal-${BigInt.asUintN(64, random).toString(16).padStart(16, '0')}`;
