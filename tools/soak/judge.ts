import { quantile } from '../bench/lib.ts';
import type { Process, Sample } from './sampler.ts';

/** One figure at the start and at the end. `grew`: null where growth is not judged. */
export interface Figure {
  what: string;
  unit: 'MiB' | 'ms' | '';
  start: number;
  end: number;
  grew: boolean | null;
}

/** Share of the samples that is left out while caches fill and code is compiled, and share that is the start, and the end. */
const warmUp = 0.1;
const part = 0.2;
export const startAndEnd = <T>(samples: readonly T[]): [T[], T[]] => {
  const warm = samples.slice(Math.floor(samples.length * warmUp));
  const count = Math.max(1, Math.floor(warm.length * part));
  return [warm.slice(0, count), warm.slice(-count)];
};

const mebibyte = 1_024 ** 2;
const median = (values: readonly number[]): number => quantile(values, 0.5);
const numbers = (values: readonly (number | null | undefined)[]): number[] => values.filter((value) => typeof value === 'number');

/**
 * Memory, handles and times at the start and at the end. Growth is judged for what a leak would raise: the heap that a collection leaves (the least of a part:
 * what a sample saw before a collection is no leak), handles, and the memory and keys of Redis. Resident memory and times are told.
 */
export const judge = (samples: readonly Sample[]): Figure[] => {
  const [first, last] = startAndEnd(samples);
  const figures: Figure[] = [];
  const add = (
    what: string,
    unit: Figure['unit'],
    of: (part: Sample[]) => number,
    /** What is no growth: a factor, and so much more. */
    allowed: { factor: number; more: number } | null,
  ): void => {
    const [start, end] = [of(first), of(last)];
    if (!Number.isFinite(start) || !Number.isFinite(end)) return;
    figures.push({ what, unit, start, end, grew: allowed && end > start * allowed.factor + allowed.more });
  };
  const names = [...new Set(samples.flatMap(({ processes }) => Object.keys(processes)))];
  for (const name of names) {
    const of = (field: Exclude<keyof Process, 'pid'>) => (samplesOf: Sample[]) =>
      numbers(samplesOf.map(({ processes }) => processes[name]?.[field]));
    add(`${name}: resident memory`, 'MiB', (some) => median(of('rss')(some)) / mebibyte, null);
    // 20,000 verified tokens of visitors are remembered in up to 10 MiB (packages/runtime/src/tokens.ts), and fill up over hours.
    add(`${name}: heap`, 'MiB', (some) => Math.min(...of('heap')(some)) / mebibyte, { factor: 1.2, more: 10 });
    add(`${name}: handles`, '', (some) => median(of('handles')(some)), { factor: 1.1, more: 10 });
  }
  add('Redis: memory', 'MiB', (some) => median(numbers(some.map(({ redis }) => redis?.bytes))) / mebibyte, { factor: 1.2, more: 2 });
  add('Redis: keys', '', (some) => median(numbers(some.map(({ redis }) => redis?.keys))), { factor: 1.1, more: 20 });
  add('Redis: connections', '', (some) => median(numbers(some.map(({ redis }) => redis?.clients))), { factor: 1.1, more: 10 });
  const kinds = [...new Set(samples.flatMap(({ times }) => Object.keys(times)))].sort();
  for (const kind of kinds)
    for (const q of ['p50', 'p99'] as const)
      add(`${kind}: ${q}`, 'ms', (some) => median(numbers(some.map(({ times }) => times[kind]?.[q]))), null);
  return figures;
};
