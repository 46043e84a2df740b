import { limits, sampleColumns, type SampleColumn } from '@sunbeon/contracts';

const recent = {
  /** Window of the waits, ms. */
  waitsMs: 300_000,
  /** Fewer admissions tell no rate of no-shows. */
  admissions: 20,
} as const;
/** Rows that the counts below need: those of the window, one a tick, the one before it, and some of ticks in between. */
export const recentSamples: number = recent.waitsMs / limits.tickMs + 20;

const column = (row: readonly number[], name: SampleColumn): number => row[sampleColumns.indexOf(name)] ?? 0;

/** Waits of those admitted in the last five minutes, ms; undefined without any. `samples`: of that time, oldest first; each stands for those admitted since the one before. */
export const waitsOf = (samples: readonly (readonly number[])[], nowMs: number): { p50: number; p95: number } | undefined => {
  const groups = samples
    .slice(1)
    .map((row, i) => ({
      atMs: row[0]!,
      waitMs: column(row, 'lastWaitMs'),
      people: column(row, 'admitted') - column(samples[i]!, 'admitted'),
    }))
    .filter(({ atMs, people }) => people > 0 && nowMs - atMs <= recent.waitsMs)
    .sort((a, b) => a.waitMs - b.waitMs);
  const all = groups.reduce((sum, { people }) => sum + people, 0);
  const within = (share: number): number => {
    let sum = 0;
    return groups.find(({ people }) => (sum += people) >= share * all)!.waitMs;
  };
  return all === 0 ? undefined : { p50: within(0.5), p95: within(0.95) };
};

/** The counts that tell how many of those admitted did not come. */
export interface Shows {
  nowMs: number;
  claimSeconds: number;
  claimed: number;
  claimMissed: number;
}

/**
 * Share of admitted visitors who let the claim window pass; undefined while too few could. A window that ended now began `claimSeconds` ago, so the missed ones
 * are among those admitted until then. Where the samples do not reach that far back: the share of the decided ones, which is a little low in a short sale.
 */
export const noShowRateOf = (
  samples: readonly (readonly number[])[],
  { nowMs, claimSeconds, claimed, claimMissed }: Shows,
): number | undefined => {
  const untilMs = nowMs - claimSeconds * 1_000;
  const then = samples.findLast((row) => row[0]! <= untilMs);
  const decided = then ? column(then, 'admitted') : claimSeconds * 1_000 > recent.waitsMs ? claimed + claimMissed : 0;
  return decided < recent.admissions ? undefined : Math.round(100 * Math.min(1, claimMissed / decided)) / 100;
};
