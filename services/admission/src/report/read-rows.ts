import { keys, limits, sampleColumns } from '@sunbeon/contracts';
import { redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { sampleOf } from '../read-samples.ts';
import type { Row } from './measures.ts';

/** Entries of one read: a month in a few, none of which holds up Redis. */
const pageEntries = 5_000;
/** Length of a row that a report can use. */
const columns = sampleColumns.indexOf('paceWanted') + 1;

/** The columns of a row by name, and back. */
export const rowOf = (row: readonly number[]): Row => Object.fromEntries(sampleColumns.map((name, i) => [name, row[i] ?? 0])) as Row;
export const columnsOf = (row: Row): number[] => sampleColumns.map((name) => row[name]);

/** The rows of the whole sale, oldest first: one a minute, and one a tick of the hour before the last one. An unreadable row is omitted. */
export const readRows = async (redis: RedisClient, saleId: string): Promise<Row[]> => {
  const read = async (key: string): Promise<Row[]> => {
    const rows: Row[] = [];
    let from = '-';
    for (;;) {
      const page = (await redisBreakerOf(redis).execute(() => redis.xrange(key, from, '+', 'COUNT', pageEntries), 'read')) as [
        string,
        string[],
      ][];
      // Page by page: ticks of other sales go on in between.
      for (const row of page.map(sampleOf)) if (row.length >= columns && row.every(Number.isFinite)) rows.push(rowOf(row));
      if (page.length < pageEntries) break;
      from = `(${page.at(-1)![0]}`;
    }
    return rows;
  };
  const [minutes, ticks] = await Promise.all([read(keys.minutes(saleId)), read(keys.samples(saleId))]);
  const nowMs = ticks.at(-1)?.atMs ?? minutes.at(-1)?.atMs ?? 0;
  const hour = ticks.filter(({ atMs }) => nowMs - atMs <= limits.samplesMs);
  return [...minutes.filter(({ atMs }) => atMs < (hour[0]?.atMs ?? Infinity) && nowMs - atMs <= limits.minutesMs), ...hour];
};
