import { keys, limits, oldestSampleColumns, sampleColumns } from '@sunbeon/contracts';
import { redisBreakerOf, type RedisClient } from '@sunbeon/runtime';

const thinning = {
  /** Age up to which all samples are returned, ms: ten minutes. */
  wholeMs: 600_000,
  /** Thinning of older ones: one in so many. Totals keep rates exact. */
  every: 5,
} as const;

/** A stream entry as the columns of a sample: the time from its id, then its row. */
export const sampleOf = ([id, fields]: [id: string, fields: string[]]): number[] => [
  Number(id.split('-', 1)[0]),
  ...(fields[1] ?? '').split(' ').map(Number),
];

const sinceLast = sampleColumns.indexOf('sinceLastMs');

/** All of the last ten minutes; before, the last of each five, with the longest pause among them, so that a missed tick stays visible. */
export const thin = (samples: readonly number[][], nowMs: number): number[][] => {
  const young = samples.findIndex((row) => nowMs - row[0]! <= thinning.wholeMs);
  const old = young < 0 ? samples : samples.slice(0, young);
  const thinned: number[][] = [];
  for (let i = 0; i < old.length; i += thinning.every) {
    const five = old.slice(i, i + thinning.every);
    thinned.push(five.at(-1)!.with(sinceLast, Math.max(...five.map((row) => row[sinceLast] ?? 0))));
  }
  return [...thinned, ...samples.slice(old.length)];
};

const rowsOf = (entries: unknown): number[][] =>
  // An unreadable row is omitted.
  (entries as [string, string[]][]).map(sampleOf).filter((row) => row.length >= oldestSampleColumns && row.every(Number.isFinite));

/** The last `count` samples, oldest first. */
export const readLastSamples = async (redis: RedisClient, saleId: string, count: number): Promise<number[][]> =>
  rowsOf(await redisBreakerOf(redis).execute(() => redis.xrevrange(keys.samples(saleId), '+', '-', 'COUNT', count), 'read')).reverse();

/** Samples later than `afterMs`, oldest first; with null those of the last hour, thinned. */
export const readSamples = async (redis: RedisClient, saleId: string, afterMs: number | null): Promise<number[][]> => {
  const from = afterMs === null ? '-' : `${afterMs + 1}-0`;
  const samples = rowsOf(
    await redisBreakerOf(redis).execute(() => redis.xrange(keys.samples(saleId), from, '+', 'COUNT', limits.samplesPerAnswer), 'read'),
  );
  const nowMs = samples.at(-1)?.[0] ?? 0;
  return thin(
    samples.filter((row) => nowMs - row[0]! <= limits.samplesMs),
    nowMs,
  );
};
