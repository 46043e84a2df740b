import type { SaleStatus } from './schema-parts.ts';

/**
 * From what everyone's chance follows: likelihoods, falling, and for each the last position that has at least this one. One list a sale and a tick, so that the
 * chances of a million visitors cost no read. Empty while unknown.
 */
export type Chances = readonly (readonly [position: number, chance: number])[];

/** Likelihoods of a list; between two of them a chance is a straight line. */
export const chanceLevels = [0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.01] as const;

/**
 * Likelihood (0.01 to 1, two decimals) that tickets are left when the turn of `position` comes; undefined while unknown, and in a sale that lets nobody in.
 * Never 0: tickets may come back.
 */
export const chanceOf = (status: SaleStatus, chances: Chances | undefined, position: number): number | undefined => {
  if (!chances?.length || (status !== 'open' && status !== 'paused')) return undefined;
  const i = chances.findIndex(([last]) => position <= last);
  if (i <= 0) return i === 0 ? 1 : chances.at(-1)![1];
  const [[from, above], [to, below]] = [chances[i - 1]!, chances[i]!];
  return Math.round(100 * (above - ((above - below) * (position - from)) / (to - from))) / 100;
};
