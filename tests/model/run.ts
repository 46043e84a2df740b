import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { operationsPerSale, saleRuns, type Operation, type RunsOf } from './operations.ts';
import { createWorld, type WorldOptions } from './world.ts';

export interface RunReport {
  seed: number;
  operations: number;
  /** Null when nothing was found; else the first fault, and the shortest way to it that was found in time. */
  fault: { text: string; stock: number; steps: readonly Operation[] } | null;
  /** Edits of a mutant that met their text. */
  editsUsed: number;
}

/** A fault is worth this long a search for a shorter way to it, ms. */
const shortenMs = 15_000;

/** Plays the steps on a new sale; the first fault and where, or null. */
const play = async (
  redis: Redis,
  stock: number,
  steps: readonly Operation[],
  options: WorldOptions,
  onStep = () => {},
): Promise<{ text: string; at: number; editsUsed: number } | { editsUsed: number }> => {
  const world = await createWorld(redis, stock, options);
  let at = 0;
  try {
    for (; at < steps.length; at += 1) {
      await world.step(steps[at]!);
      onStep();
    }
    return { editsUsed: world.runner.used() };
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), at, editsUsed: world.runner.used() };
  } finally {
    await world.drop();
  }
};

/** Leaves steps out, in ever smaller pieces, as long as a fault remains. */
const shorten = async (redis: Redis, stock: number, failing: readonly Operation[], of: RunsOf): Promise<readonly Operation[]> => {
  let steps = failing;
  const deadline = Date.now() + shortenMs;
  for (let piece = Math.ceil(steps.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let from = 0; from < steps.length && Date.now() < deadline;) {
      const fewer = [...steps.slice(0, from), ...steps.slice(from + piece)];
      const result = await play(redis, stock, fewer, { of });
      if ('text' in result) steps = fewer.slice(0, result.at + 1);
      else from += piece;
    }
  }
  return steps;
};

/**
 * `total` random operations (in sales of 400) from one seed; the same seed replays the same run. `onSale` gets the number of completed ones after each sale.
 */
export const runModel = async (
  redis: Redis,
  { total, seed, onSale = () => {}, ...given }: { total: number; seed: number; onSale?: (operations: number) => void } & WorldOptions,
): Promise<RunReport> => {
  const of = given.mutant?.of ?? given.of ?? 'line';
  const options = { ...given, of };
  let done = 0;
  let editsUsed = 0;
  const property = fc.asyncProperty(saleRuns(of), async ([stock, steps]) => {
    const result = await play(redis, stock, steps, options, () => {
      done += 1;
    });
    editsUsed += result.editsUsed;
    onSale(done);
    if ('text' in result) throw new Error(result.text);
  });
  const details = await fc.check(property, { seed, numRuns: Math.max(1, Math.ceil(total / operationsPerSale)), endOnFailure: true });
  if (!details.failed) return { seed, operations: done, fault: null, editsUsed };
  const [[stock, failing]] = details.counterexample!;
  const steps = options.mutant ? failing : await shorten(redis, stock, failing, of);
  return {
    seed,
    operations: done,
    editsUsed,
    fault: { text: details.errorInstance instanceof Error ? details.errorInstance.message : 'unknown', stock, steps },
  };
};
