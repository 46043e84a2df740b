import { keys, limits, sampleColumns } from '@sunbeon/contracts';
import { redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { sampleOf } from '../read-samples.ts';
import type { Row } from './measures.ts';

/** Entries of one read: a month in a few, none of which holds up Redis. */
const pageEntries = 5_000;
/** Length of a row that a report can use. */
const columns = sampleColumns.indexOf('paceWanted') + 1;

/** The columns of a row by name. */
export const rowOf = (row: readonly number[]): Row => Object.fromEntries(sampleColumns.map((name, i) => [name, row[i] ?? 0])) as Row;

/** The rows of the whole sale, oldest first: one a minute, and one a tick of the hour before the last one. An unreadable row is omitted. */
export const readRows = async (redis: RedisClient, saleId: string): Promise<number[][]> => {
  const read = async (key: string): Promise<number[][]> => {
    const rows: number[][] = [];
    let from = '-';
    for (;;) {
      const page = (await redisBreakerOf(redis).execute(() => redis.xrange(key, from, '+', 'COUNT', pageEntries), 'read')) as [
        string,
        string[],
      ][];
      rows.push(...page.map(sampleOf));
      if (page.length < pageEntries) break;
      from = `(${page.at(-1)![0]}`;
    }
    return rows.filter((row) => row.length >= columns && row.every(Number.isFinite));
  };
  const [minutes, ticks] = await Promise.all([read(keys.minutes(saleId)), read(keys.samples(saleId))]);
  const nowMs = ticks.at(-1)?.[0] ?? minutes.at(-1)?.[0] ?? 0;
  const hour = ticks.filter((row) => nowMs - row[0]! <= limits.samplesMs);
  return [...minutes.filter((row) => row[0]! < (hour[0]?.[0] ?? Infinity) && nowMs - row[0]! <= limits.minutesMs), ...hour];
};
