import { isWithin, type Measured, type Said } from './measure.ts';

/** Chances of one tenth: how many, what was said on average, and how often tickets were left. */
export interface Bin {
  count: number;
  said: number;
  happened: number;
}

const tenths = 10;
/** The calibration of chances, by tenths; an empty tenth is left out. */
export const binsOf = (said: readonly Said[]): Bin[] =>
  Array.from({ length: tenths }, (_, i) => {
    const own = said.filter(({ chance }) => Math.min(tenths - 1, Math.floor(chance * tenths + 1e-9)) === i);
    const sum = own.reduce((total, { chance }) => total + chance, 0);
    return { count: own.length, said: sum / own.length, happened: own.filter(({ happened }) => happened).length / own.length };
  }).filter(({ count }) => count > 0);

/** The error of forecasts: distance of the middle of a range from what came, as a share of the time until then; and how often the range held. */
export interface Errors {
  forecasts: number;
  p50: number | null;
  p90: number | null;
  /** Null: no forecast. */
  within: number | null;
  /** The same of forecasts after which an operator set another pace. */
  overruled: { forecasts: number; within: number | null };
}

/** Shortest time that an error is a share of, seconds: near the end every error is many times it. */
const shortestSeconds = 30;

export const errorsOf = (all: readonly Pick<Measured, 'told'>[]): Errors => {
  const told = all.flatMap((one) => one.told);
  const share = (list: typeof told): number | null => (list.length === 0 ? null : list.filter(isWithin).length / list.length);
  const [own, overruled] = [told.filter(({ isOverruled }) => !isOverruled), told.filter(({ isOverruled }) => isOverruled)];
  const errors = own
    .flatMap(({ from, to, real }) =>
      real === null || to === null ? [] : [Math.abs((from + to) / 2 - real) / Math.max(shortestSeconds, real)],
    )
    .sort((a, b) => a - b);
  const at = (part: number): number | null => errors[Math.floor(errors.length * part)] ?? null;
  return {
    forecasts: own.length,
    p50: at(0.5),
    p90: at(0.9),
    within: share(own),
    overruled: { forecasts: overruled.length, within: share(overruled) },
  };
};

/** Largest distance between what was said and what happened, of tenths with at least so many chances. */
export const worstOf = (bins: readonly Bin[], least: number): number =>
  Math.max(...bins.filter(({ count }) => count >= least).map(({ said, happened }) => Math.abs(said - happened)));
