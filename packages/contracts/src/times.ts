import { limits } from './limits.ts';

/**
 * Accepted times of a sale: RFC 3339 with seconds, `T`, and `Z` or an offset, an existing day, from 2000 to 2099. `Date.parse` reads all of them,
 * so that every reader can show them. Refused: leap seconds, 24:00, 30 February, times without a zone.
 */
export const saleTimePattern = [
  '^20(?:\\d\\d-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))|(?:[02468][048]|[13579][26])-02-29)',
  'T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$',
].join('');
const saleTime = new RegExp(saleTimePattern);

/** An accepted time as milliseconds UTC; null for any other text. */
export const saleTimeMs = (text: string): number | null => (saleTime.test(text) ? Date.parse(text) : null);

/** Range of each setting, checked by the scripts again before they store it: minimum, maximum, whole numbers only. Times in ms UTC. */
export const settingRanges = {
  admitPerSecond: [limits.admitPerSecondMin, limits.admitPerSecond, false],
  activeLimit: [1, limits.activeLimit, true],
  claimSeconds: [1, limits.windowSeconds, true],
  sessionSeconds: [1, limits.windowSeconds, true],
  holdSeconds: [1, limits.windowSeconds, true],
  perVisitorLimit: [1, limits.perVisitorLimit, true],
  maxExtensions: [0, limits.maxExtensions, true],
  proofOfWorkSeconds: [limits.proofOfWorkSecondsMin, limits.proofOfWorkSeconds, false],
  lobbyOpensAt: [limits.saleTimeMinMs, limits.saleTimeMaxMs, true],
  opensAt: [limits.saleTimeMinMs, limits.saleTimeMaxMs, true],
  closesAt: [limits.saleTimeMinMs, limits.saleTimeMaxMs, true],
} as const satisfies Record<string, readonly [least: number, most: number, whole: boolean]>;

/** Milliseconds as ISO 8601 UTC; null for a number that is no time. */
export const isoOfMs = (ms: number): string | null => (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null);
